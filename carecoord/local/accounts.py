"""The account that PostgreSQL and Valkey run as when the launcher is root, which PostgreSQL refuses to be."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.refusal import Refusal

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        """Makes the path this account's own."""
        os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def can_run(self, program: Path) -> bool:
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, command: list[str]) -> bool:
        try:
            finished = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            )
        except PermissionError:
            return False
        return finished.returncode == 0


def account_for(cluster: Path) -> Account | None:
    """None for an ordinary user. For root: the owner of the cluster if there is one, else a system's own."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return Account(name=str(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise Refusal("PostgreSQL does not run as root, and there is no account postgres or nobody; use another user.")
