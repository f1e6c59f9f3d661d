"""After a death nothing goes out, what is open is listed to its teams, and a wrong one is taken back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from carecoord.outbox.tasks import relay
from careplans.models import Action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.services import (
    EncounterFacts,
    change_resident,
    move_encounter,
    plan_encounter,
    record_death,
    undo_death,
)
from referrals.models import Handover, Referral
from tests.api.conftest import partner  # noqa: F401
from tests.governance.test_moves import open_to, told
from tests.life import known, live
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db


def live_until_then(world):
    """Sheila has a visit planned, an action, a referral sent to the carers and a handover offered to the surgery."""
    live(world)
    with acting_as(world.nurse) as by:
        world.visit = plan_encounter(
            by=by,
            resident_id=world.sheila.id,
            team_id=world.nursing.id,
            facts=EncounterFacts(kind="visit", purpose="Dressing", at=clock.now() + timedelta(days=2)),
        )
    open_to(world, world.sheila, world.ward)


standing = made_once(live_until_then)


@pytest.fixture
def lived(world):
    return world


def died(world, who="ward_nurse", **given):
    with acting_as(world.people[who]) as by:
        record_death(by=by, resident_id=world.sheila.id, died_on=clock.today(), **given)
    relay()


def undone(world, who="nurse", reason="It was her sister"):
    with acting_as(world.people[who]) as by:
        undo_death(by=by, resident_id=world.sheila.id, reason=reason)
    relay()


def test_each_team_around_is_told_once_by_reference_and_not_the_one_that_wrote_it(lived, mailoutbox):
    died(lived)
    died(lived, status="2")
    with acting_as(lived.nurse) as by:
        record_death(by=by, resident_id=lived.sheila.id, died_on=clock.today() - timedelta(days=1))
    relay()
    assert told("resident.died") == ["Millbrook Community Nursing"]
    # They have the card of a referral, or of an offered handover.
    assert told("resident.died_asked") == ["Bridge Street team", "Carers team"]
    assert not any("Hartley" in one.body + one.subject or "Sheila" in one.body for one in mailoutbox)


def test_nothing_ends_by_itself(lived):
    def all_of_it():
        return [
            list(model.objects.filter(resident=lived.sheila).order_by("id").values("id", "status", "version"))
            for model in (Encounter, Action, Referral, Handover)
        ]

    before = all_of_it()
    died(lived)
    assert all_of_it() == before


def test_what_is_planned_and_open_is_listed_to_the_teams_and_goes_from_the_list_as_they_close_it(lived, client):
    died(lived)
    sign_in(client, lived, "nurse")
    alert = Alert.objects.get(kind="resident.died", team=lived.nursing)
    page = client.get(reverse("alert_open", args=[alert.id]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("resident_death", args=[lived.sheila.id])
    left = page.text.partition("Still planned and open")[2].partition("<form")[0]
    for words in ("Visit: Dressing", "Visit", "Carers", "Handover", "Millbrook Community Nursing", "Your team"):
        assert words in left
    with acting_as(lived.nurse) as by:
        move_encounter(by=by, encounter_id=lived.visit.id, verb="cancel", reason="She has died")
    page = client.get(reverse("resident_death", args=[lived.sheila.id])).text
    assert "Visit: Dressing" not in page


def test_the_record_says_so_above_all_else_and_counts_what_is_left(lived, client):
    died(lived)
    sign_in(client, lived, "nurse")
    page = client.get(reverse("resident_record", args=[lived.sheila.id])).text
    assert "banner--died" in page
    assert offered_on_top(page) == ["Add a note"]
    assert "5 things are still planned or open" in " ".join(page.split())
    assert reverse("resident_death", args=[lived.sheila.id]) in page


def offered_on_top(page):
    buttons = page.partition('class="record-tabs__buttons">')[2].partition("</div>")[0]
    return [word for word in ("Refer", "Hand over", "Add a note") if word in buttons]


def test_to_refer_and_to_hand_over_are_offered_on_top_of_the_record_of_the_living_alone(lived, client):
    sign_in(client, lived, "nurse")
    here = reverse("resident_record", args=[lived.sheila.id])
    assert offered_on_top(client.get(here).text) == ["Refer", "Hand over", "Add a note"]
    died(lived)
    assert offered_on_top(client.get(here).text) == ["Add a note"]
    assert client.get(reverse("hand_over", args=[lived.sheila.id])).status_code == 200
    undone(lived)
    assert offered_on_top(client.get(here).text) == ["Refer", "Hand over", "Add a note"]


def test_nothing_is_sent_to_somebody_who_has_died_and_nothing_planned_anew(lived, client):
    sheila = lived.sheila
    assert Resident.objects.get(id=sheila.id).may_be_written_to
    died(lived)
    assert not Resident.objects.get(id=sheila.id).may_be_written_to
    sign_in(client, lived, "nurse")
    assert "Nothing is sent to them any more" in client.get(reverse("resident_people", args=[sheila.id])).text
    facts = EncounterFacts(kind="call", at=clock.now() + timedelta(days=1))
    with acting_as(lived.nurse) as by, pytest.raises(RuleError, match="has died"):
        plan_encounter(by=by, resident_id=sheila.id, team_id=lived.nursing.id, facts=facts)


def test_a_death_that_was_a_mistake_is_taken_back_with_a_reason_and_everybody_told_is_told_so(lived, client):
    died(lived)
    undone(lived)
    sheila = Resident.objects.get(id=lived.sheila.id)
    assert (sheila.died_on, sheila.death_status, sheila.may_be_written_to) == (None, "U", True)
    assert set(Alert.objects.filter(kind__startswith="resident.died").values_list("state", flat=True)) == {"resolved"}
    assert told("resident.death_undone") == ["Ward 7"]
    assert told("resident.death_undone_asked") == ["Bridge Street team", "Carers team"]
    (entry,) = AuditEntry.objects.filter(verb="resident.death_undone")
    assert (entry.reason, entry.resident_id) == ("It was her sister", sheila.id)
    sign_in(client, lived, "nurse")
    page = client.get(reverse("resident_timeline", args=[sheila.id])).text
    assert "Death recorded" in page
    assert "Death taken back: it was a mistake" in page
    assert "banner--died" not in page


def test_taking_back_says_why_and_what_was_never_recorded_is_not_taken_back(lived):
    with acting_as(lived.nurse) as by, pytest.raises(RuleError, match="No death"):
        undo_death(by=by, resident_id=lived.sheila.id, reason="Why not")
    died(lived)
    with acting_as(lived.nurse) as by, pytest.raises(RuleError, match="Say why"):
        undo_death(by=by, resident_id=lived.sheila.id, reason="  ")
    assert Resident.objects.get(id=lived.sheila.id).died_on


@pytest.mark.parametrize("day", [date(1940, 1, 1), date(2999, 1, 1)])
def test_a_day_that_cannot_be_is_refused_whoever_says_it(lived, day):
    for write in (
        lambda by: record_death(by=by, resident_id=lived.sheila.id, died_on=day),
        lambda by: change_resident(by=by, resident_id=lived.sheila.id, identity=known(lived.sheila, died_on=day)),
    ):
        with acting_as(lived.nurse) as by, pytest.raises(RuleError, match="Choose"):
            write(by)
    assert Resident.objects.get(id=lived.sheila.id).died_on is None


def test_a_partner_system_that_says_so_tells_the_same_teams_and_takes_it_back(lived, partner):
    of_the_ward = partner("of-the-ward", lived.ward)
    address = f"residents/{lived.sheila.id}/"
    day = clock.today().isoformat()
    answer = of_the_ward.patch(address, {"died_on": day}, If_Match=of_the_ward.get(address)["ETag"])
    assert (answer.status_code, answer.json()["died_on"]) == (200, day)
    relay()
    assert told("resident.died") == ["Millbrook Community Nursing"]
    answer = of_the_ward.patch(address, {"died_on": None}, If_Match=answer["ETag"])
    assert (answer.status_code, answer.json()["death_status"]) == (200, "U")
    relay()
    assert told("resident.death_undone") == ["Millbrook Community Nursing"]


def test_the_pages_record_a_death_and_take_it_back(lived, client):
    sign_in(client, lived, "nurse")
    address, undo = (reverse(name, args=[lived.sheila.id]) for name in ("resident_death", "death_undo"))
    assert address in client.get(reverse("resident_people", args=[lived.sheila.id])).text
    today = clock.today()
    day = {"died_on_day": today.day, "died_on_month": today.month, "died_on_year": today.year}
    for given in ({}, day, day | {"died_on_year": today.year + 1, "death_status": "1"}, day | {"death_status": "U"}):
        assert client.post(address, given).status_code == 422
    assert Resident.objects.get(id=lived.sheila.id).died_on is None
    done = client.post(address, day | {"death_status": "1"}, follow=True)
    assert "is recorded. The teams around them are told." in done.text
    assert client.post(undo, {"reason": ""}).status_code == 422
    done = client.post(undo, {"reason": "It was her sister"}, follow=True)
    assert "has not died" in done.text
    assert Resident.objects.get(id=lived.sheila.id).died_on is None


@pytest.mark.parametrize("who", ["outsider", "link_worker"])
def test_whoever_does_not_see_the_record_records_no_death(lived, client, who):
    sign_in(client, lived, who)
    for name in ("resident_death", "death_undo"):
        assert client.post(reverse(name, args=[lived.sheila.id]), {"reason": "x"}).status_code == 404


@pytest.mark.thorough
def test_a_list_of_much_costs_no_more_statements_than_of_little(lived, client):
    from tests.statements import statements_of

    died(lived)
    sign_in(client, lived, "nurse")
    address = reverse("resident_death", args=[lived.sheila.id])
    client.get(address)
    few = len(statements_of(lambda: client.get(address)))
    Resident.objects.filter(id=lived.sheila.id).update(died_on=None)
    with acting_as(lived.nurse) as by:
        for days in range(3, 20):
            facts = EncounterFacts(kind="visit", at=clock.now() + timedelta(days=days))
            plan_encounter(by=by, resident_id=lived.sheila.id, team_id=lived.nursing.id, facts=facts)
    Resident.objects.filter(id=lived.sheila.id).update(died_on=clock.today())
    assert len(statements_of(lambda: client.get(address))) == few
