# The service without a database: DATABASE_URL says which one. See compose.yaml.
FROM python:3.13-slim-trixie AS build
COPY requirements/run.lock /build/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes \
        -r /build/run.lock

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/vedetta vedetta \
    && install -d -o vedetta -g vedetta /var/lib/vedetta /var/cache/vedetta
COPY --from=build /opt/venv /opt/venv
COPY . /opt/vedetta
# The user below may not write here: without this each process would compile all of it at each start.
RUN python -m compileall -q /opt/vedetta
# Rooms carry plain names: ours come first, whatever the current folder holds.
ENV PATH=/opt/venv/bin:$PATH \
    MALLOC_MMAP_THRESHOLD_=4194304 \
    PYTHONPATH=/opt/vedetta \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/var/cache \
    XDG_DATA_HOME=/var/lib
USER vedetta
WORKDIR /var/lib/vedetta
# Fetched here, so that a running container needs no network of its own.
RUN python -c 'from service.assets import assets_folder; assets_folder()' \
    && (python -c 'from service.fine_coast import fine_coast; fine_coast()' \
        || echo 'without the fine coast: the map draws its own')
VOLUME /var/lib/vedetta
EXPOSE 8600
ENTRYPOINT ["python", "-m", "service"]
CMD ["--help"]
