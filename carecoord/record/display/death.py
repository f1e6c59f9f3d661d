"""After a death: what is still planned and open, by the team whose it is. They close it; nothing ends by itself."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.urls import reverse

from carecoord import clock
from carecoord.record.display.items import open_items
from carecoord.record.reading.standing import Open
from carecoord.ui import dates
from carecoord.ui.components import Clock, Link, Notice, OpenItem, OpenItemGroup, OpenItemTable, TeamChip
from neighbourhoods.display.encounters import heading_of
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.principal import Principal


def left_open(
    principal: Principal, resident: Resident, found: Open, planned: Iterable[Encounter]
) -> OpenItemTable | None:
    """Team by team, the reader's own first; None where nothing is left."""
    items = [*(_planned_item(principal, one) for one in planned), *open_items(principal, found)]
    if not items:
        return None
    items.sort(key=_of_whom)
    groups = tuple(OpenItemGroup(tuple(some), title=name) for (_, name), some in groupby(items, key=_of_whom))
    return OpenItemTable(f"What is still planned and open for {resident.called}", groups)


def died_notice(resident: Resident, still_open: int) -> Notice | None:
    """Above the summary of somebody who has died."""
    if resident.died_on is None:
        return None
    on = f"{resident.called} died on {dates.day(resident.died_on)}."
    link = Link("See what, and whose it is", reverse("resident_death", args=[resident.id]))
    if not still_open:
        return Notice(
            "blue", on, "Nothing is open, or planned from today on.", links=(Link("After the death", link.url),)
        )
    one = "1 thing is still planned or open: its team closes it."
    several = f"{still_open} things are still planned or open: their teams close them."
    return Notice("amber", on, one if still_open == 1 else several, links=(link,))


def what_to_do(table: OpenItemTable | None) -> Sequence[str]:
    if table is None:
        return ("Nothing is planned or open any more.",)
    return (
        "Open each of yours, and cancel or complete it. What others have is theirs to close: ring them.",
        "Nothing is sent to the person any more, and nothing new can be planned or referred.",
    )


def _planned_item(principal: Principal, encounter: Encounter) -> OpenItem:
    now = clock.now()
    is_mine = principal.acts_for(encounter.team_id)
    return OpenItem(
        kind="Planned",
        title=heading_of(encounter),
        url=reverse("encounter", args=[encounter.id]),
        team=TeamChip(encounter.team.name, encounter.team.organisation.name, mine="your_team" if is_mine else ""),
        clock=Clock("overdue" if encounter.at < now else "on_time", at=dates.moment(encounter.at, now=now)),
    )


def _of_whom(item: OpenItem) -> tuple[bool, str]:
    return not item.team.mine, item.team.team
