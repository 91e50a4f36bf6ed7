# proeftuin/town: the building blocks and a prepared database with the municipality in it.
# Context: python -m proeftuin_infra.oci context town FOLDER
ARG BASE=proeftuin/base:latest
FROM ${BASE}
COPY packages /packages
COPY app /app
COPY --chown=10001:10001 town /town
ENV PATH=/packages/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/packages:/app VLAVIRGEM_PREPARED=/town \
    PROEFTUIN_DATA_DIR=/data HOST=0.0.0.0 PORT=8080 CONTROL_PORT=8081
USER 10001:10001
WORKDIR /app
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/gezondheid\")"]
CMD ["python", "-m", "vlavirgem.room"]
