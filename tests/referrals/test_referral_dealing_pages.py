"""What leaves a referral in its state, on the pages: dealing with it oneself, and changing what was asked."""

import pytest
from django.urls import reverse

from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Role
from referrals.models import Referral
from referrals.services.referrals import claim_referral
from tests.referrals.referral_steps import accepted, as_person, completed, drafted, sent
from tests.referrals.test_referral_pages import SAY_WHY, move_url, said, text_of, url

pytestmark = pytest.mark.django_db
CHANGED = SAY_WHY | {"reason": "Ken fell this morning.", "urgency": "urgent", "urgency_reason": "A fall"}


def test_somebody_of_the_receiving_team_deals_with_it_in_one_tap(signed_in, world):
    referral = sent(world, world.resident())
    browser = signed_in("link_worker")
    assert "I will deal with it" in text_of(browser.get(url("referral_detail", referral.id)))
    answer = browser.post(move_url(referral, "claim"))
    assert said(answer) == ["You deal with it now. Carers team answers for it as before."]
    referral.refresh_from_db()
    assert (referral.status, referral.assigned_to_id) == ("sent", world.link_worker.membership_id)
    page = text_of(browser.get(url("referral_detail", referral.id)))
    assert "I will deal with it" not in page
    assert "Link Worker deals with it." in page


def test_who_comes_second_is_told_who_was_first(signed_in, world):
    colleague = world.add_person("colleague", world.charity, Role.LINK_WORKER, [world.carers])
    referral = sent(world, world.resident())
    as_person(colleague, claim_referral, referral_id=referral.id)
    answer = signed_in("link_worker").post(move_url(referral, "claim"))
    assert answer.url == url("referral_detail", referral.id)
    assert said(answer) == ["Colleague deals with this referral already."]
    referral.refresh_from_db()
    assert referral.assigned_to_id == colleague.membership_id


def test_the_sender_cannot_say_who_deals_with_it(signed_in, world):
    referral = sent(world, world.resident())
    browser = signed_in("nurse")
    assert "I will deal with it" not in text_of(browser.get(url("referral_detail", referral.id)))
    browser.post(move_url(referral, "claim"))
    referral.refresh_from_db()
    assert referral.assigned_to_id is None


def test_the_sender_changes_what_is_asked_and_the_receiver_is_told(signed_in, world):
    referral = sent(world, world.resident())
    before = referral.respond_by
    browser = signed_in("nurse")
    amend = url("referral_amend", referral.id)
    assert f'href="{amend}"' in browser.get(url("referral_detail", referral.id)).content.decode()
    page = browser.get(amend)
    assert "Ken is worn out and asks for a break." in text_of(page)
    version = page.context["form"]["version"].value()
    answer = browser.post(amend, CHANGED | {"version": version, "words": "He fell: sooner than we thought"})
    assert answer.url == url("referral_detail", referral.id)
    assert said(answer) == ["Saved. Carers team is told what has changed."]
    referral.refresh_from_db()
    assert (referral.status, referral.reason, referral.urgency) == ("sent", "Ken fell this morning.", "urgent")
    assert referral.respond_by < before
    assert OutboxMessage.objects.filter(topic="referral.amended", about_id=referral.id).count() == 1
    theirs = text_of(signed_in("link_worker").get(url("referral_detail", referral.id)))
    assert "Ken fell this morning." in theirs
    assert "Changed by the sender" in theirs
    assert "He fell: sooner than we thought" in theirs


def test_what_a_receiver_needs_is_asked_for_and_what_was_typed_is_kept(signed_in, world):
    referral = sent(world, world.resident())
    browser = signed_in("nurse")
    bare = CHANGED | {"reason": "", "no_known_risks": "", "words": "", "told_resident": "Rang her"}
    refused = browser.post(url("referral_amend", referral.id), bare)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"words"}
    refused = browser.post(url("referral_amend", referral.id), bare | {"words": "Sooner"})
    assert set(refused.context["form"].errors) == {"reason", "risks"}
    assert 'value="Rang her"' in refused.content.decode()
    referral.refresh_from_db()
    assert referral.reason == "Ken is worn out and asks for a break."


def test_a_stale_change_shows_what_stands_there_and_replaces_it_when_saved_again(signed_in, world):
    referral = sent(world, world.resident())
    browser, amend = signed_in("nurse"), url("referral_amend", referral.id)
    version = browser.get(amend).context["form"]["version"].value()
    first = CHANGED | {"version": version, "words": "A fall"}
    assert browser.post(amend, first).status_code == 302
    stale = browser.post(amend, first | {"reason": "Ken is well again."})
    assert stale.status_code == 422
    assert "It says now:" in text_of(stale)
    assert "Ken fell this morning." in text_of(stale)
    assert "Ken is well again." in text_of(stale)
    again = first | {"reason": "Ken is well again.", "version": stale.context["form"].data["version"]}
    assert browser.post(amend, again).status_code == 302
    referral.refresh_from_db()
    assert referral.reason == "Ken is well again."


@pytest.mark.parametrize("step", [drafted, completed])
def test_what_is_a_draft_or_has_ended_is_not_changed_there(signed_in, world, step):
    referral = step(world, world.resident())
    browser = signed_in("nurse")
    answer = browser.post(url("referral_amend", referral.id), CHANGED | {"words": "Why"})
    assert answer.url == url("referral_detail", referral.id)
    assert said(answer) == ["This is no longer possible: the referral has moved on. See what stands here now."]
    assert Referral.objects.get(id=referral.id).reason == "Ken is worn out and asks for a break."


@pytest.mark.parametrize("who", ["link_worker", "outsider"])
def test_nobody_but_the_sender_opens_the_change(signed_in, world, who):
    referral = accepted(world, world.resident())
    browser = signed_in(who)
    assert browser.get(reverse("referral_amend", args=[referral.id])).status_code == 404
    assert browser.post(reverse("referral_amend", args=[referral.id]), CHANGED | {"words": "x"}).status_code == 404
