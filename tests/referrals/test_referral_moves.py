"""What becomes of a referral once it was sent: each move, who answers then, and who sees what."""

from datetime import timedelta
from uuid import uuid4

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Relationship
from referrals.models import Referral, ReferralEvent
from referrals.services.referrals import (
    accept_referral,
    acknowledge_outcome,
    allowed_moves,
    assign_referral,
    cancel_referral,
    complete_referral,
    decline_referral,
    enter_referral_in_error,
    hold_referral,
    redirect_referral,
    reply_to_request,
    reroute_referral,
    resume_referral,
    start_referral,
    transfer_referral,
    undo_acceptance,
)
from tests.referrals.referral_steps import (
    TUESDAY,
    accepted,
    as_person,
    asked,
    completed,
    declined,
    everything,
    failed,
    holds,
    received,
    second_service,
    sees,
    sent,
)

pytestmark = pytest.mark.django_db


def test_accepting_moves_responsibility_and_opens_the_record(world):
    sheila = world.resident()
    referral = accepted(world, sheila)
    assert (referral.status, referral.accountable_team, referral.waiting_on) == ("accepted", world.carers, world.carers)
    assert holds(world.carers, sheila) == ["record", "record"]
    entry = CaseloadEntry.objects.get(resident=sheila, team=world.carers, ended_at=None)
    assert (entry.reason, entry.is_lead) == ("Carers' support", False)
    assert sees(world.link_worker, sheila)


def test_undoing_an_acceptance_goes_back_to_the_card(world):
    sheila = world.resident()
    referral = accepted(world, sheila)
    referral = as_person(world.link_worker, undo_acceptance, referral_id=referral.id)
    assert (referral.status, referral.accountable_team, referral.waiting_on) == (
        "received",
        world.nursing,
        world.carers,
    )
    assert holds(world.carers, sheila) == ["card"]
    assert not sees(world.link_worker, sheila)
    assert as_person(world.link_worker, accept_referral, referral_id=referral.id).status == "accepted"
    assert sees(world.link_worker, sheila)


def test_an_acceptance_cannot_be_undone_after_24_hours(world):
    with clock.at(TUESDAY):
        referral = accepted(world, world.resident())
    with clock.at(TUESDAY + timedelta(hours=24, seconds=1)):
        before = everything()
        with pytest.raises(IllegalMove) as refusal:
            as_person(world.link_worker, undo_acceptance, referral_id=referral.id)
        assert "undo_acceptance" not in refusal.value.allowed
        assert "start" in refusal.value.allowed
        assert everything() == before


def test_undoing_leaves_a_caseload_entry_that_was_there_before(world):
    sheila = world.resident()
    first = accepted(world, sheila)
    second = sent(world, sheila, service=second_service(world, "Second", organisation=world.charity, team=world.carers))
    as_person(world.link_worker, accept_referral, referral_id=second.id)
    as_person(world.link_worker, undo_acceptance, referral_id=second.id)
    assert CaseloadEntry.objects.filter(resident=sheila, team=world.carers, ended_at=None).count() == 1
    assert sees(world.link_worker, sheila)
    assert Referral.objects.get(id=first.id).accountable_team == world.carers


def test_a_question_goes_to_the_sender_and_the_reply_comes_back(world):
    referral = asked(world, world.resident())
    assert (referral.accountable_team, referral.waiting_on, referral.respond_by) == (world.nursing, world.nursing, None)
    referral = as_person(world.nurse, reply_to_request, referral_id=referral.id, words="Ken and Sheila.")
    assert (referral.status, referral.waiting_on) == ("received", world.carers)
    assert referral.respond_by is not None
    assert list(ReferralEvent.objects.filter(referral=referral).values_list("verb", "words")) == [
        ("send", ""), ("receive", ""), ("request_information", "Who is at home?"), ("reply", "Ken and Sheila."),
    ]  # fmt: skip


def test_declining_needs_a_reason_and_takes_the_card_away(world):
    sheila = world.resident()
    referral = sent(world, sheila)
    before = everything()
    for code, words in (("", ""), ("nonsense", "x"), ("other", " ")):
        with pytest.raises(RuleError):
            as_person(world.link_worker, decline_referral, referral_id=referral.id, reason_code=code, words=words)
    assert everything() == before
    referral = as_person(
        world.link_worker, decline_referral, referral_id=referral.id, reason_code="full", suggestion="Age Well"
    )
    assert (referral.status, referral.accountable_team, referral.suggestion) == ("rejected", world.nursing, "Age Well")
    assert holds(world.carers, sheila) == []


def test_a_redirect_is_a_new_referral_of_the_sender_on_the_same_journey(world):
    sheila = world.resident()
    old, sitting = received(world, sheila), second_service(world)
    new = as_person(
        world.link_worker, redirect_referral, referral_id=old.id, to_service_id=sitting.id, words="They do this."
    )
    old.refresh_from_db()
    assert (old.status, old.accountable_team, old.status_reason_code) == ("cancelled", None, "rerouted")
    assert (new.status, new.from_team, new.to_team) == ("sent", world.nursing, world.surgery)
    assert (new.journey_id, new.replaces_id, new.reason) == (old.journey_id, old.id, old.reason)
    assert new.reference != old.reference
    assert holds(world.carers, sheila) == []
    assert holds(world.surgery, sheila) == ["card"]
    event = ReferralEvent.objects.get(referral=new)
    assert (event.verb, event.written_by_id) == ("send", world.link_worker.membership_id)
    assert AuditEntry.objects.get(verb="referral.redirected").actor_id == world.link_worker.actor_id
    assert AuditEntry.objects.filter(verb="referral.sent", about_id=new.id).get().actor_id == world.nursing.id
    with acting_as(world.link_worker):
        assert list(Referral.objects.values_list("id", flat=True)) == [old.id]


def test_a_redirect_that_cannot_be_sent_changes_nothing(world):
    sheila = world.resident()
    referral = received(world, sheila)
    child_service = second_service(world, "For children", maximum_age=17)
    own = second_service(world, "Own", organisation=world.community, team=world.nursing)
    before = everything()
    for service_id, words in (
        (child_service.id, "x"), (own.id, "x"), (world.carers_service.id, "x"), (uuid4(), "x"),
        (second_service(world).id, "  "),
    ):  # fmt: skip
        with pytest.raises(RuleError):
            as_person(
                world.link_worker, redirect_referral, referral_id=referral.id, to_service_id=service_id, words=words
            )
    after = everything()
    # Only the service made on the way is audited.
    assert (after[:4], after[5], after[4] - before[4]) == (before[:4], before[5], 1)
    assert holds(world.carers, sheila) == ["card"]


def test_after_a_decline_the_sender_tries_another_service(world):
    sheila = world.resident()
    old, sitting = declined(world, sheila), second_service(world)
    new = as_person(world.nurse, reroute_referral, referral_id=old.id, to_service_id=sitting.id)
    old.refresh_from_db()
    assert (old.status, new.status, new.journey_id, new.to_team) == ("cancelled", "sent", old.journey_id, world.surgery)
    assert sees(world.nurse, sheila)


def test_holding_needs_a_reason_and_a_day_to_come(world):
    referral = accepted(world, world.resident())
    before = everything()
    for code, until in (("", clock.today() + timedelta(days=3)), ("unwell", clock.today())):
        with pytest.raises(RuleError):
            as_person(world.link_worker, hold_referral, referral_id=referral.id, reason_code=code, until=until)
    assert everything() == before
    until = clock.today() + timedelta(days=3)
    referral = as_person(world.link_worker, hold_referral, referral_id=referral.id, reason_code="unwell", until=until)
    assert (referral.status, referral.hold_until, referral.accountable_team) == ("on_hold", until, world.carers)
    referral = as_person(world.link_worker, resume_referral, referral_id=referral.id)
    assert (referral.status, referral.hold_until, referral.status_reason_code) == ("in_progress", None, "")


def test_completing_gives_it_back_until_the_sender_has_read_the_outcome(world):
    sheila = world.resident()
    with clock.at(TUESDAY):
        referral = completed(world, sheila)
        assert (referral.accountable_team, referral.waiting_on, referral.ended_at) == (
            world.nursing,
            world.nursing,
            None,
        )
        referral = as_person(world.nurse, acknowledge_outcome, referral_id=referral.id)
    assert (referral.status, referral.accountable_team, referral.waiting_on) == ("completed", None, None)
    assert referral.ended_at == TUESDAY
    assert not CaseloadEntry.objects.filter(resident=sheila, team=world.carers, ended_at=None).exists()
    still = Relationship.objects.filter(source_id=referral.id, ended_at=None)
    assert [one.team for one in still] == [world.carers]
    with clock.at(TUESDAY + timedelta(days=29)):
        assert sees(world.link_worker, sheila)
    with clock.at(TUESDAY + timedelta(days=30, seconds=1)):
        assert not sees(world.link_worker, sheila)
    before = everything()
    with pytest.raises(IllegalMove):
        as_person(world.nurse, acknowledge_outcome, referral_id=referral.id)
    assert everything() == before


def test_completing_says_what_came_of_it(world):
    referral = accepted(world, world.resident())
    before = everything()
    with pytest.raises(RuleError):
        as_person(world.link_worker, complete_referral, referral_id=referral.id, outcome="\n")
    assert everything() == before


def test_a_failed_referral_is_the_senders_again(world):
    referral = failed(world, world.resident())
    assert (referral.status, referral.accountable_team) == ("failed", world.nursing)
    with acting_as(world.nurse):
        assert allowed_moves(referral, world.nurse) == ("reroute", "cancel", "enter_in_error")


@pytest.mark.parametrize("who", ["nurse", "link_worker"])
def test_either_side_cancels_and_both_lose_what_it_gave(world, who):
    sheila = world.resident()
    referral = accepted(world, sheila)
    referral = as_person(world.people[who], cancel_referral, referral_id=referral.id, reason_code="not_wanted")
    assert (referral.status, referral.accountable_team) == ("cancelled", None)
    assert holds(world.carers, sheila) == []
    assert not Relationship.objects.filter(source_id=referral.id, ended_at=None).exists()
    assert not sees(world.link_worker, sheila)


def test_the_receiver_who_cancels_a_card_ends_the_senders_relationship_too(world):
    referral = sent(world, world.resident())
    as_person(world.link_worker, cancel_referral, referral_id=referral.id, reason_code="no_longer_needed")
    assert not Relationship.objects.filter(source_id=referral.id, ended_at=None).exists()


def test_one_entered_in_error_is_taken_back_from_the_receiver(world):
    sheila = world.resident()
    referral = completed(world, sheila)
    as_person(world.nurse, acknowledge_outcome, referral_id=referral.id)
    before = everything()
    with pytest.raises(RuleError):
        as_person(world.nurse, enter_referral_in_error, referral_id=referral.id, words="")
    assert everything() == before
    referral = as_person(world.nurse, enter_referral_in_error, referral_id=referral.id, words="Wrong person")
    assert (referral.status, referral.accountable_team) == ("entered_in_error", None)
    assert holds(world.carers, sheila) == []


def test_a_person_of_the_receiving_team_is_named(world):
    referral = received(world, world.resident())
    as_person(
        world.link_worker, assign_referral, referral_id=referral.id, membership_id=world.link_worker.membership_id
    )
    referral.refresh_from_db()
    assert referral.assigned_to_id == world.link_worker.membership_id
    before = everything()
    with pytest.raises(RuleError):
        as_person(world.link_worker, assign_referral, referral_id=referral.id, membership_id=world.nurse.membership_id)
    with pytest.raises(NotYours):
        as_person(world.nurse, assign_referral, referral_id=referral.id, membership_id=world.nurse.membership_id)
    assert everything() == before


def test_a_service_without_a_team_leaves_the_sender_responsible_to_the_end(world):
    sheila = world.resident()
    outside = second_service(world, "Walking group", team=None)
    referral = sent(world, sheila, service=outside)
    assert (referral.to_team, referral.accountable_team, referral.waiting_on) == (None, world.nursing, world.nursing)
    for step, values in (
        (accept_referral, {}), (start_referral, {}), (complete_referral, {"outcome": "Goes weekly"}),
    ):  # fmt: skip
        referral = as_person(world.nurse, step, referral_id=referral.id, **values)
        assert referral.accountable_team == world.nursing
    referral = as_person(world.nurse, acknowledge_outcome, referral_id=referral.id)
    assert referral.accountable_team is None


def test_an_accepted_handover_moves_the_accountable_side(world):
    sheila = world.resident()
    referral = sent(world, sheila)
    with acting_as(world.nurse):
        from neighbourhoods.services import open_caseload_entry

        open_caseload_entry(by=world.nurse, resident_id=sheila.id, team_id=world.highcross_nursing.id)
    before = everything()
    with pytest.raises(NotYours):
        as_person(world.nurse, transfer_referral, referral_id=referral.id, to_team_id=world.highcross_nursing.id)
    assert everything() == before
    referral = as_person(
        world.outsider, transfer_referral, referral_id=referral.id, to_team_id=world.highcross_nursing.id
    )
    assert (referral.from_team, referral.to_team) == (world.highcross_nursing, world.carers)
    assert referral.accountable_team == world.highcross_nursing
    assert not Relationship.objects.filter(source_id=referral.id, team=world.nursing, ended_at=None).exists()
    with pytest.raises(NotYours):
        as_person(world.nurse, cancel_referral, referral_id=referral.id, reason_code="not_wanted")
