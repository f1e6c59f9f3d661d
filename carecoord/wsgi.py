"""The web process: logs in as the role that owns nothing."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
os.environ.setdefault("CARECOORD_LOGIN", "web")


def _clear(folder: str, maker: int) -> None:
    """Only by the process that made it: its children end too, and leave by the same door."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # Before any measure is made: the processes of this server (gunicorn --preload) count into one folder.
    _folder = tempfile.mkdtemp(prefix="carecoord-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder
    atexit.register(_clear, _folder, os.getpid())

from django.core.wsgi import get_wsgi_application

from carecoord.database_check import refuse_wrong_login

application = get_wsgi_application()
refuse_wrong_login()
