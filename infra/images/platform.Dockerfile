# proeftuin/platform: the portal, the API and the background jobs. Give PROEFTUIN_DATABASE_URL and PROEFTUIN_BASE_URL.
# Context: uv build --wheel --out-dir WHEELS, then
#          python -m proeftuin_infra.oci context platform FOLDER --source WHEELS/proeftuin-….whl
ARG BASE=proeftuin/base:latest
FROM ${BASE}
COPY packages /packages
COPY proeftuin.pth /usr/local/lib/python3.11/dist-packages/proeftuin.pth
ENV PATH=/packages/bin:/usr/local/bin:/usr/bin:/bin PROEFTUIN_DATA_DIR=/data PROEFTUIN_HOST=0.0.0.0 \
    PROEFTUIN_PORT=8309 HOME=/data
USER 10001:10001
WORKDIR /data
EXPOSE 8309
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8309/health/live')"]
CMD ["python", "-m", "proeftuin", "serve"]
