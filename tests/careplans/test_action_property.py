"""Whatever anybody tries in whatever order: an action is open if and only if one team is accountable for it."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.models import Relationship

MOST = 25 if os.environ.get("CARECOORD_THOROUGH") else 8
VERBS = sorted({move.verb for move in ACTION.moves})
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*VERBS, "transfer", "change"]),
        st.sampled_from(["nurse", "second_nurse", "link_worker", "lead"]),
        st.sampled_from(["", "Because"]),
    ),
    max_size=12,
)


def attempt(shared, action, step, by, reason):
    if step == "transfer":
        to_team_id = getattr(shared.world, by).team_ids[0]
        return shared.as_(by, "transfer_action", action_id=action.id, to_team_id=to_team_id)
    if step == "change":
        return shared.as_(
            by, "change_action", action_id=action.id, version=action.version, title=f"By {by}", due_on=None,
            detail=reason, assigned_to_id=None,
        )  # fmt: skip
    return shared.as_(by, "move_action", action_id=action.id, verb=step, reason=reason)


@pytest.mark.deeper
@pytest.mark.django_db
@given(steps=STEPS)
@settings(max_examples=MOST, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_action_is_open_exactly_while_one_team_is_accountable(shared, steps):
    action = shared.action()
    for step, by, reason in steps:
        before = Action.objects.filter(id=action.id).values().get()
        entries = AuditEntry.objects.filter(about_id=action.id).count()
        try:
            attempt(shared, action, step, by, reason)
        except RuleError:
            assert Action.objects.filter(id=action.id).values().get() == before
            assert AuditEntry.objects.filter(about_id=action.id).count() == entries
        action.refresh_from_db()
        is_changed = action.version != before["version"]
        assert AuditEntry.objects.filter(about_id=action.id).count() == entries + is_changed
        is_open = action.status in ACTION.open_states()
        assert is_open == (action.accountable_team_id is not None) == (action.ended_at is None)
        opened = Relationship.objects.filter(source_id=action.id, ended_at=None).values_list("team_id", flat=True)
        assert list(opened) == ([action.accountable_team_id] if is_open else [])
