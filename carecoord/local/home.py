"""Where the embedded servers keep their files, and as whom they run."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.accounts import Account, account_for
from carecoord.local.folders import Folders
from carecoord.local.refusal import Refusal

ROOTS_OWN = Path("/var/lib/carecoord")


@dataclass(frozen=True)
class Home:
    folder: Path
    account: Account | None
    packages: Path

    @property
    def cluster(self) -> Path:
        return self.folder / "pg"

    def private(self, name: str) -> Path:
        """A folder below, made if need be, that only the servers may enter."""
        path = self.folder / name
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            self.account.owns(path)
        return path

    def private_file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
        if self.account:
            self.account.owns(path)
        return path

    def runnable(self, program: Path, *, needs: tuple[str, ...]) -> Path:
        """The program, where the servers' account may run it.

        A virtual environment below a closed home is copied from, keeping the layout that its library paths
        expect: `needs` are the folders of site-packages to copy.
        """
        if self.account is None or self.account.can_run(program):
            return program
        copies = self.folder / "copies"
        for name in needs:
            _copy_whole(self.packages / name, copies / name)
        return copies / program.relative_to(self.packages)


def open_home(folders: Folders) -> Home:
    """The servers' home, in the data folder; for root behind a closed door (a 0700 home), in /var/lib."""
    folder = folders.servers
    account = account_for(folder / "pg")
    folder.mkdir(exist_ok=True)
    if account and not account.can_enter(folder):
        folder = ROOTS_OWN / hashlib.sha256(bytes(folders.data)).hexdigest()[:12]
        account = account_for(folder / "pg")
        folder.mkdir(parents=True, exist_ok=True)
    return Home(folder, account, site_packages(folders))


def site_packages(folders: Folders) -> Path:
    found = sorted(folders.venv.glob("lib/python3.*/site-packages"))
    if not found:
        raise Refusal(f"{folders.venv} holds no packages; remove it and start again.")
    return found[-1]


def _copy_whole(source: Path, target: Path) -> None:
    """Copies beside its place first, so that a crash leaves no half copy; an old copy is replaced."""
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    beside = target.with_name(f"{target.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(source, beside, symlinks=True)
    os.utime(beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
