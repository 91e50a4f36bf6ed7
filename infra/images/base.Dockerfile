# proeftuin/base: Debian bookworm with Python 3.11, nothing to spare, nobody's root.
# Context: a folder with rootfs.tar, made from the folder of rootfs.sh: tar -C ROOT --sort=name --mtime=@0 -cf rootfs.tar .
FROM scratch
ADD rootfs.tar /
ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
STOPSIGNAL SIGTERM
CMD ["python"]
