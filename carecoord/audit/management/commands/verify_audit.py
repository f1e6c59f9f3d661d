"""Compare the audit with its seals."""

import getpass
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carecoord import audit
from carecoord.audit import ActorKind
from carecoord.audit.heads import Exported, Unreadable, read_heads
from carecoord.audit.keys import known_keys
from carecoord.audit.verifying import Report, verify

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class _Operator:
    """Whoever has the owner's login: nobody of the place."""

    kind: ActorKind = ActorKind.SERVICE
    actor_id: UUID = NOBODY
    membership_id: UUID | None = None
    role: str = ""
    organisation_id: UUID | None = None


class Command(BaseCommand):
    help = (
        "Compare every entry of the audit with its seal, every seal with the one before, and the seals with the heads "
        "that were exported. Says which entry was altered, removed, put among others or moved, and whether the end was "
        "cut off; exit 1 if anything is not as it was. Needs AUDIT_KEY. That it was done is written down."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads", type=Path, metavar="FILE", help="heads exported to another file than DATA_DIR/audit-heads.log"
        )

    def handle(self, *_: Any, heads: Path | None, **__: Any) -> None:
        if not known_keys():
            raise CommandError("AUDIT_KEY is not set: without the key no seal can be verified.", returncode=2)
        exported = self._exported(heads)
        report = verify(exported)
        audit.happened(
            "audit.verified",
            by=_Operator(),
            operator=getpass.getuser(),
            seals=report.head.number,
            entries=report.sealed,
            faults=len(report.faults),
        )
        self._tell(report, exported)
        if report.faults:
            sys.exit(1)

    def _exported(self, heads: Path | None) -> Sequence[Exported]:
        file: Path = heads or settings.AUDIT_HEADS
        if not heads and not file.exists():
            self.stdout.write(f"{file} is not there: an end that was cut off would not be seen. Name one with --heads.")
            return ()
        try:
            return read_heads(file)
        except Unreadable as problem:
            raise CommandError(str(problem), returncode=2) from problem

    def _tell(self, report: Report, exported: Sequence[Exported]) -> None:
        for fault in report.faults:
            self.stdout.write(fault.sentence)
        self.stdout.write(f"{report.head.number} seals over {report.sealed} entries, {report.unsealed} not sealed yet.")
        if exported:
            self.stdout.write(f"{len(exported)} exported heads compared.")
        if report.head.number:
            self.stdout.write(f"The last seal is {report.head.number} {report.head.mac.hex()}.")
        count = len(report.faults)
        self.stdout.write(f"Not as it was: {count}." if count else "Everything is as it was sealed.")
