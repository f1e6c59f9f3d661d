"""When a referral is due: domain.md 3.1, over nights, weekends, Christmas and pauses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.clock import WEEKDAYS_8_TO_18
from carecoord.outbox.tasks import relay
from referrals.allowances import HANDOVER_ACCEPT
from referrals.clocks import Happened, deadlines
from referrals.models.handovers import HandoverKind
from referrals.referral_clock import clock_tag
from referrals.services.referrals import (
    accept_referral,
    reply_to_request,
    request_information,
    resume_referral,
    undo_acceptance,
)
from tests.referrals.referral_steps import ASK, accepted, as_person, drafted, held, received, sent

LONDON = ZoneInfo("Europe/London")


def at(day, hour, minute=0, month=12, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def due(urgency, *events):
    happened = [Happened(verb, moment) for verb, moment in events]
    return deadlines(urgency=urgency, events=happened, calendar=WEEKDAYS_8_TO_18)


@pytest.mark.parametrize(
    ("urgency", "sent_at", "respond_by"),
    [
        ("routine", at(1, 9), at(3, 17)),
        ("routine", at(23, 16), at(29, 17)),  # Wednesday: Thursday, Christmas, Boxing Day, its substitute on Monday
        ("soon", at(24, 11), at(29, 17)),
        ("soon", at(4, 22), at(7, 17)),
        ("urgent", at(24, 23), at(25, 1)),
        ("two_hour", at(25, 9), at(25, 9, 30)),
        ("two_hour", at(24, 19, 50), at(25, 8, 20)),
        ("two_hour", at(24, 3), at(24, 8, 30)),
    ],
)
def test_an_answer_is_due(urgency, sent_at, respond_by):
    assert due(urgency, ("send", sent_at)).respond_by == respond_by


def test_a_two_hour_referral_is_to_be_started_two_open_hours_after_it_was_sent():
    assert due("two_hour", ("send", at(1, 10))).start_by == at(1, 12)
    assert due("two_hour", ("send", at(1, 19))).start_by == at(2, 9)
    assert due("urgent", ("send", at(1, 10))).start_by is None


def test_a_draft_has_no_clock():
    assert due("routine") == deadlines(urgency="routine", events=[], calendar=WEEKDAYS_8_TO_18)
    assert due("routine").respond_by is None


def test_waiting_for_information_stops_the_clock_until_the_reply():
    asked = (("send", at(1, 10)), ("receive", at(1, 10)), ("request_information", at(1, 11)))
    paused = due("urgent", *asked)
    assert (paused.respond_by, paused.respond.remaining) == (None, timedelta(hours=1))
    assert due("urgent", *asked, ("reply", at(1, 15))).respond_by == at(1, 16)


def test_a_reply_after_the_time_to_answer_has_run_out_gives_that_time_again():
    late = (("send", at(1, 10)), ("receive", at(1, 10)), ("request_information", at(1, 13)))
    assert due("urgent", *late).respond_by == at(1, 12)
    replied = (*late, ("reply", at(1, 15)))
    assert due("urgent", *replied).respond_by == at(1, 17)
    again = (*replied, ("request_information", at(1, 16)), ("reply", at(1, 18)))
    assert due("urgent", *again).respond_by == at(1, 19)
    twice_late = (*replied, ("request_information", at(1, 20)), ("reply", at(1, 21)))
    assert due("urgent", *twice_late).respond_by == at(1, 23)
    routine = (("send", at(1, 9)), ("request_information", at(8, 9)), ("reply", at(11, 16)))  # a Friday
    assert due("routine", *routine).respond_by == at(15, 17)


def test_a_late_reply_moves_no_time_to_start():
    late = (("send", at(1, 10)), ("request_information", at(1, 13)), ("reply", at(1, 15)))
    assert due("two_hour", *late).respond_by == at(1, 15, 30)
    assert due("two_hour", *late).start_by == at(1, 12)


def test_a_decline_while_waiting_ends_the_pause():
    events = (("send", at(1, 10)), ("request_information", at(1, 11)), ("decline", at(1, 14)))
    assert due("urgent", *events).respond_by == at(1, 15)


def test_an_undone_acceptance_gives_the_time_back():
    events = (("send", at(1, 10)), ("accept", at(1, 11)), ("undo_acceptance", at(1, 18)))
    assert due("urgent", *events).respond_by == at(1, 19)
    assert due("urgent", *events[:2]).respond_by == at(1, 12)


def test_naming_a_person_or_handing_over_moves_no_clock():
    events = (("send", at(1, 10)), ("request_information", at(1, 11)), ("assign", at(1, 12)))
    assert due("urgent", *events).respond_by is None


def test_on_hold_stops_the_clock_for_starting():
    events = (("send", at(1, 10)), ("accept", at(1, 10, 10)), ("hold", at(1, 11)))
    assert due("two_hour", *events).start.remaining == timedelta(hours=1)
    assert due("two_hour", *events, ("resume", at(2, 9))).start_by == at(2, 10)


def test_every_kind_of_handover_has_its_time():
    assert set(HANDOVER_ACCEPT) == set(HandoverKind.values)


@pytest.mark.django_db
class TestStored:
    def test_each_move_works_the_clock_out_anew(self, world):
        with clock.at(at(1, 10)):
            referral = received(world, world.resident(), ask=urgent())
            assert referral.respond_by == at(1, 12)
        with clock.at(at(1, 11)):
            question = {"referral_id": referral.id, "question": "Who is at home?"}
            assert as_person(world.link_worker, request_information, **question).respond_by is None
        with clock.at(at(1, 15)):
            answer = {"referral_id": referral.id, "words": "Ken."}
            assert as_person(world.nurse, reply_to_request, **answer).respond_by == at(1, 16)
        with clock.at(at(1, 15, 30)):
            as_person(world.link_worker, accept_referral, referral_id=referral.id)
        with clock.at(at(1, 16, 30)):
            referral = as_person(world.link_worker, undo_acceptance, referral_id=referral.id)
            assert referral.respond_by == at(1, 17)

    def test_whoever_is_told_of_a_late_reply_has_time_before_anybody_else_is(self, world):
        with clock.at(at(1, 10)):
            referral = received(world, world.resident(), ask=urgent())
            relay()
        with clock.at(at(1, 13)):
            as_person(world.link_worker, request_information, referral_id=referral.id, question="Who is at home?")
            relay()
        with clock.at(at(1, 15)):
            as_person(world.nurse, reply_to_request, referral_id=referral.id, words="Ken.")
            relay()
            fire_due_rungs()
        told = Alert.objects.get(kind="referral.replied", about_id=referral.id)
        assert (told.due_at, told.escalation_level, told.next_rung_at) == (at(1, 17), 0, at(1, 16))

    def test_the_tag_says_how_it_stands(self, world):
        with clock.at(at(1, 10)):
            referral = sent(world, world.resident(), ask=urgent())
        assert [clock_tag(referral, at(1, hour, minute)).state for hour, minute in ((10, 5), (11, 30), (12, 0))] == [
            "on_time", "due_soon", "overdue",
        ]  # fmt: skip
        assert clock_tag(referral, at(1, 10, 5)).at == "Today 12:00"

    def test_on_hold_is_paused_until_its_day_and_overdue_from_then_on(self, world):
        with clock.at(at(1, 10)):
            referral = held(world, world.resident())
        assert referral.hold_until == at(1, 0, year=2027).date()
        paused, late = clock_tag(referral, at(2, 10)), clock_tag(referral, at(1, 0, year=2027))
        assert (paused.state, paused.at) == ("paused", "They are unwell, until 01-Dec-2027")
        assert (late.state, late.at) == ("overdue", "On hold until 01-Dec-2027")
        with clock.at(at(2, 10)):
            referral = as_person(world.link_worker, resume_referral, referral_id=referral.id)
        assert clock_tag(referral, at(2, 10)).state == "no_clock"

    def test_a_draft_and_an_accepted_one_show_no_clock(self, world):
        assert clock_tag(drafted(world, world.resident()), at(1, 10)).state == "no_clock"
        assert clock_tag(accepted(world, world.resident()), at(1, 10)).state == "no_clock"


def urgent():
    return ASK.__class__(reason="Fell twice", urgency="urgent", urgency_reason="Alone tonight", no_known_risks=True)
