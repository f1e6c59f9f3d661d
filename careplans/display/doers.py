"""Who does an action, where that is nobody of the team: in words, and as what can be chosen."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from careplans.models import Action
from careplans.models.actions import DOERS, RESIDENT
from careplans.services.doers import contacts_of, services_now, volunteers_of
from neighbourhoods.models import Contact, Membership, Resident, Service
from neighbourhoods.principal import Principal

THE_TEAM = ("", "The team")
THEMSELVES = "The resident"
NOT_SHOWN = "Somebody who is not shown here"
MOST_SERVICES = 300


def doer_choices(principal: Principal, resident: Resident, now: str = "") -> list[tuple[str, str]]:
    """Everybody around the resident who may do something, and what the directory offers; `now` stays choosable."""
    choices = [THE_TEAM, (RESIDENT, f"{resident.called}, by themselves")]
    choices += [(f"contact:{one.id}", _contact(one)) for one in contacts_of(principal, resident.id)]
    choices += [(f"volunteer:{one.id}", _volunteer(one)) for one in volunteers_of(principal, resident.id)]
    choices += [(f"service:{one.id}", _service(one)) for one in services_now()[:MOST_SERVICES]]
    if now and now not in dict(choices):
        choices.append((now, doer_names([now]).get(now, NOT_SHOWN)))
    return choices


def doer_names(said: Iterable[str]) -> Mapping[str, str]:
    """Of each `Action.done_by` its words: a statement for each kind that is among them."""
    wanted = {one for one in said if one}
    names = {RESIDENT: THEMSELVES} | dict.fromkeys(wanted - {RESIDENT}, NOT_SHOWN)
    if ids := _ids(wanted, "contact"):
        names |= {f"contact:{one.id}": _contact(one) for one in Contact.objects.filter(id__in=ids)}
    if ids := _ids(wanted, "volunteer"):
        members = Membership.objects.filter(id__in=ids).select_related("user", "organisation")
        names |= {f"volunteer:{one.id}": _volunteer(one) for one in members}
    if ids := _ids(wanted, "service"):
        services = Service.objects.filter(id__in=ids).select_related("organisation")
        names |= {f"service:{one.id}": _service(one) for one in services}
    return names


def doer_of(action: Action) -> str:
    """Empty where the team does it."""
    return doer_names([action.done_by]).get(action.done_by, "")


def name_doers(actions: Iterable[Action]) -> None:
    """For lists: who does each of them, kept beside it so that no row asks for itself."""
    rows = [action for action in actions if action.done_by]
    names = doer_names(action.done_by for action in rows)
    for action in rows:
        vars(action)["doer_name"] = names[action.done_by]


def doer_name(action: Action) -> str:
    """As `name_doers` has kept it; empty where nobody asked."""
    return str(vars(action).get("doer_name", ""))


def _ids(said: Iterable[str], kind: str) -> list[UUID]:
    return [UUID(one.partition(":")[2]) for one in said if one.startswith(f"{kind}:") and kind in DOERS]


def _contact(contact: Contact) -> str:
    return f"{contact.name}, {contact.relationship}" if contact.relationship else contact.name


def _volunteer(member: Membership) -> str:
    return f"{member.user.name}, volunteer, {member.organisation.name}"


def _service(service: Service) -> str:
    return f"{service.name}, {service.organisation.name}"
