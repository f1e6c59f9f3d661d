"""The reckoning of a run sees each promise that is broken: here each is broken on purpose."""

from datetime import date, timedelta

import pytest

from carecoord import clock
from carecoord.alerts.digests import send_digests
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRecipient, AlertRung
from carecoord.chaos.flood import Kept
from carecoord.chaos.mail import Handed
from carecoord.chaos.place import build_place
from carecoord.chaos.reckoning import reckon
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from neighbourhoods import gate
from neighbourhoods.services import Identity, open_caseload_entry, register_resident
from referrals.services.handovers import draft_handover, offer_handover

pytestmark = pytest.mark.django_db


class Finished:
    """A run in which one handover was offered, never answered, and everybody was told."""

    def __init__(self) -> None:
        self.place = build_place()
        by, team_id = self.place.giver, self.place.ward.id
        with gate.acting_as(by):
            somebody = register_resident(
                by=by, identity=Identity("Nobody", "Who Exists", date(1950, 1, 1)), team_id=team_id
            )
            open_caseload_entry(by=by, resident_id=somebody.id, team_id=team_id, is_lead=True)
            told = {"kind": "discharge", "situation": "Goes home.", "to_team_id": self.place.nursing.id}
            draft = draft_handover(by=by, resident_id=somebody.id, from_team_id=team_id, **told)
            self.handover = offer_handover(by=by, handover_id=draft.id)
        relay()
        with clock.at(clock.now() + timedelta(days=3)):
            fire_due_rungs()
            relay()
        with clock.at(clock.now() + timedelta(days=3, minutes=2)):
            send_digests()
        Delivery.objects.update(state="sent")
        self.kept = Kept(offered=[self.handover.id])
        self.handed = [
            Handed(str(one.id), one.recipient.email, "words", is_taken=True)
            for one in Delivery.objects.select_related("recipient")
        ]

    def wrong(self):
        return reckon(self.place, self.kept, self.handed).wrong


@pytest.fixture
def run(db):
    return Finished()


def lose_the_alert(run):
    alert = Alert.objects.filter(about_id=run.handover.id, team=run.place.nursing)
    AlertRung.objects.filter(alert__in=alert).delete()
    AlertRecipient.objects.filter(alert__in=alert).delete()
    alert.update(about_id=new_id())


def lose_a_recipient(run):
    alert = Alert.objects.get(about_id=run.handover.id, team=run.place.nursing)
    alert.recipients.filter(membership__user__name="Chaos Second Nurse").delete()


def lose_a_rung(run):
    AlertRung.objects.filter(level=2).delete()


def lose_the_last_rung(run):
    AlertRung.objects.filter(level=4).delete()


def lose_a_message(run):
    run.handed = run.handed[1:]


def send_under_another_id(run):
    run.handed.append(Handed(str(new_id()), "nurse@chaos.invalid", "words", is_taken=True))


def send_elsewhere(run):
    run.handed.append(Handed(run.handed[0].message_id, "other@chaos.invalid", "words", is_taken=True))


def send_other_words_under_the_id(run):
    run.handed.append(Handed(run.handed[0].message_id, run.handed[0].address, "other words", is_taken=True))


def only_refuse_a_message(run):
    first = run.handed[0]
    run.handed[0] = Handed(first.message_id, first.address, "words", is_taken=False)


def tell_of_what_was_taken_back(run):
    run.kept.rolled_back.append(run.handover.id)


def leave_news_waiting(run):
    OutboxMessage.objects.create(topic="test.waits", about_type="thing", about_id=new_id())


def tell_the_news_twice(run):
    news = OutboxMessage.objects.get(topic="handover.offered", about_id=run.handover.id)
    OutboxMessage.objects.create(
        topic=news.topic, about_type="handover", about_id=news.about_id, delivered_at=clock.now()
    )


def forget_what_was_said_to_be_done(run):
    run.kept.offered.append(new_id())


def leave_a_message_unsent(run):
    Delivery.objects.filter(id=Delivery.objects.values("id")[:1]).update(state="waiting")


BROKEN = {
    lose_the_alert: "Nobody was told",
    lose_a_recipient: "Not everybody of the receiving team was told",
    lose_a_rung: "did not climb their ladder",
    lose_the_last_rung: "did not climb to the end",
    lose_a_message: "never arrived",
    send_under_another_id: "ids that nobody asked for",
    send_elsewhere: "another address",
    send_other_words_under_the_id: "other words",
    only_refuse_a_message: "never arrived",
    tell_of_what_was_taken_back: "were taken back, and are there",
    leave_news_waiting: "still waits",
    tell_the_news_twice: "not exactly one piece of news",
    forget_what_was_said_to_be_done: "and they are not",
    leave_a_message_unsent: "were not sent",
}


def test_a_run_in_which_all_held_has_nothing_wrong(run):
    assert run.wrong() == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.__name__)
def test_a_broken_promise_is_named(run, broken):
    broken(run)
    assert any(BROKEN[broken] in sentence for sentence in run.wrong()), run.wrong()
