"""Pages of handovers, as giver, receiver, outsider and nobody."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.ids import new_id
from neighbourhoods.gate import acting_as
from referrals import feeds_handovers as feeds
from referrals.models import Handover
from referrals.services.handovers import decline_handover
from tests.referrals.handovers import (
    SBAR,
    accepted,
    action,
    drafted,
    fact,
    ken_on_the_ward,
    nothing_moves,
    offered,
    sees,
)
from tests.shortening import thoroughly

pytestmark = pytest.mark.django_db


def text(response):
    """The page without line breaks and without what keeps dates on one line."""
    return " ".join(re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", response.content.decode()).split())


def page(handover, name="handover", *more):
    return reverse(name, args=[handover.id, *more])


def posted(world, resident, **changes):
    return {
        "made": str(new_id()),
        "from_team": str(world.ward.id),
        "to_team": str(world.nursing.id),
        "kind": "discharge",
        "read_back_items": "Doxycycline\nNot for resuscitation\n",
        "items": [],
        "then": "offer",
        **SBAR,
    } | changes


def test_the_receiver_reads_the_offer_and_nothing_of_the_record(world, signed_in):
    ken = ken_on_the_ward(world)
    fact(ken, "alert", "May walk out if alone")
    cushion = action(world, ken)
    action(world, ken, "Discharge letter")
    shown = text(signed_in("nurse").get(page(offered(world, ken, items=[cushion]))))
    assert "HARTLEY, Kenneth" in shown
    assert "Handover from Ward 7 to Millbrook Community Nursing" in shown
    for words in SBAR.values():
        assert words.replace("'", "&#x27;").split(".")[0] in shown.replace("&#39;", "&#x27;")
    assert "May walk out if alone" in shown
    assert "Comes to Millbrook Community Nursing when you accept (1)" in shown
    assert "Stay where they are (1)" in shown
    assert "Missing:" in shown
    assert "resuscitation status" in shown
    assert "Accept responsibility for Ken" in shown
    assert f'href="/residents/{ken.id}/?reason=offered"' in shown
    assert "record-tabs" not in shown
    assert 'href="/actions/' not in shown


def test_silence_is_told_in_words_with_names_and_times(world, signed_in):
    ken = ken_on_the_ward(world)
    with clock.at(clock.now().replace(hour=9, minute=0) + timedelta(days=400)):
        shown = text(signed_in("nurse").get(page(offered(world, ken))))
        assert "If nobody answers, Lead (Millbrook Community Nursing) is told at" in shown
        assert "and Ward Lead (Ward 7) at" in shown
        to_the_lead = text(signed_in("lead").get(page(Handover.objects.get())))
        assert "If nobody answers, you (Millbrook Community Nursing) are told at" in to_the_lead
        assert "Ward 7 stays responsible." in shown


def test_accepting_says_who_is_responsible_now_and_opens_the_record(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    client = signed_in("nurse")
    answer = {"read_back_1": "on", "read_back_2": "on", "note": ""}
    response = client.post(page(handover, "handover_accept"), answer, follow=True)
    shown = text(response)
    assert "Millbrook Community Nursing is now responsible for Ken&#x27;s care. Ward 7 has been told." in shown
    assert "record-tabs" in shown
    assert client.get(reverse("resident_handovers", args=[ken.id])).status_code == 200


def test_accepting_with_something_left_needs_a_note_and_keeps_the_ticks(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with nothing_moves(world, ken):
        response = signed_in("nurse").post(page(handover, "handover_accept"), {"read_back_1": "on", "note": ""})
    shown = text(response)
    assert response.status_code == 422
    assert "Say why 1 of 2 are not read back" in shown
    assert 'name="read_back_1" form="answer-form" checked' in shown
    assert 'name="read_back_2" form="answer-form">' in shown


def test_the_second_of_two_is_told_who_accepted(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken))
    answer = {"read_back_1": "on", "read_back_2": "on"}
    with nothing_moves(world, ken):
        response = signed_in("second_nurse").post(page(handover, "handover_accept"), answer, follow=True)
    assert "Nurse accepted this today at" in text(response)


def test_the_rest_is_read_back_later_on_the_same_page(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken), read_back=[True, False], note="The form comes with Ken")
    client = signed_in("second_nurse")
    assert "Finish the read-back" in text(client.get(page(handover)))
    shown = text(client.post(page(handover, "handover_close"), {"read_back_1": "on", "read_back_2": "on"}, follow=True))
    assert "Everything is read back. The handover is closed." in shown
    assert "Finish the read-back" not in shown


@pytest.mark.parametrize(
    ("who", "verb", "status", "words"),
    [
        ("nurse", "decline", "declined", "Declined. Ward 7 has been told and stays responsible for Ken&#x27;s care."),
        ("ward_nurse", "withdraw", "withdrawn", "Withdrawn. Ward 7 stays responsible for Ken&#x27;s care."),
        ("ward_nurse", "enter-in-error", "entered_in_error", "The handover is marked as entered in error."),
    ],
)
def test_verbs_with_a_reason_have_a_page_that_asks_for_it(world, signed_in, who, verb, status, words):
    handover = offered(world, ken_on_the_ward(world))
    client, url = signed_in(who), page(handover, "handover_reason", verb)
    assert client.get(url).status_code == 200
    refused = client.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why in a few words" in text(refused)
    shown = text(client.post(url, {"reason": "Not today"}, follow=True))
    assert words in shown
    assert "Not today" in shown
    handover.refresh_from_db()
    assert handover.status == status


def test_an_unsatisfactory_handover_is_logged_long_after(world, signed_in):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    url = page(handover, "handover_reason", "unsatisfactory")
    shown = text(signed_in("ward_nurse").post(url, {"reason": "Nobody rang", "kind": "poor"}, follow=True))
    assert "Said to be not good enough." in shown
    assert "Nobody rang" in shown
    assert ", Ward Nurse" in shown


def test_a_verb_that_is_not_possible_any_more_leads_back_to_the_page(world, signed_in):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    response = signed_in("nurse").get(page(handover, "handover_reason", "decline"), follow=True)
    assert response.redirect_chain == [(page(handover), 302)]
    assert "This is not possible any more." in text(response)


def test_a_past_handover_shows_the_snapshot_clearly_dated(world, signed_in):
    ken = ken_on_the_ward(world)
    fact(ken, "problem", "Chest infection")
    cushion = action(world, ken)
    handover = accepted(world, offered(world, ken, items=[cushion]))
    shown = text(signed_in("ward_nurse").get(page(handover)))
    assert "As it was on" in shown
    assert "Chest infection" in shown
    assert "Went to Millbrook Community Nursing" in shown
    assert "Accepted today" in shown
    assert "Accept responsibility" not in shown


def test_nothing_of_a_handover_is_there_for_outsiders_and_nobody(world, signed_in, client):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    urls = [page(handover), page(handover, "handover_reason", "decline")]
    urls += [reverse("resident_handovers", args=[ken.id]), reverse("hand_over", args=[ken.id])]
    posts = [page(handover, name) for name in ("handover_accept", "handover_close", "handover_offer")]
    for url in [*urls, reverse("handover_list")]:
        assert client.get(url).status_code == 302
    for url in posts:
        assert client.post(url).status_code == 302
    outsider = signed_in("outsider")
    with nothing_moves(world, ken):
        hidden = [403 if url.startswith("/residents/") else 404 for url in urls]
        assert [outsider.get(url).status_code for url in urls] == hidden
        assert [outsider.post(url).status_code for url in posts] == [404] * len(posts)


def test_a_draft_is_404_for_the_receiver_until_it_is_offered(world, signed_in):
    handover = drafted(world, ken_on_the_ward(world))
    assert signed_in("nurse").get(page(handover)).status_code == 404
    assert signed_in("ward_nurse").get(page(handover)).status_code == 200


def test_every_look_is_written_down(world, signed_in):
    handover = offered(world, ken_on_the_ward(world))
    signed_in("nurse").get(page(handover))
    look = AuditEntry.objects.get(kind="look", verb="handover.viewed", about_id=handover.id)
    assert (look.actor_id, look.resident_id) == (world.nurse.actor_id, handover.resident_id)


def test_handing_over_in_one_form(world, signed_in):
    ken = ken_on_the_ward(world)
    goes, stays = action(world, ken, "First visit"), action(world, ken, "Discharge letter")
    client = signed_in("ward_nurse")
    shown = text(client.get(reverse("hand_over", args=[ken.id])))
    assert "First visit, due 27-Nov-2026" in shown
    assert "Test Community Health: Millbrook Community Nursing" in shown
    words = posted(world, ken, items=[f"action:{goes.id}"])
    response = client.post(reverse("hand_over", args=[ken.id]), words, follow=True)
    handover = Handover.objects.get()
    assert response.redirect_chain == [(page(handover), 302)]
    assert "Offered. Millbrook Community Nursing must accept by" in text(response)
    assert handover.read_back_items == ["Doxycycline", "Not for resuscitation"]
    assert dict(handover.items.values_list("title", "goes")) == {"First visit": True, "Discharge letter": False}
    assert stays.accountable_team == world.ward


def test_what_an_offer_needs_is_not_called_optional(world, signed_in):
    shown = text(signed_in("ward_nurse").get(reverse("hand_over", args=[ken_on_the_ward(world).id])))
    assert "Situation (needed before you offer)" in shown
    assert "Situation (optional)" not in shown
    assert "Background (optional)" in shown


def test_a_draft_may_lack_its_situation_and_an_offer_says_so_at_the_field(world, signed_in):
    ken, client = ken_on_the_ward(world), signed_in("ward_nurse")
    address, words = reverse("hand_over", args=[ken.id]), posted(world, ken, situation="")
    refused = client.post(address, words)
    assert refused.status_code == 422
    assert "Say what is going on: the receiver reads it first" in text(refused)
    assert not Handover.objects.exists()
    assert client.post(address, words | {"then": "draft"}).status_code == 302
    assert Handover.objects.get().status == "draft"


def test_a_form_sent_twice_makes_one_handover(world, signed_in):
    ken = ken_on_the_ward(world)
    client, words = signed_in("ward_nurse"), posted(world, ken)
    for _ in range(2):
        assert client.post(reverse("hand_over", args=[ken.id]), words).status_code == 302
    assert Handover.objects.count() == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(world, signed_in):
    ken = ken_on_the_ward(world)
    words = posted(world, ken, kind="out_of_hours", situation="<script>alert(1)</script>")
    response = signed_in("ward_nurse").post(reverse("hand_over", args=[ken.id]), words)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Say when this cover ends. It must be in the future" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown
    assert Handover.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"to_team": ""}, "Choose the team that takes over"),
        ({"to_team": str(new_id())}, "Choose a team from the list"),
        ({"from_team": str(new_id())}, "Choose a team from the list"),
        ({"situation": "a\x00b"}, "it holds a hidden character"),
        ({"situation": "x" * 50_000}, "Situation must have 4000 characters or fewer: it has 50000"),
        ({"items": ["action:nonsense"]}, "An item you ticked has ended or moved"),
        ({"ends_at_day": "31"}, "must include a month"),
    ],
)
def test_hostile_and_mistaken_input_is_refused(world, signed_in, change, sentence):
    ken = ken_on_the_ward(world)
    response = signed_in("ward_nurse").post(reverse("hand_over", args=[ken.id]), posted(world, ken, **change))
    assert response.status_code == 422
    assert sentence in text(response)
    assert Handover.objects.count() == 0


def test_a_draft_is_changed_and_then_offered(world, signed_in):
    ken = ken_on_the_ward(world)
    client = signed_in("ward_nurse")
    client.post(reverse("hand_over", args=[ken.id]), posted(world, ken, then="draft"))
    handover = Handover.objects.get()
    assert handover.status == "draft"
    shown = text(client.get(page(handover)))
    assert "What Millbrook Community Nursing will be told" in shown
    assert "Offer it to Millbrook Community Nursing" in shown
    changed = posted(world, ken, then="draft", version="1", situation="Goes home at 15:00")
    client.post(page(handover, "handover_edit"), changed)
    shown = text(client.post(page(handover, "handover_offer"), follow=True))
    assert "Goes home at 15:00" in shown
    handover.refresh_from_db()
    assert handover.status == "offered"


def test_a_stale_draft_shows_what_is_saved_and_keeps_what_was_typed(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = drafted(world, ken)
    client = signed_in("ward_nurse")
    client.post(page(handover, "handover_edit"), posted(world, ken, then="draft", version="1", situation="Theirs"))
    mine = posted(world, ken, then="draft", version="1", situation="Mine")
    response = client.post(page(handover, "handover_edit"), mine)
    shown = text(response)
    assert response.status_code == 422
    assert "Somebody changed this draft while you were typing" in shown
    assert "Situation: Theirs" in shown
    assert "Mine</textarea>" in shown
    assert 'name="version" value="2"' in shown


def test_handover_rule_09_the_list_shows_who_waits_and_who_is_gone(world, signed_in):
    ken, sheila = ken_on_the_ward(world), ken_on_the_ward(world, given_name="Sheila", preferred_name="")
    accepted(world, offered(world, ken))
    offered(world, sheila)
    for who in ("nurse", "second_nurse"):
        shown = text(signed_in(who).get(reverse("handover_list")))
        assert shown.index("HARTLEY, Sheila") < shown.index("HARTLEY, Kenneth")
        assert "Accepted today" in shown
    shown = text(signed_in("ward_lead").get(reverse("handover_list")))
    assert "No handovers are waiting for Ward 7." in shown
    assert "HARTLEY, Kenneth" in shown
    assert sees(world.ward_lead, ken) is False
    shown = text(signed_in("outsider").get(reverse("handover_list")))
    assert "HARTLEY" not in shown


def test_earlier_handovers_are_on_further_pages(world, signed_in):
    ken = ken_on_the_ward(world)
    made = []
    for number in range(22):
        with clock.at(clock.now() + timedelta(minutes=number)):
            made.append(offered(world, ken))
            with acting_as(world.nurse):
                decline_handover(by=world.nurse, handover_id=made[-1].id, reason=f"Reason {number}.")
    client = signed_in("nurse")
    first = text(client.get(reverse("handover_list")))
    assert "Reason 21." in first
    assert "Reason 1." not in first
    further = text(client.get(reverse("handover_list"), {"before": str(made[2].id)}))
    assert "Reason 1." in further
    assert "Latest handovers" in further
    assert client.get(reverse("handover_list"), {"before": "x"}).status_code == 200


def test_the_handovers_of_one_resident(world, signed_in):
    ken = ken_on_the_ward(world)
    client = signed_in("ward_nurse")
    url = reverse("resident_handovers", args=[ken.id])
    assert "Ken has not been handed over yet." in text(client.get(url))
    offered(world, ken)
    assert "Going home from hospital: Ward 7 to Millbrook Community Nursing" in text(client.get(url))


def test_feeds_of_other_rooms(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with acting_as(world.nurse):
        assert [(one.handover, one.person.family_name) for one in feeds.to_accept(world.nurse, 4)] == [
            (handover, "Hartley")
        ]
        assert feeds.offered_by_us(world.nurse) == []
        assert len(feeds.open_items(world.nurse, ken.id)) == 1
    with acting_as(world.ward_nurse):
        assert [one.handover for one in feeds.offered_by_us(world.ward_nurse)] == [handover]
        assert feeds.to_accept(world.ward_nurse, 4) == []
    with acting_as(world.outsider):
        assert feeds.to_accept(world.outsider, 4) == []
        assert not feeds.open_items(world.outsider, ken.id)


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_list_asks_as_often_for_thirty_as_for_three(world, signed_in, django_assert_max_num_queries, number):
    for one in range(number):
        offered(world, ken_on_the_ward(world, given_name=f"Ken {one}"))
    client = signed_in("nurse")
    client.get(reverse("handover_list"))
    with django_assert_max_num_queries(18):
        assert client.get(reverse("handover_list")).status_code == 200


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_page_asks_as_often_for_thirty_items_as_for_three(world, signed_in, django_assert_max_num_queries, number):
    ken = ken_on_the_ward(world)
    items = [action(world, ken, f"Item {one}") for one in range(number)]
    handover = offered(world, ken, items=items)
    client = signed_in("nurse")
    client.get(page(handover))
    with django_assert_max_num_queries(18):
        assert client.get(page(handover)).status_code == 200
