"""What stands in the database, before a step and after it, and what must be true of it."""

import json

from django.db import connection

from carecoord.alerts.models import Alert, AlertRecipient, AlertRung
from carecoord.audit.models import AuditEntry
from carecoord.moves import Side
from carecoord.outbox.models import OutboxMessage
from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.models import CaseloadEntry, Relationship
from referrals.models import Handover, HandoverItem, Referral, ReferralEvent
from referrals.states import HANDOVER, REFERRAL

# Whole rows: states, teams, clocks and versions, and all that is told to others.
WATCHED = (
    Action,
    Referral,
    ReferralEvent,
    Handover,
    HandoverItem,
    CaseloadEntry,
    Relationship,
    OutboxMessage,
    Alert,
    AlertRecipient,
    AlertRung,
)
# Of these, a change of any row stands in the audit under this name.
WRITTEN_DOWN = {Action: "action", Referral: "referral", Handover: "handover", CaseloadEntry: "caseload_entry"}


def facts():
    """Every watched row, and every change in the audit, as text by table and id: one statement."""
    parts = [
        f"SELECT '{model.__name__}', {model._meta.pk.column}::text, to_jsonb(t)::text FROM {model._meta.db_table} t"
        for model in WATCHED
    ]
    parts.append(f"SELECT 'AuditEntry', id::text, '' FROM {AuditEntry._meta.db_table} WHERE kind = 'change'")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {(table, key): row for table, key, row in cursor.fetchall()}


def touched(before, after):
    """(about type, id) of every row that came, went or differs, where the audit has to name it."""
    names = {model.__name__: name for model, name in WRITTEN_DOWN.items()}
    return {
        (names[table], key)
        for table, key in before.keys() | after.keys()
        if table in names and not _is_told_of_another(before.get((table, key)), after.get((table, key)))
    }


def _is_told_of_another(was, now):
    """Unchanged; or a caseload entry that lost the lead: the audit names the entry that has it now."""
    if was == now or was is None or now is None:
        return was == now
    old, new = json.loads(was), json.loads(now)
    return old.get("is_lead", False) and not new["is_lead"] and new["ended_at"] is None


def new_entries(before, after):
    keys = [key for table, key in after.keys() - before.keys() if table == "AuditEntry"]
    return list(AuditEntry.objects.filter(id__in=keys).order_by("id"))


def check_written_down(by, item, about, said, before, after):
    """The audit says of a move what it was, of whom, and who made it; and all that went with it, and nothing else.

    `about` is the kind and id of what was moved; `said` are the words that may now stand about it.
    """
    entries = new_entries(before, after)
    of_item = [entry for entry in entries if (entry.about_type, entry.about_id) == about]
    assert [entry.verb for entry in of_item] in said, [entry.verb for entry in of_item]
    assert {(entry.actor_kind, entry.actor_id) for entry in of_item} == {(by.kind, by.actor_id)}
    assert {entry.membership_id for entry in of_item} == {by.membership_id}
    # What one side's move opens or ends on the other side is written in the name of that side's team.
    teams = {team_id for name in ("from_team_id", "to_team_id") if (team_id := getattr(item, name, None))}
    for entry in entries:
        assert entry.resident_id == item.resident_id, entry
        assert entry.actor_id in {by.actor_id} or (entry.actor_kind == "team" and entry.actor_id in teams), entry
    named = {(entry.about_type, str(entry.about_id)) for entry in entries}
    assert named == touched(before, after)


def check_responsibility(residents):
    """An item is open exactly while one team answers for it, the one its table names; who has any has one lead."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    open_for = set()
    for model, named in ((Action, team_of_action), (Referral, team_of_referral), (Handover, team_of_handover)):
        for item in model.objects.filter(resident__in=residents):
            assert item.accountable_team_id == named(item), (item, item.status)
            if item.accountable_team_id:
                open_for.add(item.resident_id)
    leads = list(
        CaseloadEntry.objects.filter(resident__in=residents, is_lead=True, ended_at=None).values_list(
            "resident_id", flat=True
        )
    )
    assert len(leads) == len(set(leads))
    assert open_for <= set(leads)


def team_of_action(action):
    """Any team of its own: the table knows one side only."""
    return (action.accountable_team_id or "nobody") if action.status in ACTION.open_states() else None


def team_of_referral(referral):
    """Nobody once the outcome was read; the sender for a service without a team here."""
    if referral.outcome_acknowledged_at:
        return None
    receiver = referral.to_team_id or referral.from_team_id
    return team_on(REFERRAL[referral.status].accountable, referral.from_team_id, receiver)


def team_of_handover(handover):
    return team_on(HANDOVER[handover.status].accountable, handover.from_team_id, handover.to_team_id)


def team_on(side, giver, receiver):
    return {Side.GIVER: giver, Side.RECEIVER: receiver, Side.NOBODY: None}[side]


def check_nothing_failed():
    """The messages found their handlers, and no handler stumbled."""
    assert list(OutboxMessage.objects.exclude(failure="").values_list("topic", "failure")) == []
