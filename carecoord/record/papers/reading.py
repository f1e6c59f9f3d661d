"""What a paper is made from: read with the rights of whoever prints it, less what no paper has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from carecoord.record.reading.standing import IF_WRONG
from careplans.display.doers import name_doers
from careplans.models import Action, Goal, Need, PlanSection
from careplans.reading import PlanContent, plan_content
from careplans.services.goals import GOAL_ENDED
from neighbourhoods.around import Around, around
from neighbourhoods.definitions import BESIDE
from neighbourhoods.marks import SHOWN_TO_PROXY, SHOWN_TO_RESIDENT
from neighbourhoods.models import Encounter, Entry, Resident, Stay
from neighbourhoods.models.sharing import PLAN, VISITS
from neighbourhoods.principal import Principal
from neighbourhoods.withheld import kept_parts

MOST_SEEN: Final = 3
NOTHING: Final = PlanContent(None, (), (), (), (), (), (), ())


@dataclass(frozen=True)
class OnPaper:
    """`withheld` are the parts of the record that an objection keeps from this paper, whether from whoever prints it or
    from whoever gets it; "" is everything."""

    principal: Principal
    resident: Resident
    plan: PlanContent
    entries: Sequence[Entry]
    around: Around
    stays: Sequence[Stay]
    seen: Sequence[Encounter]
    withheld: frozenset[str]

    @property
    def if_wrong(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.section == IF_WRONG)

    @property
    def home(self) -> Stay | None:
        return next((one for one in self.stays if one.kind == Stay.Kind.CARE_HOME), None)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Needs and strengths that hold now."""
        return tuple(one for one in self.plan.needs if one.status == "current")

    @property
    def goals(self) -> tuple[Goal, ...]:
        return tuple(one for one in self.plan.goals if one.status not in GOAL_ENDED)

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(one for one in self.plan.actions if one.accountable_team_id)

    def section(self, key: str) -> PlanSection | None:
        return next((one for one in self.plan.sections if one.key == key and not one.is_empty), None)

    def of_kind(self, *kinds: str) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.kind in kinds)

    def keeps(self, part: str) -> bool:
        return not {"", part}.isdisjoint(self.withheld)


def on_paper(
    principal: Principal, resident: Resident, *, kept_from_reader: Iterable[str] = (), is_for_other: bool = False
) -> OnPaper:
    """`kept_from_reader`: the parts that an objection keeps from whoever is given it. `is_for_other`: somebody around
    the resident gets it, so what is kept from those alone is left out too."""
    about = resident.id
    withheld = frozenset(kept_parts(principal, about)) | frozenset(kept_from_reader)
    plan = NOTHING if not {"", PLAN}.isdisjoint(kept_from_reader) else plan_content(principal, about)
    name_doers(plan.actions)
    shown = SHOWN_TO_PROXY if is_for_other else SHOWN_TO_RESIDENT
    entries = Entry.objects.visible_to(principal).for_role(principal).current().filter(resident_id=about, seal="")
    entries = entries.filter(hidden__in=shown).exclude(kind__in=BESIDE).exclude(section__in=withheld)
    done = Encounter.objects.visible_to(principal).filter(resident_id=about, status="done", hidden__in=shown)
    return OnPaper(
        principal=principal,
        resident=resident,
        plan=plan,
        entries=list(entries.select_related("recorded_by_organisation").order_by("created_at", "id")),
        around=around(principal, about),
        stays=list(Stay.objects.visible_to(principal).current().filter(resident_id=about).select_related(*WHERE)),
        seen=[] if VISITS in withheld else list(done.select_related("team__organisation").order_by("-at")[:MOST_SEEN]),
        withheld=withheld,
    )


WHERE: Final = ("organisation",)


def left_out(principal: Principal, resident: Resident) -> int:
    """How many entries stand on no paper because they are kept from the resident: for staff to tell by telephone."""
    entries = Entry.objects.visible_to(principal).for_role(principal).current().filter(resident_id=resident.id, seal="")
    return entries.exclude(hidden__in=SHOWN_TO_RESIDENT).exclude(kind__in=BESIDE).count()
