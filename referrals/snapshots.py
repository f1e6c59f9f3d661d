"""What the receiver of a handover is shown, frozen when it is offered (domain.md 3.4, rules 8, 10, 17 and 18)."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from carecoord import clock
from careplans.models import Goal
from neighbourhoods.definitions import definitions, handover_kinds
from neighbourhoods.interpreters import ADJUSTMENT, interpreter_of, with_interpreter
from neighbourhoods.models import CaseloadEntry, Contact, Entry, Resident
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.models.sharing import PLAN, REFERRALS, WITHHELD, parts_kept
from neighbourhoods.principal import Principal
from referrals.models import Handover

PRACTICE = "GP practice"
LIVE_GOALS = ("proposed", "planned", "accepted", "active", "on_hold")


@dataclass(frozen=True)
class Fact:
    """One entry of the record: `kind` is that of Entry."""

    kind: str
    text: str
    event_on: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """An open item of another team: it stays where it is. `due` is an ISO moment or day, or empty."""

    title: str
    team_name: str
    due: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The minimum dataset. Everything is text, so that it reads the same however the record changes later.

    `person` is the identity as it was; `responsible` are pairs of a role and a name; `missing` says in words what is
    expected and was not there.
    """

    taken_at: datetime
    person: dict[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    goals: tuple[str, ...] = ()
    responsible: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"taken_at": self.taken_at.isoformat()}

    @classmethod
    def of(cls, stored: dict[str, Any], *, is_restricted: bool) -> Self | None:
        """What `as_json` gave; None while nothing has been offered. `is_restricted` is what holds for them now."""
        if "taken_at" not in stored:
            return None
        stored = hidden_snapshot(stored) if is_restricted else stored
        return cls(
            taken_at=datetime.fromisoformat(stored["taken_at"]),
            person=dict(stored["person"]),
            facts=tuple(Fact(**fact) for fact in stored["facts"]),
            goals=tuple(stored["goals"]),
            responsible=tuple((role, name) for role, name in stored["responsible"]),
            elsewhere=tuple(Elsewhere(**item) for item in stored["elsewhere"]),
            missing=tuple(stored["missing"]),
        )

    def read_by(self, principal: Principal) -> Self:
        """Without what is clinical for roles that are not (IG-10)."""
        return replace(self, facts=tuple(fact for fact in self.facts if reads_kind(principal, fact.kind)))

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(fact.text for fact in self.facts if fact.kind == kind)


def hidden_snapshot(stored: dict[str, Any]) -> dict[str, Any]:
    """What was frozen, without practice and district of somebody who is restricted by now (IG-20)."""
    responsible = [[role, RESTRICTED if role == PRACTICE else name] for role, name in stored["responsible"]]
    return {**stored, "responsible": responsible, "person": {**stored["person"], "district": ""}}


def take_snapshot(
    *, by: Principal, handover: Handover, resident: Resident, elsewhere: Sequence[Elsewhere] = ()
) -> Snapshot:
    """Read the minimum dataset as `by` sees it now. `elsewhere` are open items of other teams.

    What is withheld from the receiver's organisation stands there as withheld (IG-16), so that nobody takes it for
    not known.
    """
    kept = parts_kept(by, resident.id, handover.to_team.organisation_id) if handover.to_team else frozenset()
    facts = tuple(_facts(by, resident, kept))
    goals = tuple(_goals(by, resident))
    if goals and kept & {"", PLAN}:
        goals = (WITHHELD,)
    if kept & {"", PLAN, REFERRALS}:
        elsewhere = [replace(item, title=WITHHELD) for item in elsewhere]
    responsible = tuple(_responsible(by, resident))
    return Snapshot(
        taken_at=clock.now(),
        person=_person(resident),
        facts=facts,
        goals=goals,
        responsible=responsible,
        elsewhere=tuple(elsewhere),
        missing=tuple(_missing(handover, resident, {fact.kind for fact in facts}, goals, dict(responsible))),
    )


def _person(resident: Resident) -> dict[str, str]:
    return {
        "family_name": resident.family_name,
        "given_name": resident.given_name,
        "title": resident.title,
        "preferred_name": resident.preferred_name,
        "birth_date": resident.birth_date.isoformat() if resident.birth_date else "",
        "gender": resident.get_gender_display(),
        "nhs_number": resident.nhs_number or "",
        "district": district_of(resident),
    }


def district_of(resident: Resident) -> str:
    """The first half of the postcode, as those are shown it who have no more than the card."""
    return "" if resident.is_restricted else resident.postcode.partition(" ")[0]


def _facts(by: Principal, resident: Resident, kept: Set[str]) -> Iterable[Fact]:
    entries = Entry.objects.visible_to(by).current().filter(resident=resident, kind__in=handover_kinds())
    found = list(entries.order_by("created_at", "id"))
    needs = definitions()[ADJUSTMENT].section
    adjustments = [entry.says for entry in found if entry.kind == ADJUSTMENT]
    for says in set(with_interpreter(adjustments, interpreter_of(resident))) - set(adjustments):
        yield Fact(ADJUSTMENT, says if kept.isdisjoint({"", needs}) else WITHHELD)
    for entry in found:
        says = entry.says if kept.isdisjoint({"", entry.section}) else WITHHELD
        yield Fact(entry.kind, says, entry.event_on.isoformat() if entry.event_on else "")


def _goals(by: Principal, resident: Resident) -> list[str]:
    goals = Goal.objects.visible_to(by).filter(resident=resident, status__in=LIVE_GOALS)
    return list(goals.values_list("title", flat=True))


def _responsible(by: Principal, resident: Resident) -> Iterable[tuple[str, str]]:
    entries = CaseloadEntry.objects.visible_to(by).filter(resident=resident, ended_at=None)
    for entry in entries.select_related("team", "key_worker__user").order_by("-is_lead", "opened_at"):
        if entry.is_lead:
            yield "Lead team", entry.team.name
        if entry.key_worker:
            yield "Key worker", f"{entry.key_worker.user.name}, {entry.team.name}"
    named = Contact.objects.visible_to(by).filter(resident=resident, is_key_worker=True, ends_on=None)
    for contact in named:
        yield (
            "Key worker",
            ", ".join(filter(None, [contact.name, contact.relationship, contact.organisation_name])),
        )
    if resident.is_restricted:
        yield PRACTICE, RESTRICTED
    elif resident.gp_practice:
        yield PRACTICE, resident.gp_practice.name


def _missing(
    handover: Handover, resident: Resident, kinds: set[str], goals: Sequence[str], responsible: dict[str, str]
) -> Iterable[str]:
    """Rule 10: what the receiver should have been told and was not, most important first."""
    expected = {
        "resuscitation status": "cpr" in kinds,
        "allergies": bool(kinds & {"allergy", "no_known_allergies"}),
        "current problems": "problem" in kinds,
        "background": bool(handover.background),
        "assessment": bool(handover.assessment),
        "recommendation": bool(handover.recommendation),
        f"what {resident.called} wants (goals)": bool(goals),
        "who the key worker is": "Key worker" in responsible,
        "the GP practice": PRACTICE in responsible,
        "the NHS number": bool(resident.nhs_number),
        "the discharge pathway": handover.kind != "discharge" or handover.pathway is not None,
        "the time of discharge": handover.kind != "discharge" or handover.takes_place_at is not None,
        f"what must be in place before {resident.called} arrives": handover.kind != "discharge" or bool(handover.needs),
        "key items to read back": bool(handover.read_back_items),
    }
    return (words for words, is_there in expected.items() if not is_there)
