"""The frame of every page: who is signed in, where they can go, what waits."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from carecoord import clock
from carecoord.alerts.poll import POLL_SECONDS
from carecoord.record.waiting import Surroundings, surroundings, waiting
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.shell import FooterLink, NavigationItem, Shell
from neighbourhoods.models import Role
from neighbourhoods.models.memberships import PRIVACY_ROLES
from neighbourhoods.volunteering import is_volunteer
from neighbourhoods.web import MemberRequest

FOOTER = {"help": "Help", "accessibility": "Accessibility", "privacy_notice": "Privacy"}


@dataclass(frozen=True)
class Entry:
    """One page of the navigation. `waits` names what is counted beside it."""

    key: str
    label: str
    url: str
    waits: str = ""
    on_phone: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `page`, a Shell, worked out only where a template asks for it."""
    return {"page": SimpleLazyObject(lambda: _kept(request))}


def _kept(request: HttpRequest) -> Shell:
    made: Shell | None = getattr(request, "shell", None)
    if made is None:
        made = _shell(request)
        request.shell = made  # type: ignore[attr-defined]
    return made


def _shell(request: HttpRequest) -> Shell:
    footer = tuple(FooterLink(label, reverse(name)) for name, label in FOOTER.items())
    if getattr(request, "principal", None) is None:
        return Shell(footer=footer)
    member = cast("MemberRequest", request)
    where = surroundings(member)
    return Shell(
        place_name=where.place_name,
        person_name=member.principal.name,
        role_name=Role(member.principal.role).label,
        organisation_name=member.principal.organisation_name,
        opened_at=f"{dates.day(clock.now())} {dates.time_of_day(clock.now())}",
        can_change_role=where.has_other_roles,
        change_role_url=reverse("choose_role"),
        navigation=_navigation(member, where),
        footer=footer,
        home_url=reverse("my_day"),
        search_url="" if is_volunteer(member.principal) else reverse("find"),
        alerts_poll_url="" if is_volunteer(member.principal) else reverse("alerts_poll"),
        alerts_poll_seconds=POLL_SECONDS,
        alerts_heard_at=clock.now().isoformat(),
        sign_in_url=reverse("mfa_index"),
    )


def _navigation(request: MemberRequest, where: Surroundings) -> tuple[NavigationItem, ...]:
    counted = waiting(request)
    entries = _entries(request, where)
    current = _current(request.path, entries)
    return tuple(
        NavigationItem(
            key=entry.key,
            label=entry.label,
            url=entry.url,
            count=getattr(counted, entry.waits) if entry.waits else None,
            tone="red" if entry.key == "alerts" else "blue",
            is_current=entry is current,
            on_phone=entry.on_phone,
        )
        for entry in entries
    )


def _entries(request: MemberRequest, where: Surroundings) -> list[Entry]:
    """In the order of the design; only what leads somewhere for this person."""
    if is_volunteer(request.principal):
        return [Entry("my_day", "My day", reverse("my_day"), on_phone=True)]
    reviews = request.principal.role in PRIVACY_ROLES
    entries = [
        Entry("my_day", "My day", reverse("my_day"), on_phone=True),
        Entry("alerts", "Alerts", reverse("alerts"), "alerts", on_phone=True),
        Entry("referrals", "Referrals", reverse("referral_inbox"), "referrals", on_phone=not reviews),
        Entry("handovers", "Handovers", reverse("handover_list"), "handovers"),
    ]
    if where.holding_teams:
        entries.append(Entry("team", "Team", reverse("caseload", args=[where.holding_teams[0].id])))
    if where.front_door:
        entries.append(Entry("unplaced", "Unplaced", reverse("unplaced")))
    entries.append(Entry("directory", "Directory", reverse("directory")))
    if reviews:
        entries.insert(2, Entry("reviews", "Reviews", reverse("privacy_reviews"), on_phone=True))
    if request.principal.role == Role.ADMINISTRATOR:
        entries.append(Entry("administration", "Administration", "/admin/"))
    return entries


def _current(path: str, entries: list[Entry]) -> Entry | None:
    """The entry whose page, or a page below it, is shown; my day only as itself."""
    below = [entry for entry in entries if entry.url != "/" and path.startswith(entry.url)]
    return next(iter(below), None) or next((entry for entry in entries if entry.url == path), None)
