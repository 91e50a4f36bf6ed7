# The example component pygeoapi: an existing product, as it is.
# Context: python sandbox/components/bundle.py pygeoapi BUNDLE, then
#          python -m proeftuin_infra.oci context component FOLDER --source BUNDLE --requirement … (those of component.yaml)
ARG BASE=proeftuin/base:latest
FROM ${BASE}
COPY packages /packages
COPY app /app
ENV PATH=/packages/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/packages HOST=0.0.0.0 PORT=8080 \
    PROEFTUIN_DATA_DIR=/data HOME=/data
USER 10001:10001
WORKDIR /app
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/v1/conformance?f=json\")"]
CMD ["python", "start.py"]
