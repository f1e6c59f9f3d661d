"""A Patient that has changed there: what only the source changed is taken, what people changed here stays."""

from dataclasses import replace
from typing import Any, Final, cast
from uuid import UUID

from carecoord.fhir.elements import Fault
from carecoord.fhir.following import keep, marks, news
from carecoord.fhir.importing import Imported, ImportJob
from carecoord.fhir.reading import Entry
from neighbourhoods.models import CaseloadEntry, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services import Identity, change_resident

TOGETHER: Final = {
    "name": ("given_name", "family_name", "title"),
    "preferred name": ("preferred_name",),
    "date of birth": ("birth_date", "birth_date_status"),
    "gender": ("gender",),
    "NHS number": ("nhs_number",),
    "address": ("address_lines", "postcode"),
    "phone": ("phone",),
    "email": ("email",),
    "GP practice": ("gp_practice_id",),
    "day of death": ("died_on",),
}
"""What is believed or left together: half an address is none."""


def follow_identity(job: ImportJob, entry: Entry, resident_id: UUID, identity: Identity) -> None:
    """Bring somebody who was imported before to what is said of them now (decision 9)."""
    by, resource = cast("Principal", job.by), cast("dict[str, Any]", entry.resource)
    said = _said(job, resource)
    resident = Resident.objects.select_for_update(of=("self",)).visible_to(by).get(id=resident_id)
    known = Identity(**{name: getattr(resident, name) for name in Identity.__dataclass_fields__})
    changed = news(_facts(known), _spoken(identity), said)
    taken = {name: getattr(identity, name) for part in changed.take for name in TOGETHER[part]}
    if known.birth_date and {"name", "date of birth"} <= {*changed.take, *changed.kept}:
        raise Fault("another person was imported under this id: neither name nor date of birth is the same")
    if taken:
        change_resident(by=by, resident_id=resident_id, identity=replace(known, **taken))
    if changed.kept:
        what = f"{', '.join(changed.kept)}: changed here too, and stays as it is here"
        job.report.differ(entry, what, team_id=answering_team(job, resident_id), resident_id=resident_id)


def answering_team(job: ImportJob, resident_id: UUID) -> UUID:
    """Who is told of what an import left as it is: the resident's lead team, else the one that receives the import."""
    entries = CaseloadEntry.objects.visible_to(cast("Principal", job.by)).filter(resident_id=resident_id, ended_at=None)
    return entries.filter(is_lead=True).values_list("team_id", flat=True).first() or job.team_id


def keep_identity(job: ImportJob, entry: Entry, made: Imported, identity: Identity) -> None:
    """Remember what the source said of somebody."""
    resource = cast("dict[str, Any]", entry.resource)
    said = _said(job, resource) | marks(_spoken(identity))
    keep(job, resource, "Patient", str(resource["id"]), made, said)


def _said(job: ImportJob, resource: dict[str, Any]) -> dict[str, str]:
    row = job.known(job.source_of(resource), "Patient", str(resource["id"]))
    return dict(row.said) if row else {}


def _spoken(identity: Identity) -> dict[str, list[Any]]:
    """What is said. By a number and a birth date people are told apart, so silence does not take them away."""
    silent = {"NHS number"} if identity.nhs_number is None else set()
    silent |= {"date of birth"} if identity.birth_date is None else set()
    return {part: values for part, values in _facts(identity).items() if part not in silent}


def _facts(identity: Identity) -> dict[str, list[Any]]:
    return {part: [_plain(getattr(identity, name)) for name in names] for part, names in TOGETHER.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
