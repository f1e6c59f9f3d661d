"""Where the processes of one web server (gunicorn --preload) count their requests together."""

import atexit
import os
import shutil
import tempfile


def folder_of_measures() -> str:
    """The folder named by PROMETHEUS_MULTIPROC_DIR, else a new one that goes with this process."""
    given = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if given:
        return given
    folder = tempfile.mkdtemp(prefix="carecoord-measures-")
    atexit.register(_clear, folder, os.getpid())
    return folder


def _clear(folder: str, maker: int) -> None:
    """Only by the process that made it: its children end too, and leave by the same door."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
