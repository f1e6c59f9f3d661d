"""By when a receiver says that its work will be complete: said on accepting, or not at all."""

import re
from datetime import UTC, date, datetime

import pytest

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.gate import acting_as
from referrals.display_referral_page import referral_page
from referrals.models import Referral
from referrals.services.handovers.items import open_items_of
from referrals.services.referrals import Ask, accept_referral, start_referral, undo_acceptance
from tests.referrals.referral_steps import accepted, as_person, sent
from tests.referrals.test_referral_pages import move_url, said, second_service, url
from tests.referrals.test_referral_pages import text_of as source_of

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 12, 1, 10, tzinfo=UTC)
FRIDAY = {"complete_by_day": "4", "complete_by_month": "12", "complete_by_year": "2026"}
TWO_HOUR = Ask(reason="Ken fell.", no_known_risks=True, urgency="two_hour", urgency_reason="A fall")


@pytest.fixture(autouse=True)
def tuesday():
    with clock.at(TUESDAY):
        yield


def text_of(response):
    return " ".join(re.sub("<[^>]+>", "", source_of(response)).split())


def promised(world, referral, day):
    return as_person(world.link_worker, accept_referral, referral_id=referral.id, complete_by=day)


def test_a_day_is_promised_to_its_end(world):
    referral = promised(world, sent(world, world.resident()), date(2026, 12, 4))
    assert (referral.status, referral.complete_by) == ("accepted", datetime(2026, 12, 4, 17, tzinfo=UTC))
    assert referral.events.get(verb="accept").words == "To be complete by 04-Dec-2026 17:00."
    assert as_person(world.link_worker, start_referral, referral_id=referral.id).complete_by == referral.complete_by


def test_today_can_be_promised_and_nothing_need_be(world):
    assert promised(world, sent(world, world.resident()), TUESDAY.date()).complete_by.hour == 17
    silent = accepted(world, world.resident())
    assert (silent.complete_by, silent.events.get(verb="accept").words) == (None, "")


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(1, 1, 1)])
def test_a_day_that_is_over_cannot_be_promised(world, day):
    referral = sent(world, world.resident())
    with pytest.raises(RuleError) as refusal:
        promised(world, referral, day)
    assert (refusal.value.sentence, refusal.value.field) == ("That day is over. Choose a later one.", "complete_by")
    with clock.at(TUESDAY.replace(hour=18)), pytest.raises(RuleError):
        promised(world, referral, TUESDAY.date())
    assert Referral.objects.get(id=referral.id).status == "sent"


def test_it_is_not_complete_before_it_is_to_start(world):
    with clock.at(TUESDAY.replace(hour=19)):
        referral = sent(world, world.resident(), ask=TWO_HOUR)
        assert referral.start_by == datetime(2026, 12, 2, 9, tzinfo=UTC)
        with pytest.raises(RuleError) as refusal:
            promised(world, referral, TUESDAY.date())
        assert refusal.value.sentence == "It is to start by 02-Dec-2026. Choose that day or a later one."
        assert promised(world, referral, date(2026, 12, 2)).complete_by == datetime(2026, 12, 2, 17, tzinfo=UTC)


def test_on_the_day_it_starts_it_is_complete_with_the_start_at_the_earliest(world):
    with clock.at(TUESDAY.replace(hour=16, minute=30)):
        referral = sent(world, world.resident(), ask=TWO_HOUR)
        assert (
            promised(world, referral, TUESDAY.date()).complete_by
            == referral.start_by
            == TUESDAY.replace(hour=18, minute=30)
        )


def test_an_acceptance_undone_takes_the_promise_back(world):
    referral = promised(world, sent(world, world.resident()), date(2026, 12, 4))
    assert as_person(world.link_worker, undo_acceptance, referral_id=referral.id).complete_by is None
    assert accepted_again(world, referral).complete_by is None


def accepted_again(world, referral):
    return as_person(world.link_worker, accept_referral, referral_id=referral.id)


def test_a_handover_says_by_when_what_it_moves_was_promised(world):
    sheila = world.resident()
    referral = promised(world, sent(world, sheila), date(2026, 12, 4))
    items = as_person(world.link_worker, open_items_of, resident_id=sheila.id)
    assert [item.due_at for item in items if item.ref.item_id == referral.id] == [referral.complete_by]


def test_the_receiver_accepts_at_once_or_says_by_when(signed_in, world):
    referral = sent(world, world.resident())
    browser = signed_in("link_worker")
    page = browser.get(url("referral_detail", referral.id)).content.decode()
    assert f'action="{move_url(referral, "accept")}"' in page
    assert f'href="{move_url(referral, "accept")}"' in page
    form = text_of(browser.get(move_url(referral, "accept")))
    assert "By when will it be complete?" in form
    assert "Carers team becomes responsible" in form
    answer = browser.post(move_url(referral, "accept"), FRIDAY)
    assert said(answer)[0].startswith("Carers team is now responsible for this referral.")
    for who in ("link_worker", "nurse"):
        shown = text_of(signed_in(who).get(url("referral_detail", referral.id)))
        assert "It is to be complete by 04-Dec-2026 17:00." in shown
        assert "Accepted: To be complete by 04-Dec-2026 17:00." in shown
    timeline = text_of(signed_in("nurse").get(f"/residents/{referral.resident_id}/timeline/"))
    assert "Referral accepted, to be complete by 04-Dec-2026" in timeline
    with clock.at(datetime(2026, 12, 7, 9, tzinfo=UTC)), acting_as(world.nurse):
        late = referral_page(Referral.objects.get(id=referral.id), [], world.nurse)
        assert late.complete_by == "It was to be complete by 04-Dec-2026 17:00."


def test_a_day_that_is_over_is_refused_on_the_page_and_kept_there(signed_in, world):
    referral = sent(world, world.resident())
    refused = signed_in("link_worker").post(move_url(referral, "accept"), FRIDAY | {"complete_by_year": "2025"})
    assert refused.status_code == 422
    assert "That day is over. Choose a later one" in text_of(refused)
    assert 'value="2025"' in refused.content.decode()
    assert Referral.objects.get(id=referral.id).status == "sent"


def test_the_form_of_what_is_accepted_already_says_so(signed_in, world):
    referral = accepted(world, world.resident())
    answer = signed_in("link_worker").get(move_url(referral, "accept"))
    assert answer.url == url("referral_detail", referral.id)
    assert said(answer) == ["This is no longer possible: the referral has moved on. See what stands here now."]


def test_the_sender_writes_down_what_a_service_without_a_team_here_promised(signed_in, world):
    outside = second_service(world, "Walking group", team=None)
    referral = sent(world, world.resident(), service=outside)
    browser = signed_in("nurse")
    assert "They have accepted, and say by when" in text_of(browser.get(url("referral_detail", referral.id)))
    browser.post(move_url(referral, "accept"), FRIDAY)
    assert Referral.objects.get(id=referral.id).complete_by == datetime(2026, 12, 4, 17, tzinfo=UTC)
