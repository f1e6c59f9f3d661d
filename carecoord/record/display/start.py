"""Where to start, of all that waits: the one green button of my day."""

from collections.abc import Callable

from carecoord import clock
from carecoord.record.day import DayContent
from carecoord.ui import dates, words
from carecoord.ui.addresses import reverse
from carecoord.ui.components import StartHere
from careplans.display import action_clock
from careplans.models import Action
from neighbourhoods.administered import ENDS_SOON
from neighbourhoods.identities import Identity
from neighbourhoods.models import Resident
from referrals.display_handovers.rows import offer_clock
from referrals.models import Referral
from referrals.referral_clock import clock_tag, is_overdue

URGENT = frozenset({"urgent", "two_hour"})


def start_here(content: DayContent) -> StartHere | None:
    """Design.md, screen 1: an overdue urgent referral, an alert that went up, the next handover, an overdue action.

    Where nothing of that waits, the first referral, alert, action and visit, in this order.
    """
    for choose in ORDER:
        found = choose(content)
        if found:
            return found
    return None


def _overdue_urgent(content: DayContent) -> StartHere | None:
    overdue = (one for one in content.referrals if one.urgency in URGENT and is_overdue(one, clock.now()))
    return next((_referral(one, content, "Urgent referral for {name} is overdue.") for one in overdue), None)


def _escalated(content: DayContent) -> StartHere | None:
    row = next((row for row in content.alerts.rows if row.state == "escalated"), None)
    return _alert(content, "escalated") if row else None


def _next_handover(content: DayContent) -> StartHere | None:
    if not content.handovers:
        return None
    first = content.handovers[0]
    name, tag = _name(content.people.get(first.resident_id)), offer_clock(first)
    waits = "still waits for your answer about" if tag and tag.state == "overdue" else "waits for you to accept"
    by = f"Accept by {_today(tag.at)}." if tag else ""
    return StartHere(
        bold=f"{first.from_team} {waits} {name}.",
        reason=f"{first.get_kind_display()}. {by}",
        button_text="Read this handover",
        url=reverse("handover", args=[first.id]),
    )


def _overdue_action(content: DayContent) -> StartHere | None:
    first = content.actions[0] if content.actions else None
    return _action(first, "is overdue") if first and action_clock(first).state == "overdue" else None


def _first_referral(content: DayContent) -> StartHere | None:
    return _referral(content.referrals[0], content, "Referral for {name}.") if content.referrals else None


def _first_alert(content: DayContent) -> StartHere | None:
    return _alert(content, "new")


def _first_action(content: DayContent) -> StartHere | None:
    return _action(content.actions[0], "is due") if content.actions else None


def _first_visit(content: DayContent) -> StartHere | None:
    if not content.visits:
        return None
    first = content.visits[0]
    at = _today(dates.moment(first.at, now=clock.now()))
    return StartHere(
        bold=f"{first.get_kind_display()} planned for {_name(first.resident)}, {at}.",
        reason=_first_line(first.purpose),
        button_text=f"Open this {first.get_kind_display().lower()}",
        url=reverse("encounter", args=[first.id]),
    )


def _agreements(content: DayContent) -> StartHere | None:
    number = content.agreements_ending
    if not number:
        return None
    subject = "1 sharing agreement ends" if number == 1 else f"{words.counted(number)} sharing agreements end"
    return StartHere(
        bold=f"{subject} within {ENDS_SOON.days} days.",
        reason="Then the partner's system is shut out.",
        button_text="See API clients",
        url=reverse("admin_clients"),
    )


ORDER: tuple[Callable[[DayContent], StartHere | None], ...] = (
    _overdue_urgent,
    _escalated,
    _next_handover,
    _overdue_action,
    _first_referral,
    _first_alert,
    _first_action,
    _first_visit,
    _agreements,
)


def _referral(referral: Referral, content: DayContent, sentence: str) -> StartHere:
    tag = clock_tag(referral, clock.now())
    when = f"{_said_of(referral, overdue=tag.state == 'overdue')}{_today(tag.at)}." if tag.at else ""
    return StartHere(
        bold=sentence.format(name=_name(content.people.get(referral.resident_id))),
        reason=f"{_first_line(referral.reason)} {when}",
        button_text="Open this referral",
        url=reverse("referral_detail", args=[referral.id]),
    )


def _said_of(referral: Referral, *, overdue: bool) -> str:
    """Before a moment; what stands still says itself why."""
    if referral.status in {"info_requested", "on_hold"}:
        return ""
    return "Was due " if overdue else "Reply by "


def _alert(content: DayContent, state: str) -> StartHere | None:
    row = next((row for row in content.alerts.rows if row.state == state), None)
    if row is None:
        return None
    died = f" (died {row.resident.died})" if row.resident and row.resident.died else ""
    about = f": {row.resident.name}{died}" if row.resident else ""
    url = row.resident.url if row.resident else row.url
    return StartHere(bold=f"{row.what}{about}.", reason=row.sentence, button_text="Open this alert", url=url)


def _action(action: Action, what: str) -> StartHere:
    due = dates.due_day(action.due_on, now=clock.now()).replace("Today", "today") if action.due_on else ""
    return StartHere(
        bold=f"An action for {_name(action.resident)} {what}.",
        reason=f"{action.title}. {'Was due' if what == 'is overdue' else 'Due'} {due}.",
        button_text="Open this action",
        url=reverse("action_detail", args=[action.id]),
    )


def _today(at: str) -> str:
    """Inside a sentence."""
    return at.replace("Today", "today")


def _name(person: Identity | Resident | None) -> str:
    """`HARTLEY, Sheila`; of whoever has died with the day, before somebody sets out to them."""
    if person is None:
        return "a resident"
    name = words.list_name(family_name=person.family_name, given_name=person.given_name)
    return f"{name} (died {dates.day(person.died_on)})" if person.died_on else name


def _first_line(text: str) -> str:
    first = text.strip().split("\n", 1)[0][:120].rstrip(". ")
    return f"{first}." if first else ""
