"""Lists that leave the product, on paper or as a file: for a purpose that is asked, and written down (IG-17, IG-27)."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from carecoord import audit
from carecoord.audit import Purpose
from carecoord.turning import closed
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal


class ExportPurpose(StrEnum):
    CARE = "care"
    PLANNING = "planning"


PURPOSES: Final = (
    (ExportPurpose.CARE, "For the care of the people on it"),
    (ExportPurpose.PLANNING, "For planning, checking or counting"),
)
AUDITED: Final = {ExportPurpose.CARE: Purpose.CARE, ExportPurpose.PLANNING: Purpose.PLANNING}
# A cell that begins so is a formula to the programs that open such files.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


LONGEST_NAME_ELSEWHERE: Final = 35
"""What forms and other systems print of a family name, or of the given names (domain.md 2.1)."""


def may_be_cut(resident: Resident) -> bool:
    return max(len(resident.family_name), len(resident.given_name)) > LONGEST_NAME_ELSEWHERE


def may_leave(resident: Resident, purpose: str) -> bool:
    """Who has opted out is left out of what is not for care (IG-17)."""
    return purpose == ExportPurpose.CARE or not resident.national_opt_out


def exported(verb: str, *, by: Principal, residents: Iterable[UUID], purpose: str, about: tuple[str, UUID]) -> None:
    """Write that a list with these left: for each of them, with what it was for."""
    audit.looked_each(
        verb, by=by, resident_ids=list(residents), purpose=AUDITED[ExportPurpose(purpose)], of=about[0], of_id=about[1]
    )


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With a mark at the beginning, by which spreadsheets read names in every script. No cell turns the next one."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return f"\ufeff{written.getvalue()}"


def _harmless(cell: str) -> str:
    return closed(f"'{cell}" if cell.startswith(FORMULA) else cell)
