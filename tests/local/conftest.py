import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from carecoord.local.environment import DATABASES
from carecoord.local.folders import Folders, open_folders

ROOT = Path(__file__).resolve().parents[2]
DEV = str(ROOT / "dev")


def asked(url: str, statement: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0]) if cursor.description else ""
    finally:
        connection.close()


@pytest.fixture(scope="module")
def nothing_configured() -> Iterator[None]:
    """./dev test has set the addresses of its own servers, and its key; these tests have servers and keys of theirs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*DATABASES, "REDIS_URL", "AUDIT_KEY"):
            patch.delenv(name, raising=False)
        # The launcher does the same with a small demonstration place as with the full one.
        patch.setenv("CARECOORD_DEMO_RESIDENTS", "60")
        yield


@pytest.fixture(scope="module")
def new_folder() -> Iterator[Callable[[], Path]]:
    """Folders with a space in their path, which the account that root's servers run as may enter."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="care coord ")))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def folders(nothing_configured: None, new_folder: Callable[[], Path]) -> Folders:
    """One data folder for a module, whose servers each test starts and stops again."""
    return open_folders(ROOT, new_folder())


@dataclass(frozen=True)
class Said:
    code: int
    error: str

    @property
    def is_one_line(self) -> bool:
        return self.error.count("\n") == 1


@pytest.fixture
def dev(nothing_configured: None) -> Callable[..., Said]:
    def call(*arguments: object, **variables: str) -> Said:
        finished = subprocess.run(
            [DEV, *map(str, arguments)],
            env={**os.environ, **variables},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(finished.returncode, finished.stderr)

    return call


@pytest.fixture
def small_disk(new_folder: Callable[[], Path]) -> Iterator[Callable[..., Path]]:
    """A tmpfs of a given size, never the machine's own disk."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        folder = new_folder()
        tried = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True)
        if tried.returncode != 0:
            pytest.skip("only root may mount a small disk")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)
