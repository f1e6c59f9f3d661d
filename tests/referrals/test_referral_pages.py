"""Pages of referrals: who may open them, what they show, and what their forms refuse."""

import re
from copy import copy
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from neighbourhoods.models import Entry
from neighbourhoods.services import create_service
from referrals.models import Referral, ReferralEvent
from tests.referrals.referral_steps import (
    accepted,
    asked,
    completed,
    declined,
    drafted,
    failed,
    received,
    second_service,
    sent,
)
from tests.shortening import thoroughly

pytestmark = pytest.mark.django_db

SAY_WHY = {
    "reason": "Ken is worn out.", "urgency": "routine", "urgency_reason": "", "risks": "", "no_known_risks": "on",
    "persons_choice": "", "told_resident": "",
}  # fmt: skip


def url(name, *ids):
    return reverse(name, args=ids)


def move_url(referral, verb):
    return url("referral_move", referral.id, verb)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(response):
    return " ".join(response.content.decode().split())


HOLD = {"reason": "unwell", "until_day": "1", "until_month": "5", "until_year": "2090"}
RESIDENT_PAGES = ("resident_referrals", "refer")
REFERRAL_PAGES = ("referral_detail",)


def test_nobody_opens_a_page_without_signing_in(client, world):
    sheila = world.resident()
    referral, draft = sent(world, sheila), drafted(world, sheila, service=second_service(world))
    pages = [
        url("referral_inbox"), url("resident_referrals", sheila.id), url("refer", sheila.id),
        url("refer_why", sheila.id, world.carers_service.id), url("referral_detail", referral.id),
        url("referral_change", draft.id), url("referral_preview", draft.id), url("referral_assign", referral.id),
        move_url(referral, "decline"),
    ]  # fmt: skip
    for page in pages:
        response = client.get(page)
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_an_outsider_finds_none_of_it(signed_in, world):
    sheila = world.resident()
    referral, draft = sent(world, sheila), drafted(world, sheila, service=second_service(world))
    browser = signed_in("outsider")
    pages = [
        url("resident_referrals", sheila.id), url("refer", sheila.id),
        url("refer_why", sheila.id, world.carers_service.id), url("referral_detail", referral.id),
        url("referral_change", draft.id), url("referral_preview", draft.id), url("referral_assign", referral.id),
        move_url(referral, "decline"), move_url(referral, "accept"), url("referral_detail", uuid4()),
    ]  # fmt: skip
    for page in pages:
        assert browser.get(page).status_code == (403 if page.startswith("/residents/") else 404), page
        assert browser.post(page).status_code == 404, page
    assert "No referrals are waiting for Highcross Community Nursing" in text_of(browser.get(url("referral_inbox")))
    assert Referral.objects.get(id=referral.id).status == "sent"


def test_the_receiver_does_not_open_the_senders_draft(signed_in, world):
    draft = drafted(world, world.resident())
    browser = signed_in("link_worker")
    for page in (url("referral_detail", draft.id), url("referral_change", draft.id), url("referral_preview", draft.id)):
        assert browser.get(page).status_code == 404


def test_before_accepting_the_receiver_reads_the_card_and_not_the_record(signed_in, world):
    sheila = world.resident(address_lines=("3 Mill Lane",), phone="0161 496 0000")
    Entry.objects.create(resident=sheila, kind="alert", text="Oxygen at home")
    referral = sent(world, sheila)
    browser = signed_in("link_worker")
    page = browser.get(url("referral_detail", referral.id))
    shown = text_of(page)
    assert page.status_code == 200
    for words in ("HARTLEY, Sheila", "14-Mar-1948", "Oxygen at home", "Ken is worn out", "Accept responsibility"):
        assert words in shown
    for words in ("3 Mill Lane", "0161 496 0000"):
        assert words not in shown
    assert url("resident_referrals", sheila.id) not in shown
    assert browser.get(url("resident_referrals", sheila.id)).status_code == 403
    assert Referral.objects.get(id=referral.id).status == "sent"
    assert AuditEntry.objects.filter(verb="referral.viewed", actor_id=world.link_worker.actor_id).exists()


def test_the_preview_shows_what_the_receiver_will_see(signed_in, world):
    sheila = world.resident()
    Entry.objects.create(resident=sheila, kind="allergy", text="Penicillin")
    draft = drafted(world, sheila)
    browser = signed_in("nurse")
    preview = browser.get(url("referral_preview", draft.id))
    response = browser.post(url("referral_preview", draft.id))
    assert response.url == url("referral_detail", draft.id)
    theirs = signed_in("link_worker").get(url("referral_detail", draft.id))
    assert preview.context["card"] == theirs.context["card"]


def test_after_accepting_the_record_opens_and_after_declining_it_does_not(signed_in, world):
    sheila, ken = world.resident(), world.resident(given_name="Ken")
    first, second = sent(world, sheila), sent(world, ken)
    browser = signed_in("link_worker")
    accepting = browser.post(move_url(first, "accept"))
    assert accepting.url == url("referral_detail", first.id)
    assert said(accepting) == [
        "Carers team is now responsible for this referral. Millbrook Community Nursing has been told."
    ]
    assert browser.get(url("resident_referrals", sheila.id)).status_code == 200
    browser.post(move_url(second, "decline"), {"reason": "full", "words": "Full until May", "suggestion": ""})
    assert browser.get(url("resident_referrals", ken.id)).status_code == 403
    assert browser.get(url("referral_detail", second.id)).status_code == 200
    assert Referral.objects.get(id=second.id).status == "rejected"


def test_the_steps_from_finding_a_service_to_sending(signed_in, world):
    sheila = world.resident()
    browser = signed_in("nurse")
    found = text_of(browser.get(url("refer", sheila.id), {"q": "carer support"}))
    assert "Carers' support" in found.replace("&#x27;", "'")
    why = url("refer_why", sheila.id, world.carers_service.id)
    assert browser.get(why).status_code == 200
    response = browser.post(why, SAY_WHY | {"see": "1", "made": str(uuid4())})
    draft = Referral.objects.get()
    assert response.url == url("referral_preview", draft.id)
    response = browser.post(response.url)
    draft.refresh_from_db()
    assert draft.status == "sent"
    assert said(response)[0].startswith("Sent. Carers team must reply by ")
    assert said(response)[0].endswith(" Your team stays responsible until they accept.")


def test_an_incomplete_request_is_kept_as_a_draft_but_not_previewed(signed_in, world):
    sheila = world.resident()
    browser, why = signed_in("nurse"), url("refer_why", sheila.id, world.carers_service.id)
    bare = {"reason": "", "urgency": "urgent", "urgency_reason": "", "risks": ""}
    refused = browser.post(why, bare | {"see": "1"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"reason", "urgency_reason", "risks"}
    assert refused.context["form"].errors["reason"] == ["Say why you are referring Sheila"]
    assert not Referral.objects.exists()
    assert browser.post(why, bare | {"draft": "1"}).url == url("resident_referrals", sheila.id)
    assert Referral.objects.get().urgency == "urgent"


def test_a_form_sent_twice_makes_one_draft(signed_in, world):
    sheila, made = world.resident(), str(uuid4())
    browser, why = signed_in("nurse"), url("refer_why", sheila.id, world.carers_service.id)
    for _ in range(2):
        browser.post(why, SAY_WHY | {"see": "1", "made": made})
    assert [str(referral.id) for referral in Referral.objects.all()] == [made]


def test_sending_twice_says_that_it_is_sent(signed_in, world):
    draft = drafted(world, world.resident())
    browser = signed_in("nurse")
    browser.post(url("referral_preview", draft.id))
    for again in (browser.post(url("referral_preview", draft.id)), browser.get(url("referral_change", draft.id))):
        assert again.url == url("referral_detail", draft.id)
        assert said(again)[-1] == "This referral is no longer a draft. See what stands here now."
    link_worker = signed_in("link_worker")
    assert link_worker.get(url("referral_preview", draft.id)).status_code == 404
    assert ReferralEvent.objects.filter(verb="send").count() == 1


def test_a_second_referral_to_the_same_service_is_refused_on_the_preview(signed_in, world):
    sheila = world.resident()
    first, draft = sent(world, sheila), drafted(world, sheila)
    browser = signed_in("nurse")
    refused = browser.post(url("referral_preview", draft.id))
    assert refused.status_code == 422
    assert first.reference in text_of(refused)
    assert Referral.objects.get(id=draft.id).status == "draft"
    found = text_of(browser.get(url("refer", sheila.id)))
    assert "Sheila already has an open referral to Carers&#x27; support" in found


def test_a_stale_draft_keeps_what_was_typed_and_shows_what_stands_there(signed_in, world):
    draft = drafted(world, world.resident())
    browser = signed_in("nurse")
    change = url("referral_change", draft.id)
    assert browser.post(change, SAY_WHY | {"draft": "1", "version": "1", "reason": "First"}).status_code == 302
    stale = browser.post(change, SAY_WHY | {"draft": "1", "version": "1", "reason": "Second"})
    assert stale.status_code == 422
    assert "First" in text_of(stale)
    assert "Second" in text_of(stale)
    assert Referral.objects.get().reason == "First"
    again = SAY_WHY | {"draft": "1", "version": stale.context["form"].data["version"], "reason": "Second"}
    assert browser.post(change, again).status_code == 302
    assert Referral.objects.get().reason == "Second"


def test_services_that_do_not_take_somebody_are_listed_with_the_reason(signed_in, world):
    sheila = world.resident()
    second_service(world, "Young people", maximum_age=25)
    page = text_of(signed_in("nurse").get(url("refer", sheila.id)))
    assert "1 service does not take Sheila, and why" in page
    assert "Only for people aged 25 or under." in page


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "\\", "<script>alert(1)</script>", "a" * 300, "\x00", "  "])
def test_a_strange_search_is_answered(signed_in, world, words):
    page = signed_in("nurse").get(url("refer", world.resident().id), {"q": words, "kind": "nonsense"})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("reason", ["x" * 50_000, "nul\x00here"])
def test_hostile_text_is_refused_and_kept(signed_in, world, reason):
    sheila = world.resident()
    why = url("refer_why", sheila.id, world.carers_service.id)
    refused = signed_in("nurse").post(why, SAY_WHY | {"see": "1", "reason": reason})
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
    assert not Referral.objects.exists()


def test_script_in_words_is_shown_as_text(signed_in, world):
    referral = received(world, world.resident())
    browser = signed_in("link_worker")
    browser.post(move_url(referral, "request-information"), {"question": "<script>alert(1)</script>"})
    page = signed_in("nurse").get(url("referral_detail", referral.id)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_another_places_service_is_not_found(signed_in, world):
    browser = signed_in("nurse")
    assert browser.get(url("refer_why", world.resident().id, uuid4())).status_code == 404


@pytest.mark.parametrize(
    ("verb", "values", "status"),
    [
        ("receive", {}, "received"),
        ("accept", {}, "accepted"),
        ("decline", {"reason": "full"}, "rejected"),
        ("cancel", {"reason": "not_wanted"}, "cancelled"),
    ],
)
def test_the_receiver_answers_a_new_referral(signed_in, world, verb, values, status):
    referral = sent(world, world.resident())
    browser = signed_in("link_worker")
    assert browser.post(move_url(referral, verb), values).url == url("referral_detail", referral.id)
    assert Referral.objects.get(id=referral.id).status == status


def test_the_receiver_sends_it_on(signed_in, world):
    referral, sitting = received(world, world.resident()), second_service(world)
    browser = signed_in("link_worker")
    page = browser.get(move_url(referral, "redirect"), {"q": "sitting"})
    assert [choice[0] for choice in page.context["form"].fields["service"].choices] == [str(sitting.id)]
    refused = browser.post(move_url(referral, "redirect"), {"service": str(uuid4()), "words": "x"})
    assert refused.status_code == 422
    browser.post(move_url(referral, "redirect"), {"service": str(sitting.id), "words": "They do this"})
    assert Referral.objects.get(replaces=referral).to_team == world.surgery


def test_work_from_acceptance_to_an_outcome_both_have_seen(signed_in, world):
    referral = accepted(world, world.resident())
    browser = signed_in("link_worker")
    for verb, values in (
        ("start", {}),
        ("hold", HOLD),
        ("resume", {}),
        ("complete", {"outcome": "A sitter comes weekly."}),
    ):
        assert browser.post(move_url(referral, verb), values).status_code == 302, verb
    page = text_of(signed_in("nurse").get(url("referral_detail", referral.id)))
    assert "A sitter comes weekly." in page
    assert "I have read the outcome" in page
    response = signed_in("nurse").post(move_url(referral, "acknowledge-outcome"))
    assert said(response) == ["Closed. Carers team can see that you have read it."]
    assert Referral.objects.get(id=referral.id).accountable_team is None


def test_the_sender_answers_a_question_or_sends_a_declined_one_elsewhere(signed_in, world):
    sheila, sitting = world.resident(), second_service(world)
    question, other = asked(world, sheila), world.resident()
    refused = declined(world, other)
    browser = signed_in("nurse")
    assert "Who is at home?" in text_of(browser.get(move_url(question, "reply")))
    browser.post(move_url(question, "reply"), {"words": "Ken."})
    assert Referral.objects.get(id=question.id).status == "received"
    browser.post(move_url(refused, "reroute"), {"service": str(sitting.id), "words": "Try here"})
    assert Referral.objects.get(replaces=refused).status == "sent"


def test_no_page_says_that_a_service_without_a_team_here_is_responsible(signed_in, world):
    outside = second_service(world, "Walking group", team=None)
    referral, browser = sent(world, world.resident(), service=outside), signed_in("nurse")
    steps = (
        ("receive", {}), ("claim", {}), ("request-information", {"question": "Who?"}), ("reply", {"words": "Ken"}),
        ("accept", {}), ("undo-acceptance", {}), ("accept", {}), ("start", {}), ("hold", HOLD), ("resume", {}),
        ("complete", {"outcome": "Goes weekly"}),
    )  # fmt: skip
    false = re.compile("Walking group (is|stays|becomes) (now )?responsible|Accept responsibility")
    for verb, values in steps:
        moved = browser.post(move_url(referral, verb), values)
        shown = text_of(browser.get(url("referral_detail", referral.id)))
        for words in (*said(moved)[-1:], shown):
            assert not false.search(words), verb
        if verb != "reply":
            assert "Millbrook Community Nursing stays responsible to the end" in said(moved)[-1], verb
    assert Referral.objects.get(id=referral.id).status == "completed"


def test_a_move_that_is_no_longer_possible_says_so_and_changes_nothing(signed_in, world):
    referral = accepted(world, world.resident())
    browser = signed_in("link_worker")
    response = browser.post(move_url(referral, "accept"))
    assert response.url == url("referral_detail", referral.id)
    assert "you cannot accept it" in said(response)[0]
    assert browser.get(move_url(referral, "decline")).url == url("referral_detail", referral.id)
    assert browser.get(move_url(referral, "nonsense")).status_code == 404
    assert browser.get(move_url(referral, "start")).status_code == 405
    assert Referral.objects.get(id=referral.id).status == "accepted"


def test_one_entered_in_error_no_longer_names_anybody_to_the_receiver(signed_in, world):
    referral = sent(world, world.resident())
    signed_in("nurse").post(move_url(referral, "enter-in-error"), {"words": "Wrong person"})
    page = signed_in("link_worker").get(url("referral_detail", referral.id))
    assert page.status_code == 200
    assert "HARTLEY" not in page.content.decode()
    assert "Wrong person" not in page.content.decode()
    assert signed_in("link_worker").get(move_url(referral, "decline")).status_code == 302
    assert "HARTLEY" in text_of(signed_in("nurse").get(url("referral_detail", referral.id)))


def test_a_person_is_named_and_shown_in_the_inbox(signed_in, world):
    referral = received(world, world.resident())
    browser = signed_in("link_worker")
    membership = str(world.link_worker.membership_id)
    assert browser.post(url("referral_assign", referral.id), {"person": membership}).status_code == 302
    assert "Link Worker" in text_of(browser.get(url("referral_inbox")))
    assert signed_in("nurse").get(url("referral_assign", referral.id)).status_code == 404


@pytest.mark.parametrize(
    ("make", "who", "tab", "status"),
    [
        (sent, "link_worker", "waiting", "New"),
        (asked, "link_worker", "information", "Waiting for information"),
        (asked, "nurse", "waiting", "Asked you"),
        (declined, "nurse", "waiting", "Declined"),
        (failed, "nurse", "waiting", "Not possible"),
        (accepted, "link_worker", "accepted", "Accepted"),
        (sent, "nurse", "sent", "New"),
        (completed, "nurse", "outcomes", "Outcome to read"),
    ],
)
def test_each_referral_stands_under_its_tab(signed_in, world, make, who, tab, status):
    make(world, world.resident())
    page = signed_in(who).get(url("referral_inbox"), {"tab": tab})
    assert [row.status.word for row in page.context["table"].rows] == [status]
    assert [row.resident.name for row in page.context["table"].rows] == ["HARTLEY, Sheila"]


def test_filters_of_the_inbox(signed_in, world):
    sent(world, world.resident())
    browser = signed_in("link_worker")
    inbox = url("referral_inbox")
    of_community = {"urgency": "routine", "organisation": str(world.community.id)}
    assert len(browser.get(inbox, of_community).context["table"].rows) == 1
    assert "Nothing matches these filters" in text_of(browser.get(inbox, {"urgency": "urgent"}))
    assert len(browser.get(inbox, {"urgency": "nonsense", "page": "x", "tab": "y"}).context["table"].rows) == 1


def copies_of(referral, number):
    """As many more like it, past the services: only how many there are matters."""
    for count in range(number):
        referral.pk, referral.reference, referral._state.adding = uuid4(), f"R-COPY-{count:03}", True
        yield copy(referral)


def test_an_inbox_of_many_is_counted_to_a_hundred_and_read_page_by_page(signed_in, world):
    Referral.objects.bulk_create(copies_of(sent(world, world.resident()), 129))
    browser, inbox = signed_in("link_worker"), url("referral_inbox")

    first = text_of(browser.get(inbox))
    assert "99+ referrals" in first
    assert "1 to 25" in first
    assert "1 to 25 of" not in first
    last = browser.get(inbox, {"page": "6"})
    assert "126 to 130" in text_of(last)
    assert last.context["pages"].next is None
    assert last.context["pages"].previous.url.endswith("page=5")
    beyond = browser.get(inbox, {"page": "7"})
    assert "1 to 25" in text_of(beyond)
    newest = browser.get(inbox, {"order": "newest", "page": "2"})
    assert "26 to 50" in text_of(newest)
    assert len(newest.context["table"].rows) == 25


def test_an_inbox_of_thirty_says_how_many_there_are(signed_in, world):
    Referral.objects.bulk_create(copies_of(sent(world, world.resident()), 29))
    page = text_of(signed_in("link_worker").get(url("referral_inbox"), {"page": "2"}))
    assert "26 to 30 of 30" in page
    assert "30 referrals" in page


@pytest.mark.parametrize("rows", [3, *thoroughly(30)])
def test_the_inbox_asks_the_database_the_same_few_times_however_long(
    signed_in, world, django_assert_max_num_queries, rows
):
    for number in range(rows):
        sent(world, world.resident(given_name=f"Person {number}"))
    browser = signed_in("link_worker")
    browser.get(url("referral_inbox"))
    with django_assert_max_num_queries(24):
        page = browser.get(url("referral_inbox"))
    assert len(page.context["table"].rows) == min(rows, 25)


@pytest.mark.parametrize("rows", [3, *thoroughly(30)])
def test_a_residents_referrals_ask_the_database_the_same_few_times(
    signed_in, world, django_assert_max_num_queries, rows
):
    sheila = world.resident()
    for number in range(rows):
        service = create_service(
            by=world.builder, organisation=world.charity, name=f"Service {number}", team=world.carers
        )
        sent(world, sheila, service=service)
    browser = signed_in("nurse")
    browser.get(url("resident_referrals", sheila.id))
    with django_assert_max_num_queries(32):
        browser.get(url("resident_referrals", sheila.id))
    with django_assert_max_num_queries(32):
        assert browser.get(url("refer", sheila.id)).status_code == 200
