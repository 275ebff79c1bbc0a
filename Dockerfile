# One image for the API and the worker; they differ in their command alone.

FROM node:22-bookworm-slim AS client
WORKDIR /build/mini_app_client
COPY mini_app_client/package.json mini_app_client/package-lock.json mini_app_client/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY schema/schema.graphql ../schema/schema.graphql
COPY mini_app_client ./
RUN npm run --silent build:h5

FROM python:3.12-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
      -r requirements.txt

FROM python:3.12-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin rongqiao \
 && install -d -o 10001 -m 0700 /uploads
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY foundation foundation
COPY credit credit
COPY matching matching
COPY storage storage
COPY accounts accounts
COPY sharing sharing
COPY marketplace marketplace
COPY notifications notifications
COPY schema schema
COPY resolvers resolvers
COPY api api
COPY worker worker
COPY tools tools
COPY cities cities
COPY --from=client /build/mini_app_client/dist/build/h5 mini_app_client/dist/build/h5
# The process may write nothing here, so what Python compiles is made now.
RUN /opt/venv/bin/python -m compileall -q .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RQ_ENV=production \
    RQ_DATA_DIR=/tmp/rongqiao \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=2)"]
CMD ["python", "-m", "api"]
