"""Back, other words, send: nothing typed is lost, nothing is overwritten, and the page says that it was sent before."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from django.db.models import Model
from django.urls import reverse

from carecoord import clock
from carecoord.ids import new_id
from careplans.models import Action, Goal
from careplans.services import create_plan
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Encounter, Role
from referrals.models import Handover, Referral
from referrals.services.handovers import offer_handover
from referrals.services.referrals import send_referral
from tests.referrals.handovers import action

pytestmark = pytest.mark.django_db

SAID = "You sent this form already, and what it made says something else: send it again to make another"
SAID_OF_A_DRAFT = "You sent this form already, and the draft it made says something else"


@dataclass
class Once:
    """One form: where it is, what is typed, which of that is words, what it makes, and the page of that."""

    url: str
    typed: dict
    words: str
    makes: type[Model]
    shown_at: str

    def sent(self, client, words, **other):
        return client.post(other.pop("to", self.url), self.typed | {self.words: words} | other)

    def stands(self):
        return list(self.makes.objects.order_by("id").values_list(self.words, flat=True))


def _moment(at):
    return {"at_day": at.day, "at_month": at.month, "at_year": at.year, "at_time": f"{at:%H:%M}"}


def _forms(world, sheila):
    nursing, tomorrow = str(world.nursing.id), clock.now().replace(second=0, microsecond=0) + timedelta(days=1)
    here = [sheila.id]
    return {
        "goal": Once(reverse("goal_new", args=here), {"importance": "7"}, "title", Goal, "goal_detail"),
        "action": Once(reverse("action_new", args=here), {"team": nursing}, "title", Action, "action_detail"),
        "note": Once(
            reverse("encounter_new", args=here),
            {"team": nursing, "status": "done", "kind": "note"},
            "note",
            Encounter,
            "encounter",
        ),
        "planned visit": Once(
            reverse("encounter_plan", args=here),
            {"team": nursing, "kind": "visit"} | _moment(tomorrow),
            "purpose",
            Encounter,
            "encounter",
        ),
        "referral": Once(
            reverse("refer_why", args=[sheila.id, world.carers_service.id]),
            {"urgency": "routine", "no_known_risks": "on", "see": "1"},
            "reason",
            Referral,
            "referral_detail",
        ),
        "handover": Once(
            reverse("hand_over", args=here),
            {"from_team": nursing, "to_team": str(world.ward.id), "kind": "team", "then": "draft"},
            "situation",
            Handover,
            "handover",
        ),
    }


ANOTHER = ("goal", "action", "note", "planned visit")
DRAFTS = ("referral", "handover")


@pytest.fixture
def sheila(world):
    resident = world.resident()
    with acting_as(world.nurse) as by:
        create_plan(by=by, resident_id=resident.id)
    return resident


@pytest.fixture
def once(world, sheila):
    """A form, opened: it holds the id of what it will make."""

    def opened(name):
        form = _forms(world, sheila)[name]
        form.typed["made"] = str(new_id())
        return form

    return opened


def text(response):
    return unescape(" ".join(response.content.decode().split()))


@pytest.mark.parametrize("name", [*ANOTHER, *DRAFTS])
def test_other_words_are_kept_on_the_page_and_change_nothing(signed_in, once, name):
    client, form = signed_in("nurse"), once(name)
    assert form.sent(client, "The first words").status_code == 302
    again = form.sent(client, "Quite other words")
    assert again.status_code == 422
    page = text(again)
    assert page.count(SAID if name in ANOTHER else SAID_OF_A_DRAFT) == 1
    assert "Quite other words" in page
    assert f'href="{reverse(form.shown_at, args=[form.typed["made"]])}"' in page
    assert form.stands() == ["The first words"]


@pytest.mark.parametrize("name", [*ANOTHER, *DRAFTS])
def test_the_same_words_lead_on_as_they_did_at_first(signed_in, once, name):
    client, form = signed_in("nurse"), once(name)
    first, second = form.sent(client, "Words\r\nand more"), form.sent(client, " Words\r\nand more ")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert len(form.stands()) == 1


@pytest.mark.parametrize("name", ANOTHER)
def test_what_the_page_shows_makes_another_when_it_is_sent(signed_in, once, name):
    client, form = signed_in("nurse"), once(name)
    form.sent(client, "The first words")
    shown = form.sent(client, "Quite other words").context["form"]
    fresh = {"made": shown["made"].value()}
    for _ in range(2):
        assert form.sent(client, shown[form.words].value(), **fresh).status_code == 302
    assert form.stands() == ["The first words", "Quite other words"]


@pytest.mark.parametrize("name", DRAFTS)
def test_what_the_page_shows_goes_into_the_draft_when_it_is_sent(signed_in, once, name):
    client, form = signed_in("nurse"), once(name)
    form.sent(client, "The first words")
    again = form.sent(client, "Quite other words")
    send_to = again.context["send_to"]
    assert f'action="{send_to}"' in again.content.decode()
    version = again.context["form"]["version"].value()
    assert form.sent(client, "Quite other words", to=send_to, version=version).status_code == 302
    assert form.stands() == ["Quite other words"]


def test_what_has_been_sent_or_offered_is_a_draft_no_more_so_other_words_make_another(signed_in, world, once):
    client = signed_in("nurse")
    steps = {"referral": (send_referral, "referral_id"), "handover": (offer_handover, "handover_id")}
    for name, (step, named) in steps.items():
        form = once(name)
        form.sent(client, "The first words", recommendation="Visit")
        with acting_as(world.nurse) as by:
            step(by=by, **{named: form.typed["made"]})
        again = form.sent(client, "Quite other words", recommendation="Visit")
        assert SAID in text(again)
        assert again.context["send_to"] == ""
        made = again.context["form"]["made"].value()
        assert form.sent(client, "Quite other words", recommendation="Visit", made=made).status_code == 302
        assert form.stands() == ["The first words", "Quite other words"]


def test_a_draft_with_other_words_is_not_offered_in_passing(signed_in, once):
    client, form = signed_in("nurse"), once("handover")
    form.sent(client, "The first words", recommendation="Visit")
    assert form.sent(client, "Quite other words", recommendation="Visit", then="offer").status_code == 422
    assert Handover.objects.get().status == "draft"
    assert form.sent(client, "The first words", recommendation="Visit", then="offer").status_code == 302
    assert Handover.objects.get().status == "offered"


def test_other_ticks_are_other_words_and_stay_ticked(signed_in, world, sheila, once):
    client, form = signed_in("nurse"), once("handover")
    keys = [f"action:{action(world, sheila, title, by=world.nurse, team=world.nursing).id}" for title in ("A", "B")]
    form.sent(client, "Words", items=keys[:1])
    again = form.sent(client, "Words", items=keys)
    assert again.status_code == 422
    assert again.context["form"]["items"].value() == keys
    assert Handover.objects.get().snapshot == {"ticked": keys[:1]}


def test_another_button_of_the_same_form_is_another_entry(signed_in, once):
    client, form = signed_in("nurse"), once("note")
    form.sent(client, "At home, well")
    assert form.sent(client, "At home, well", kind="visit").status_code == 422
    assert Encounter.objects.get().kind == "note"


def test_a_draft_keeps_its_team_so_what_names_another_team_is_another_handover(signed_in, world, once):
    with clock.at(clock.now() - timedelta(days=1)):
        world.add_person("rover", world.community, Role.NURSE, [world.nursing, world.highcross_nursing])
    client, form = signed_in("rover"), once("handover")
    form.sent(client, "Words")
    again = form.sent(client, "Words", from_team=str(world.highcross_nursing.id))
    assert again.status_code == 422
    assert SAID in text(again)
    assert again.context["send_to"] == ""


@pytest.mark.parametrize("name", [*ANOTHER, *DRAFTS])
def test_an_id_in_use_out_of_sight_names_nothing_and_loses_nothing(signed_in, world, once, name):
    form = once(name)
    hidden = world.resident(by=world.outsider, team=world.highcross_nursing)
    with acting_as(world.outsider) as by:
        create_plan(by=by, resident_id=hidden.id)
    theirs = _forms(world, hidden)[name]
    theirs.typed |= {"made": form.typed["made"], "team": str(world.highcross_nursing.id)}
    theirs.typed |= {"from_team": str(world.highcross_nursing.id)} if name == "handover" else {}
    assert theirs.sent(signed_in("outsider"), "Not yours to read").status_code == 302
    client = signed_in("nurse")
    again = form.sent(client, "Mine")
    assert again.status_code == 422
    page = text(again)
    assert "You sent this form already: send it again to make another" in page
    assert form.typed["made"] not in page
    assert "Mine" in page
    assert form.stands() == ["Not yours to read"]
    assert form.sent(client, "Mine", made=again.context["form"]["made"].value()).status_code == 302
    assert form.stands() == ["Not yours to read", "Mine"]
