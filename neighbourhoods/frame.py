"""The banner, strip and tabs around every page of one resident."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from carecoord import clock
from carecoord.prepared import prepared_together
from carecoord.ui import dates
from carecoord.ui.addresses import page_of, reverse
from carecoord.ui.components import (
    AdjustmentStrip,
    Allergies,
    Button,
    Link,
    Notice,
    RecordTabs,
    ResidentBanner,
    ResidentFrame,
    Row,
    Tab,
    resident_banner,
)
from neighbourhoods.definitions import strip_kinds
from neighbourhoods.emergencies import open_until
from neighbourhoods.interpreters import LANGUAGES, needs_interpreter, with_interpreter
from neighbourhoods.models import Code, Entry, Resident
from neighbourhoods.models.clinical import unread_kinds
from neighbourhoods.principal import Principal
from neighbourhoods.withheld import is_overridden

# The tabs in the order of the design: URL name and word. A tab's page may live in any app above.
TABS = {
    "resident_record": "Summary",
    "care_plan": "Plan",
    "resident_referrals": "Referrals",
    "resident_handovers": "Handovers",
    "resident_people": "People",
    "resident_timeline": "Timeline",
    "resident_access": "Who looked",
}
OVERRIDES = "They objected to your organisation having their record: this overrides it. "
BUTTONS = {"refer": "Refer", "hand_over": "Hand over", "encounter_new": "Add a note"}
OF_THE_LIVING = ("refer", "hand_over")
"""What is not offered on top of the record of somebody who has died; their open handovers stay on their tab."""

OpenItems = Callable[[Principal, UUID], "QuerySet[Any]"]
_open_items: dict[str, OpenItems] = {}


def count_open_items(tab: str, items: OpenItems) -> None:
    """Have what is open on a tab counted there. Registered by `carecoord.wiring`."""
    _open_items[tab] = items


def record_frame(
    principal: Principal, resident: Resident, current: str, known: Mapping[str, int] | None = None
) -> ResidentFrame:
    """Banner, strip and tabs; `current` is the URL name of the tab that is open. `known` are counts of tabs that the
    page has read already. One statement says what stands under the banner, and the other counts."""
    counts = dict(known or {})
    counted = tuple(name for name in TABS if name in _open_items and name not in counts)
    entries, spoken, *items = _around_a_page(principal, resident.id, tuple(strip_kinds()), counted, resident.language)
    counts |= {name: len(rows) for name, rows in zip(counted, items, strict=True)}
    return ResidentFrame(
        banner=banner_of(resident),
        strip=strip_of(entries, principal, needs_interpreter(resident, *(one.display for one in spoken))),
        tabs=RecordTabs(
            tabs=tuple(_tab(resident, name, word, current, counts.get(name, 0)) for name, word in TABS.items()),
            buttons=tuple(
                Button(text=word, url=reverse(name, args=[resident.id]), is_small=True)
                for name, word in BUTTONS.items()
                if not (resident.died_on and name in OF_THE_LIVING)
            ),
        ),
        emergency=_emergency(principal, resident),
    )


def _emergency(principal: Principal, resident: Resident) -> Notice | None:
    found = open_until(principal, resident.id)
    if found is None:
        return None
    seal, until = found
    what = "Restricted entries are open to you" if seal else "Open to you in an emergency"
    return Notice(
        tone="red",
        bold=f"{what} until {dates.moment(until, now=clock.now()).replace('Today ', '')}",
        text=f"{OVERRIDES if not seal and is_overridden(principal, resident.id) else ''}It ends sooner when you sign "
        "out or change your role. A privacy officer reviews what you do here.",
        icon="lock",
        button=Button(
            "End this access" if seal else "End emergency access",
            reverse("end_emergency", args=[resident.id]),
            is_small=True,
            is_post=True,
        ),
    )


@prepared_together
def _around_a_page(
    principal: Principal, resident_id: UUID, kinds: tuple[str, ...], tabs: tuple[str, ...], language: str
) -> tuple[QuerySet[Any], ...]:
    entries = Entry.objects.current().filter(resident_id=resident_id, kind__in=kinds).order_by("created_at")
    spoken = Code.objects.filter(code_list__key=LANGUAGES, code=language)
    return (entries, spoken, *(_open_items[tab](principal, resident_id).order_by().values("id") for tab in tabs))


def _tab(resident: Resident, name: str, word: str, current: str, count: int) -> Tab:
    return Tab(label=word, url=reverse(name, args=[resident.id]), count=count, is_current=name == current)


def banner_of(resident: Resident) -> ResidentBanner:
    return resident_banner(
        family_name=resident.family_name,
        given_name=resident.given_name,
        title=resident.title,
        preferred_name=resident.preferred_name,
        birth_date=resident.birth_date,
        birth_date_status=resident.birth_date_status,
        gender=resident.get_gender_display(),
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        is_restricted=resident.is_restricted,
        contact=tuple(_contact_rows(resident)),
        now=clock.now(),
    )


def _contact_rows(resident: Resident) -> list[Row]:
    address = ", ".join([*resident.address_lines, resident.postcode]).strip(", ")
    facts: Mapping[str, str] = {
        "Usual address": address or "Not known",
        "Phone": resident.phone or "Not known",
        "Email": resident.email,
        "GP practice": resident.gp_practice.name if resident.gp_practice else "Not known",
        "Neighbourhood": resident.neighbourhood.name if resident.neighbourhood else "Not yet placed",
    }
    return [Row(label=label, value=value) for label, value in facts.items() if value]


def strip_of(entries: Iterable[Entry], principal: Principal, interpreter: str = "") -> AdjustmentStrip:
    """What stands under the banner. People without a clinical role do not see clinical content (IG-10), nor that there
    is none. `interpreter`: into what language one is needed; an adjustment that says so already is not said twice."""
    cells, hides = strip_kinds(), unread_kinds(principal)
    shown = [(cells.get(entry.kind), entry) for entry in entries if entry.kind not in hides]

    def words(cell: str) -> tuple[str, ...]:
        return tuple(entry.says for where, entry in shown if where == cell)

    plan = next((entry for where, entry in shown if where == "safety_plan"), None)
    is_told = {"allergy", "no_known_allergies"}.isdisjoint(cells.get(kind) for kind in hides)
    return AdjustmentStrip(
        safety_plan=Link("Safety plan", page_of("entry_opened", plan.id)) if plan else None,
        allergies=_allergies(words("allergy"), words("no_known_allergies")) if is_told else None,
        alerts=words("alert"),
        adjustments=with_interpreter(words("adjustment"), interpreter),
        cpr_decision=" · ".join(words("cpr")),
        legal=words("legal"),
    )


def _allergies(known: tuple[str, ...], none_known: tuple[str, ...]) -> Allergies:
    if known:
        return Allergies("Known allergies", " · ".join(known))
    return Allergies("No known allergies" if none_known else "Allergies not recorded")
