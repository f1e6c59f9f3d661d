"""Who somebody is, and how they are reached, in rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui import dates
from carecoord.ui.components import Button, Link, Row
from neighbourhoods.codes import Choices
from neighbourhoods.models import Postcode, Resident, ResidentDetail
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.services.detail_facts import LOCAL, USES
from neighbourhoods.services.residents import CODED
from neighbourhoods.values import format_nhs_number

Kind = ResidentDetail.Kind
LABELS: Mapping[str, str] = {
    "suffix": "After the name",
    "preferred_name": "Preferred name",
    "pronouns": "Pronouns",
    "stated_gender": "Gender as they state it",
    "ethnic_category": "Ethnic category",
    "marital_status": "Marital status",
    "language": "Language",
    "language_proficiency": "English",
    "preferred_contact_method": "To be reached by",
    "preferred_written_format": "Letters",
    "residential_status": "Residential status",
}
ADD: Mapping[str, str] = {
    Kind.NAME: "Another name",
    Kind.IDENTIFIER: "Another number",
    Kind.ADDRESS: "Another address",
    Kind.TELECOM: "Another phone or email",
    Kind.GP: "Name of the GP",
}


@dataclass(frozen=True)
class DetailRow:
    """`is_past`: it has ended, and stands among those below."""

    value: str
    what: str
    second: str
    is_past: bool
    end: Button | None


def own_rows(resident: Resident, words: Choices, area: Postcode | None) -> tuple[Row, ...]:
    """What the person's own row says; what nobody has said is left out."""
    rows = [Row("NHS number", _number(resident))]
    for name, label in LABELS.items():
        if value := getattr(resident, name):
            shown = words.get(CODED[name], {}).get(value, value) if name in CODED else value
            rows.append(Row(label, shown))
    if resident.interpreter_required is not None:
        rows.append(Row("Interpreter", "Needed" if resident.interpreter_required else "Not needed"))
    if resident.national_opt_out:
        rows.append(Row("Research and planning", "Opted out. It changes nothing for care."))
    return (*rows, *_ways_there(resident, area))


def _ways_there(resident: Resident, area: Postcode | None) -> Iterable[Row]:
    if resident.is_restricted:
        return (Row("Address, phone, email, GP practice", RESTRICTED),)
    address = ", ".join(part for part in (*resident.address_lines, resident.postcode) if part)
    found = (
        Row("Address", address, _area(area)),
        Row("Phone", resident.phone),
        Row("Email", resident.email),
        Row("GP practice", resident.gp_practice.name if resident.gp_practice else ""),
    )
    return (row for row in found if row.value)


def _area(area: Postcode | None) -> str:
    """A decile says nothing without the year of its release (domain.md 2.2)."""
    if area is None or not area.area_code:
        return ""
    deprivation = (
        f". Deprivation decile {area.imd_decile} of 10, 1 is the most deprived ({area.imd_release_year})"
        if area.imd_decile and area.imd_release_year
        else ""
    )
    return f"Area {area.area_code}{deprivation}"


def _number(resident: Resident) -> str:
    if not resident.nhs_number:
        return f"None: {resident.get_nhs_number_unavailable_reason_display() or 'not known'}"
    return f"{format_nhs_number(resident.nhs_number)} ({resident.get_nhs_number_status_display()})"


def detail_rows(resident: Resident, details: Sequence[ResidentDetail]) -> tuple[DetailRow, ...]:
    return tuple(_detail_row(resident, one) for one in details)


def _detail_row(resident: Resident, one: ResidentDetail) -> DetailRow:
    said = says(one)
    return DetailRow(
        value=said,
        what=use_of(one),
        second=". ".join(part for part in (_held(one), _by(one)) if part),
        is_past=one.is_past,
        end=None
        if one.is_past
        else Button("End", reverse("resident_detail_end", args=[resident.id, one.id]), is_small=True, hidden=said),
    )


def says(one: ResidentDetail) -> str:
    """What it says, as people read it."""
    data = one.data
    match one.kind:
        case Kind.NAME:
            family, given = str(data.get("family", "")).upper(), data.get("given", "")
            title = f" ({data['title']})" if data.get("title") else ""
            return ", ".join(part for part in (family, given) if part) + title
        case Kind.ADDRESS:
            return ", ".join(part for part in (*data.get("lines", ()), one.value) if part)
    return str(data.get("written", one.value))


def use_of(one: ResidentDetail) -> str:
    use, _, _ = one.use.partition(":")
    if use == LOCAL and one.data.get("assigner"):
        return f"Number at {one.data['assigner']}"
    return USES.get(one.kind, {}).get(use, one.use)


def _held(one: ResidentDetail) -> str:
    since = f"since {dates.day(one.starts_on)}" if one.starts_on else ""
    until = f"until {dates.day(one.ends_on)}" if one.ends_on else ""
    rank = f"{one.rank} to try" if one.rank else ""
    uprn = f"UPRN {one.data['uprn']}" if one.data.get("uprn") else ""
    why = f"Ended: {one.ended_reason}" if one.ended_reason else ""
    said = ", ".join(part for part in (since, until, rank, uprn) if part)
    return ". ".join(part for part in (said[:1].upper() + said[1:], why) if part)


def _by(one: ResidentDetail) -> str:
    organisation = one.recorded_by_organisation
    who = ", ".join(part for part in (one.recorded_by_name, organisation.name if organisation else "") if part)
    day = dates.day(dates.local_day(one.created_at))
    return f"Recorded {day} by {who}" if who else f"Recorded {day}"


def add_links(resident: Resident) -> tuple[Link, ...]:
    """What can be added; of somebody restricted nothing that leads to them."""
    kinds = [kind for kind in ADD if kind in Kind.of_who() or not resident.is_restricted]
    return tuple(Link(ADD[kind], reverse("resident_detail_new", args=[resident.id, kind])) for kind in kinds)
