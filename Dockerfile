# One image for the API and the worker: the command says which of them a container is.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements-build.lock requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements-build.lock \
    && python -m venv /opt/duly \
    && uv pip sync --no-cache --python /opt/duly/bin/python --require-hashes --compile-bytecode requirements.lock
COPY . .
RUN python -m hatchling build --target wheel \
    && uv pip install --no-cache --python /opt/duly/bin/python --no-deps --compile-bytecode dist/*.whl

FROM python:3.11.14-slim-bookworm
# A user of its own, who may write to its state and to nothing else.
RUN groupadd --gid 10001 duly \
    && useradd --uid 10001 --gid duly --home-dir /var/lib/duly --create-home --shell /usr/sbin/nologin duly
COPY --from=build /opt/duly /opt/duly
ENV PATH=/opt/duly/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    DULY_HOME=/var/lib/duly \
    DULY_HOST=0.0.0.0 \
    DULY_PORT=8000
USER duly
WORKDIR /var/lib/duly
VOLUME ["/var/lib/duly"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['DULY_PORT']}/health/ready\", timeout=4)"]
ENTRYPOINT ["duly"]
CMD ["serve"]
