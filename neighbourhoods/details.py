"""Names, numbers, addresses, phones and emails beside those of a resident's own row: read, and as keys."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from neighbourhoods.keys import Further
from neighbourhoods.models import ResidentDetail
from neighbourhoods.principal import Principal

FORMER_NHS_NUMBER = "nhs-superseded"
Kind = ResidentDetail.Kind


def details_of(by: Principal, resident_id: UUID) -> list[ResidentDetail]:
    """Those that hold first, then those that have ended."""
    rows = ResidentDetail.objects.visible_to(by).filter(resident_id=resident_id)
    return sorted(rows.select_related("recorded_by_organisation"), key=lambda row: row.is_past)


def further_of(rows: Iterable[ResidentDetail]) -> Further:
    """What they are found by. One that was ended finds nobody; an address of last year does."""
    found: dict[str, list[ResidentDetail]] = {kind: [] for kind in Kind.values}
    for row in rows:
        if not row.is_past:
            found[row.kind].append(row)
    numbers = found[Kind.IDENTIFIER]
    reach = [(row.data.get("system", ""), str(row.data.get("written", ""))) for row in found[Kind.TELECOM]]
    return Further(
        names=[str(row.data.get(part, "")) for row in found[Kind.NAME] for part in ("family", "given")],
        postcodes=[row.value for row in found[Kind.ADDRESS]],
        phones=[written for system, written in reach if system == "phone"],
        emails=[written for system, written in reach if system == "email"],
        identifiers=[(row.use, row.value) for row in numbers if row.use != FORMER_NHS_NUMBER],
        former_nhs_numbers=[row.value for row in numbers if row.use == FORMER_NHS_NUMBER],
    )


def further_of_each(resident_ids: Sequence[UUID]) -> Mapping[UUID, Further]:
    """For whoever makes everybody's keys anew, as the owner."""
    rows: dict[UUID, list[ResidentDetail]] = {}
    for row in ResidentDetail.objects.filter(resident_id__in=resident_ids, ended_at=None):
        rows.setdefault(row.resident_id, []).append(row)
    return {resident_id: further_of(found) for resident_id, found in rows.items()}
