# The production image: web, worker and beat from one image, with no embedded servers, as a user that is not root.

FROM node:24-slim AS node

FROM python:3.11-slim AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && python -m venv /venv
WORKDIR /app
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# The same step that ./dev run takes; then collected with settings that only this step sees.
RUN python -c "from pathlib import Path; from carecoord.local.folders import Folders; from carecoord.local.static import build_nhsuk; build_nhsuk(Folders(Path('/app'), Path('/app/.local')))" \
 && rm -rf node_modules \
 && SECRET_KEY=only-for-this-step-only-for-this-step-only-for-this-step REDIS_URL=redis://127.0.0.1 \
    DATABASE_OWNER_URL=postgresql://a:b@127.0.0.1/c STATIC_ROOT=/app/static-collected \
    /venv/bin/python manage.py collectstatic --noinput --verbosity=0

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin carecoord \
 && install --directory --owner=10001 --mode=0700 /var/lib/carecoord /var/lib/carecoord/attachments
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/static-collected
USER 10001
EXPOSE 8000
# Answers for the host it serves, as the reverse proxy in front would ask.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0], 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["python", "-m", "gunicorn", "carecoord.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--preload"]
