"""Who may write, change or end an entry, and what speaks against recording it."""

from carecoord.errors import NotYours, RuleError
from carecoord.moves import Side
from neighbourhoods.definitions import QUERY, Definition
from neighbourhoods.models import Entry
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.principal import Principal
from neighbourhoods.states import ENTRY


def may_change(by: Principal, entry: Entry) -> bool:
    """Each organisation stays controller of what it wrote (IG-38). What says no organisation is everybody's.

    What is sealed is changed by the team that wrote it: to read it by role is not to change it (IG-09). A question of
    the resident is answered by the team that is asked (IG-29).
    """
    if entry.kind == QUERY and by.acts_for(entry.seal_team_id):
        return True
    if entry.seal and not (by.acts_for(entry.recorded_by_team_id) or by.acts_for(entry.seal_team_id)):
        return False
    return entry.recorded_by_organisation_id in (None, by.organisation_id)


def who_changes(entry: Entry) -> str:
    """For whoever may not: whom to ask."""
    organisation = entry.recorded_by_organisation
    if organisation is None:
        return "Somebody else has recorded this."
    phone = f" on {organisation.phone}" if organisation.phone else ""
    return f"{organisation.name} recorded this, so only they change it. Ask them{phone}, or write a note beside it."


def allowed_on_entry(by: Principal, entry: Entry) -> tuple[str, ...]:
    """Verbs of `states.ENTRY` that `by` may use on it now."""
    return ENTRY.allowed(entry.state, {Side.GIVER}) if may_change(by, entry) else ()


def require_clinical_role(by: Principal, definition: Definition) -> None:
    """IG-10."""
    if not reads_kind(by, definition.key):
        raise NotYours("Your role does not include clinical entries.", field="kind")


def check_side(by: Principal, entry: Entry) -> None:
    if not may_change(by, entry):
        raise NotYours(who_changes(entry))


def check_beside(entry: Entry, definition: Definition) -> None:
    """Raises RuleError where it is recorded already, or something recorded speaks against it."""
    current = Entry.objects.current().filter(resident_id=entry.resident_id)
    if against := current.filter(kind__in=definition.refused_beside).first():
        raise RuleError(f"{against.says} is recorded under {against.definition.title}: end that first.")
    if definition.says_it_all or definition.single:
        return
    same = current.filter(kind=entry.kind, text__iexact=entry.text, data=entry.data)
    if (same if definition.strip else same.filter(event_on=entry.event_on)).exists():
        raise RuleError("This is recorded already.", field="text" if definition.text else None)
