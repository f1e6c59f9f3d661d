"""A ward's or a team's list handed over together (rule 9): in order, all or nobody, with who is left."""

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from referrals import feeds_handovers as feeds
from referrals.models import Handover, HandoverItem
from referrals.services.handovers import Listed, offer_list
from tests.referrals.handovers import TUESDAY, accepted, action, ken_on_the_ward, offered
from tests.referrals.test_handover_pages import text

pytestmark = pytest.mark.django_db


def together(world, *listed, batch_id=None, by=None, **words):
    by = by or world.ward_nurse
    words = {"to_team_id": world.nursing.id, "kind": "team"} | words
    with acting_as(by):
        return offer_list(by=by, from_team_id=world.ward.id, batch_id=batch_id or new_id(), listed=listed, words=words)


@pytest.fixture
def three(world):
    names = ("Ada", "Ben", "Cyd")
    return [ken_on_the_ward(world, given_name=name, preferred_name=name, family_name=f"{name}son") for name in names]


def batch_page(made):
    return reverse("handover_batch", args=[made[0].batch_id])


def test_handover_rule_09_a_list_is_offered_in_order_of_priority_with_what_is_open(world, three):
    ada, ben, cyd = three
    letter = action(world, ben, "Chase the scan")
    made = together(
        world,
        Listed(ada.id, "Stable."),
        Listed(ben.id, "Chest pain at six.", "Ring at seven", 1),
        Listed(cyd.id, "Up."),
    )
    assert [one.resident_id for one in made] == [ben.id, ada.id, cyd.id]
    assert {(one.status, one.accountable_team, one.to_team) for one in made} == {("offered", world.ward, world.nursing)}
    assert len({one.batch_id for one in made}) == 1
    assert (made[0].recommendation, made[0].priority) == ("Ring at seven", 1)
    assert HandoverItem.objects.get(handover=made[0]).item_id == letter.id
    relay()
    assert Alert.objects.filter(kind="handover.offered", team=world.nursing).count() == 3


def test_handover_rule_09_each_is_accepted_by_itself_and_the_giver_sees_who_is_left(world, three, signed_in):
    ada, ben, _ = three
    made = together(world, Listed(ada.id, "Stable."), Listed(ben.id, "Sore."))
    accepted(world, made[0])
    giver = text(signed_in("ward_nurse").get(batch_page(made)))
    assert "2 handed over together, 1 waits for an answer." in giver
    assert "CYDSON, Cyd" in giver
    receiver = text(signed_in("nurse").get(batch_page(made)))
    assert "ADASON, Ada" in receiver
    assert "BENSON, Ben" in receiver
    assert "CYDSON" not in receiver
    assert "Open the first that waits" in receiver


def test_somebody_of_the_list_leads_to_the_next_that_waits(world, three):
    made = together(world, *(Listed(one.id, "Stable.") for one in three))
    with acting_as(world.nurse):
        place = feeds.place_in_batch(world.nurse, made[1])
        assert (place.number, place.whole, place.next_id) == (2, 3, made[2].id)
        last = feeds.place_in_batch(world.nurse, made[2])
        assert last.next_id == made[0].id
    with acting_as(world.ward_nurse):
        assert feeds.place_in_batch(world.ward_nurse, made[1]).next_id is None


def emails_of(world):
    """By receiver, in the order in which they are asked for: the line, and where it leads."""
    told = {}
    for one in Delivery.objects.filter(recipient_id=world.nurse.actor_id).order_by("created_at", "id"):
        told.setdefault(one.recipient_id, []).append((one.line, one.path))
    return told.get(world.nurse.actor_id, [])


def test_a_list_is_one_email_for_each_receiver_and_each_person_of_it_an_alert(world, three):
    with clock.at(TUESDAY):
        together(world, *[Listed(one.id, "Well") for one in three])
        relay()
        assert Alert.objects.filter(team=world.nursing, kind="handover.offered").count() == 3
        assert emails_of(world) == [("3 things are waiting for your team in CareCoord (handover).", "/alerts/")]
    accepted(world, Handover.objects.first())
    with clock.at(Alert.objects.filter(team=world.nursing, kind="handover.offered").last().next_rung_at):
        relay(), fire_due_rungs()
        lines = [line for line, _ in emails_of(world)]
    assert lines[1:] == ["Some of 3 things are still waiting for your team in CareCoord (handover)."]
    assert len(set(Delivery.objects.values_list("recipient", "cause"))) == Delivery.objects.count()


def test_one_alone_of_a_list_is_told_as_one(world, three):
    with clock.at(TUESDAY):
        together(world, Listed(three[0].id, "Well"))
        relay()
        assert emails_of(world) == [
            (
                "1 thing is waiting for your team in CareCoord (handover).",
                f"/alerts/{Alert.objects.get(kind='handover.offered').id}/",
            )
        ]


def test_the_same_list_sent_again_makes_nothing_twice(world, three):
    batch_id = new_id()
    first = together(world, Listed(three[0].id, "Stable."), batch_id=batch_id)
    again = together(world, Listed(three[0].id, "Stable."), batch_id=batch_id)
    assert [one.id for one in first] == [one.id for one in again]


def test_one_who_cannot_be_offered_keeps_all_where_they_are_and_is_named_by_the_field(world, three):
    ada, ben, _ = three
    offered(world, ben, kind="team")
    with pytest.raises(RuleError) as refusal:
        together(world, Listed(ada.id, "Stable."), Listed(ben.id, "Sore."))
    assert refusal.value.field == f"situation_{ben.id}"
    assert Handover.objects.filter(resident=ada).count() == 0


@pytest.mark.parametrize(
    ("words", "field"),
    [({"kind": "discharge"}, "kind"), ({"kind": "leave_cover"}, "ends_at"), ({"to_team_id": None}, "to_team")],
)
def test_what_is_wrong_for_all_of_them_has_its_own_field(world, three, words, field):
    with pytest.raises(RuleError) as refusal:
        together(world, Listed(three[0].id, "Stable."), **words)
    assert refusal.value.field == field


def test_an_empty_list_is_no_list(world):
    with pytest.raises(RuleError, match="everybody whom you hand over"):
        together(world)


def test_a_ward_hands_its_list_over_in_one_form(world, three, signed_in):
    ada, ben, cyd = three
    client, url = signed_in("ward_nurse"), reverse("hand_over_list", args=[world.ward.id])
    assert "ADASON, Ada" in text(client.get(url))
    typed = {
        "made": str(new_id()),
        "to_team": str(world.nursing.id),
        "kind": "shift",
        f"situation_{ada.id}": "Stable.",
        f"priority_{ada.id}": "3",
        f"situation_{ben.id}": "Chest pain at six.",
        f"priority_{ben.id}": "1",
        f"recommendation_{ben.id}": "",
        f"situation_{cyd.id}": "",
    }
    shown = text(client.post(url, typed, follow=True))
    assert "Offered: 2 people to Millbrook Community Nursing." in shown
    assert shown.index("BENSON") < shown.index("ADASON")
    assert Handover.objects.filter(resident=cyd).count() == 0
    listed = text(signed_in("nurse").get(reverse("handover_list")))
    assert "Ward 7 to Millbrook Community Nursing" in listed
    assert "2 wait for an answer" in listed


def test_nothing_typed_is_lost_when_the_list_is_refused(world, three, signed_in):
    url = reverse("hand_over_list", args=[world.ward.id])
    typed = {"made": str(new_id()), "kind": "shift", f"recommendation_{three[0].id}": "Ring her son"}
    refused = signed_in("ward_nurse").post(url, typed)
    shown = text(refused)
    assert refused.status_code == 422
    assert "Choose the team that takes over" in shown
    assert "Say what is going on, or empty what is to be done" in shown
    assert "Ring her son" in shown


@pytest.mark.parametrize("who", ["nurse", "outsider", "privacy"])
def test_the_list_of_a_team_is_its_own_to_hand_over(world, signed_in, who):
    assert signed_in(who).get(reverse("hand_over_list", args=[world.ward.id])).status_code == 404


def test_a_list_that_is_nobodys_is_not_there(world, three, signed_in):
    made = together(world, Listed(three[0].id, "Stable."))
    assert signed_in("outsider").get(batch_page(made)).status_code == 404
    assert signed_in("nurse").get(reverse("handover_batch", args=[new_id()])).status_code == 404


@pytest.mark.parametrize("number", [2, 6])
def test_a_list_and_its_form_ask_as_often_for_six_as_for_two(world, signed_in, django_assert_max_num_queries, number):
    people = [ken_on_the_ward(world) for _ in range(number)]
    made = together(world, *(Listed(one.id, "Stable.") for one in people))
    client = signed_in("ward_nurse")
    for url, most in ((batch_page(made), 14), (reverse("hand_over_list", args=[world.ward.id]), 14)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
