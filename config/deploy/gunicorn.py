"""How gunicorn runs Sésame: `gunicorn -c config/deploy/gunicorn.py config.wsgi`, behind one proxy that ends TLS."""

import os

on_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# SQLite has one writer: threads that wait for one another in one process answer later than processes that queue.
workers = 2 * (os.cpu_count() or 1) if on_postgresql else 2
threads = 4 if on_postgresql else 1
# A worker that a hanging client holds is replaced; a million rows of CSV are streamed, and no stream stays silent.
timeout = 60
graceful_timeout = 30
# Leaks, of ours or of a library, end with the worker; the jitter keeps them from ending together.
max_requests = 5000
max_requests_jitter = 500
# Sésame writes its own request log, without what people type into an address.
accesslog = None
