"""Where things are: the checkout, and the data folder of one installation."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.refusal import Refusal, sentence_about

# A new cluster with its write-ahead log, the static files and room for the first logs, measured at 120 MB.
NEW_FOLDER_NEEDS_MB = 200
USED_FOLDER_NEEDS_MB = 30


@dataclass(frozen=True)
class Folders:
    root: Path
    data: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    @property
    def manage(self) -> list[str]:
        return [self.python, str(self.root / "manage.py")]

    @property
    def servers(self) -> Path:
        return self.data / "servers"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def nhsuk(self) -> Path:
        """The built design system, one for the checkout; STATICFILES_DIRS serves it as nhsuk/."""
        return self.root / ".local" / "static-build" / "nhsuk"

    @property
    def mail(self) -> Path:
        """Where emails go when no EMAIL_URL is set, one file for each connection."""
        return self.data / "mail"

    @property
    def static(self) -> Path:
        return self.data / "static"


def open_folders(root: Path, data: Path) -> Folders:
    """The folders of a checkout, with the data folder made and seen to be writable and roomy.

    Raises Refusal when it is not.
    """
    if os.pathsep in str(root):
        raise Refusal(f"{root}: Python makes no virtual environment below a folder with '{os.pathsep}' in its name.")
    if data.resolve() == root:
        raise Refusal(f"The data folder cannot be the checkout itself, {root}; choose another folder with --data DIR.")
    folders = Folders(root, data)
    is_new = not folders.servers.exists()
    try:
        folders.logs.mkdir(parents=True, exist_ok=True)
        folders.logs.chmod(0o700)
        with tempfile.TemporaryFile(dir=data):
            pass
    except FileExistsError as error:
        raise Refusal(f"{error.filename} is a file; the data folder has to be a folder.") from error
    except OSError as error:
        raise Refusal(f"The data folder {data} cannot be used: {sentence_about(error)}") from error
    _refuse_without_room(data, NEW_FOLDER_NEEDS_MB if is_new else USED_FOLDER_NEEDS_MB)
    return folders


def is_full(folder: Path) -> bool:
    """So little is left that whatever failed there failed for want of room; PostgreSQL writes 16 MB at a time."""
    return _free_mb(folder) < 17


def _free_mb(folder: Path) -> int:
    return shutil.disk_usage(folder).free // 1_000_000


def _refuse_without_room(data: Path, needed_mb: int) -> None:
    free_mb = _free_mb(data)
    if free_mb < needed_mb:
        raise Refusal(
            f"The data folder {data} has {free_mb} MB free and needs {needed_mb} MB;"
            " free some space or choose another folder with --data DIR."
        )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
