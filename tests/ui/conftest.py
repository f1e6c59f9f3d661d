"""A server for the pages of tests/ui/urls.py, which need no database."""

from threading import Thread

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        """Says nothing: the tests say what matters."""


@pytest.fixture(scope="module")
def pages():
    """The address of the running pages."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings = override_settings(
        ROOT_URLCONF="tests.ui.urls", MIDDLEWARE=["csp.middleware.CSPMiddleware"], STORAGES=plain, ALLOWED_HOSTS=["*"]
    )
    with settings:
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
