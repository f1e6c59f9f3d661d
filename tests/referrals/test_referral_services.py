"""Every verb of a referral: what it does, and that a refusal changes nothing."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from carecoord import clock
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Entry, Resident
from referrals.cards import read_card
from referrals.models import Referral
from referrals.services.referrals import (
    Ask,
    accept_referral,
    acknowledge_outcome,
    cancel_referral,
    change_draft,
    complete_referral,
    decline_referral,
    draft_referral,
    enter_referral_in_error,
    fail_referral,
    hold_referral,
    receive_referral,
    redirect_referral,
    reply_to_request,
    request_information,
    reroute_referral,
    resume_referral,
    send_referral,
    start_referral,
    undo_acceptance,
)
from referrals.states import REFERRAL
from tests.referrals.referral_steps import (
    ASK,
    IN_STATE,
    LONDON,
    TUESDAY,
    as_person,
    declined,
    drafted,
    everything,
    holds,
    second_service,
    sees,
    sent,
)

pytestmark = pytest.mark.django_db


def test_a_draft_belongs_to_its_sender_who_leads_now(world):
    sheila = world.resident(on_caseload=False)
    draft = drafted(world, sheila)
    assert (draft.status, draft.accountable_team, draft.waiting_on, draft.to_team) == (
        "draft",
        world.nursing,
        world.nursing,
        None,
    )
    assert CaseloadEntry.objects.get(resident=sheila, is_lead=True, ended_at=None).team == world.nursing
    assert draft.reference.startswith("TES-")
    with acting_as(world.link_worker):
        assert not Referral.objects.exists()


def test_sending_gives_the_receiver_the_card_and_leaves_the_sender_accountable(world):
    sheila = world.resident()
    Entry.objects.create(resident=sheila, kind="alert", text="Oxygen at home")
    Entry.objects.create(resident=sheila, kind="legal", text="Court order")
    with clock.at(TUESDAY):
        referral = sent(world, sheila)
    assert (referral.status, referral.accountable_team, referral.waiting_on) == ("sent", world.nursing, world.carers)
    assert referral.respond_by == datetime(2026, 11, 26, 17, 0, tzinfo=LONDON)
    assert holds(world.carers, sheila) == ["card"]
    assert not sees(world.link_worker, sheila)
    card = read_card(referral.card, is_restricted=False)
    assert (card.person.family_name, card.person.birth_date) == ("Hartley", date(1948, 3, 14))
    assert card.banner == {"alert": ("Oxygen at home",)}
    assert card.ask.reason == ASK.reason
    message = OutboxMessage.objects.get(topic="referral.sent")
    assert message.payload == {
        "resident_id": str(sheila.id), "from_team_id": str(world.nursing.id), "to_team_id": str(world.carers.id),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (Ask(no_known_risks=True), "reason"),
        (Ask(reason="x", urgency="urgent", no_known_risks=True), "urgency_reason"),
        (Ask(reason="x"), "risks"),
        (Ask(reason="x", risks=("Dog",), no_known_risks=True), "risks"),
    ],
)
def test_an_incomplete_referral_is_not_sent(world, ask, field):
    draft = drafted(world, world.resident(), ask=ask)
    before = everything()
    with pytest.raises(RuleError) as refusal:
        as_person(world.nurse, send_referral, referral_id=draft.id)
    assert refusal.value.field == field
    assert everything() == before


@pytest.mark.parametrize(
    "facts",
    [{"maximum_age": 17}, {"minimum_age": 100}, {"accepts_referrals": False}],
)
def test_a_service_that_does_not_take_them_is_not_sent_to(world, facts):
    draft = drafted(world, world.resident(), service=second_service(world, **facts))
    before = everything()
    with pytest.raises(RuleError):
        as_person(world.nurse, send_referral, referral_id=draft.id)
    assert everything() == before


def test_a_closed_service_and_one_of_the_own_team_are_not_sent_to(world):
    closed = second_service(world, "Closed")
    closed.status = "temporarily_closed"
    closed.save()
    own = second_service(world, "Own", organisation=world.community, team=world.nursing)
    for service in (closed, own):
        draft = drafted(world, world.resident(), service=service)
        with pytest.raises(RuleError):
            as_person(world.nurse, send_referral, referral_id=draft.id)


def test_nothing_is_sent_about_somebody_who_has_died(world):
    draft = drafted(world, world.resident(died_on=date(2026, 1, 1)))
    with pytest.raises(RuleError, match="has died"):
        as_person(world.nurse, send_referral, referral_id=draft.id)


def test_a_second_open_referral_to_the_same_service_is_refused_by_name(world):
    sheila = world.resident()
    first, second = sent(world, sheila), drafted(world, sheila)
    before = everything()
    with pytest.raises(RuleError) as refusal:
        as_person(world.nurse, send_referral, referral_id=second.id)
    assert refusal.value.code == "duplicate"
    assert first.reference in refusal.value.sentence
    assert everything() == before


def test_after_a_decline_the_same_service_can_be_tried_again(world):
    sheila = world.resident()
    declined(world, sheila)
    assert sent(world, sheila).status == "sent"


def test_changing_a_draft_with_an_old_version_is_refused(world):
    draft = drafted(world, world.resident())
    newer = as_person(world.nurse, change_draft, referral_id=draft.id, ask=Ask(reason="More"), version=1)
    assert (newer.reason, newer.version) == ("More", 2)
    before = everything()
    with pytest.raises(StaleVersion) as refusal:
        as_person(world.second_nurse, change_draft, referral_id=draft.id, ask=Ask(reason="Mine"), version=1)
    assert refusal.value.current.reason == "More"
    assert everything() == before


def test_only_a_draft_can_be_changed_and_only_by_its_team(world):
    referral = sent(world, world.resident())
    with pytest.raises(RuleError):
        as_person(world.nurse, change_draft, referral_id=referral.id, ask=Ask(reason="x"))
    with pytest.raises(NotYours):
        as_person(world.link_worker, change_draft, referral_id=referral.id, ask=Ask(reason="x"))


def test_nobody_drafts_for_another_team_or_about_somebody_they_do_not_see(world):
    sheila = world.resident()
    with pytest.raises(NotYours):
        drafted(world, sheila, team=world.ward)
    with pytest.raises(Resident.DoesNotExist):
        drafted(world, sheila, by=world.outsider, team=world.highcross_nursing)


CALLS = {
    "send": (send_referral, {}),
    "receive": (receive_referral, {}),
    "request_information": (request_information, {"question": "Who?"}),
    "reply": (reply_to_request, {"words": "Ken."}),
    "accept": (accept_referral, {}),
    "undo_acceptance": (undo_acceptance, {}),
    "decline": (decline_referral, {"reason_code": "full"}),
    "redirect": (redirect_referral, {"words": "Theirs"}),
    "reroute": (reroute_referral, {}),
    "start": (start_referral, {}),
    "hold": (hold_referral, {"reason_code": "unwell", "until": date(2090, 1, 1)}),
    "resume": (resume_referral, {}),
    "complete": (complete_referral, {"outcome": "Done"}),
    "fail": (fail_referral, {"reason_code": "no_contact"}),
    "cancel": (cancel_referral, {"reason_code": "not_wanted"}),
    "acknowledge_outcome": (acknowledge_outcome, {}),
    "enter_in_error": (enter_referral_in_error, {"words": "Wrong person"}),
}


def test_every_verb_of_the_table_has_its_service():
    assert set(CALLS) == {move.verb for move in REFERRAL.moves}


@pytest.mark.parametrize("state", sorted(IN_STATE))
def test_in_each_state_each_side_can_make_exactly_the_moves_of_the_table(world, state):
    sheila, other = world.resident(), second_service(world)
    referral = IN_STATE[state](world, sheila)
    for name in ("nurse", "link_worker"):
        person = world.people[name]
        allowed = REFERRAL.allowed(referral.status, referral.sides_of(person))
        for verb, (service, values) in CALLS.items():
            if verb in allowed:
                continue
            values = dict(values, **({"to_service_id": other.id} if verb in {"redirect", "reroute"} else {}))
            before = everything()
            with pytest.raises((IllegalMove, NotYours, Referral.DoesNotExist)):
                as_person(person, service, referral_id=referral.id, **values)
            assert everything() == before, f"{name} {verb}"


@pytest.mark.parametrize("state", sorted(IN_STATE))
def test_people_of_neither_side_do_nothing(world, state):
    referral, other = IN_STATE[state](world, world.resident()), second_service(world)
    for verb, (service, values) in CALLS.items():
        values = dict(values, **({"to_service_id": other.id} if verb in {"redirect", "reroute"} else {}))
        before = everything()
        with pytest.raises(Referral.DoesNotExist):
            as_person(world.outsider, service, referral_id=referral.id, **values)
        assert everything() == before


def test_a_draft_for_an_unknown_service_is_refused(world):
    from neighbourhoods.models import Service

    with pytest.raises(Service.DoesNotExist):
        as_person(
            world.nurse,
            draft_referral,
            resident_id=world.resident().id,
            service_id=uuid4(),
            from_team_id=world.nursing.id,
            ask=ASK,
        )
