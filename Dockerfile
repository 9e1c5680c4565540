# The catalog as a container: built into the image, served without rights, with a health check.
#
#   docker build -t deep-learning-catalog .
#   docker run --rm -p 8001:8001 --memory 2g --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges deep-learning-catalog
#
# The memory cap stands there and not here: an image cannot set it (docs/serving.md says what it was measured against).
FROM python:3.11-slim AS build
WORKDIR /catalog
COPY requirements.txt build-requirements.in ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE LICENSE-DATA ./
COPY catalog catalog
COPY migrations migrations
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .
COPY data data
# Nothing is published if anything is wrong: a record with a mistake ends the build of the image here.
RUN /venv/bin/catalog build --data data --build /srv/catalog

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin catalog
COPY --from=build /venv /venv
COPY --from=build /srv/catalog /srv/catalog
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER catalog
# Paths of the working folder can show in messages of SQLite: serve from one that says nothing.
WORKDIR /srv
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["/venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8001/-/versions.json', timeout=4).read()"]
CMD ["/venv/bin/catalog", "serve", "--build", "/srv/catalog", "--host", "0.0.0.0", "--port", "8001"]
