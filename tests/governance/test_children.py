"""Who is given what of a record: the resident, a child, a parent, whoever else acts for them (IG-21, 24, 25, 26)."""

import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.marks import MARKS, NOT_ASKED
from neighbourhoods.models import Encounter, Entry
from neighbourhoods.services import (
    ContactFacts,
    EncounterFacts,
    EntryFacts,
    add_contact,
    change_encounter,
    complete_encounter,
    correct_entry,
    facts_of,
    plan_encounter,
    record_encounter,
    record_entry,
)
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy
from tests.world import sign_in

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-06-01T10:00:00+00:00")
PARENT = "parental-responsibility"


@pytest.fixture
def now():
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world, now):
    return world.resident()


@pytest.fixture
def mary(world, now):
    """Ten years old."""
    return world.resident(given_name="Mary", birth_date=date(2016, 5, 1))


def as_nurse(world, service, **given):
    with acting_as(world.nurse) as by:
        return service(by=by, **given)


def entry(world, resident, text, hidden=None, kind="alert", **facts):
    return as_nurse(world, record_entry, resident_id=resident.id, facts=EntryFacts(kind, text, hidden=hidden, **facts))


def visit(world, resident, note, hidden=""):
    facts = EncounterFacts("visit", note=note, hidden=hidden)
    return as_nurse(world, record_encounter, resident_id=resident.id, team_id=world.nursing.id, facts=facts)


def acts(world, resident, basis="consent", name="Anna Hartley", **facts):
    facts = ContactFacts(kind="personal", name=name, **facts)
    contact = as_nurse(world, add_contact, resident_id=resident.id, facts=facts)
    given = {"resident_id": resident.id, "contact_id": contact.id, "facts": ProxyFacts(basis, "Seen")}
    proxy = as_nurse(world, propose_proxy, **given)
    given = {"resident_id": resident.id, "proxy_id": proxy.id, "verb": "activate", "reason": "agreed"}
    return as_nurse(world, move_proxy, **given)


def mother(world, mary):
    return acts(world, mary, PARENT, parental_responsibility="yes")


def judge(world, mary, code="gillick"):
    data = {"own_consent": code, "about_record": True}
    return entry(world, mary, "Her record", kind="legal.child_consent", data=data, event_on=NOW.date())


def given(client, world, resident, proxy=None, page="statement_print"):
    """What is handed over, as words; and the status."""
    client.logout()
    sign_in(client, world, "nurse")
    query = {"for": proxy.id} if proxy else {}
    answer = client.get(reverse(page, args=[resident.id]), query)
    body = answer.text.partition('<article class="statement')[2].partition("</article>")[0]
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("mark", ["", *MARKS])
def test_ig_21_what_is_marked_is_given_to_nobody_from_whom_it_is_kept(world, client, sheila, mark):
    entry(world, sheila, "Quokka words", mark)
    visit(world, sheila, "Numbat words", mark)
    to_her = not mark or MARKS[mark].hidden_from == "proxy"
    for whom, gets in ((None, to_her), (acts(world, sheila), not mark)):
        _, said = given(client, world, sheila, whom)
        assert ("Quokka words" in said, "Numbat words" in said) == (gets, gets)


def test_ig_21_without_a_mark_it_is_given(world, client, sheila):
    entry(world, sheila, "Dog in the garden")
    visit(world, sheila, "Ulcer smaller")
    status, said = given(client, world, sheila)
    assert (status, "Dog in the garden" in said, "Ulcer smaller" in said) == (200, True, True)


def test_ig_21_no_word_says_that_anything_is_kept(world, client, sheila):
    _, before = given(client, world, sheila)
    entry(world, sheila, "Her son told us", "third-party")
    _, after = given(client, world, sheila)
    assert after.partition("Who looked")[0] == before.partition("Who looked")[0]


def test_ig_21_a_mark_that_nobody_offers_is_refused_and_nothing_is_written(world, sheila):
    for mark in ("because", NOT_ASKED):
        for write in (entry, visit):
            with pytest.raises(RuleError) as refusal:
                write(world, sheila, "Words", mark)
            assert refusal.value.field == "hidden"
    assert not Entry.objects.exists()
    assert not Encounter.objects.exists()


def test_ig_21_what_was_written_before_anybody_was_asked_is_given_to_nobody(world, client, sheila):
    entry(world, sheila, "Old words")
    Encounter.objects.filter(id=visit(world, sheila, "Old visit").id).update(hidden=NOT_ASKED)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO neighbourhoods_entry (id, created_at, updated_at, version, kind, text, resident_id) "
            "VALUES (app.new_id(), now(), now(), 1, 'alert', 'Before the column', %s)",
            [sheila.id],
        )
    _, said = given(client, world, sheila)
    assert ("Old words" in said, "Old visit" in said, "Before the column" in said) == (True, False, False)


def test_ig_21_a_correction_keeps_the_mark_unless_it_says_another(world, client, sheila):
    first = entry(world, sheila, "Her son told us", "third-party")
    given_ = {"resident_id": sheila.id, "reason": "Typed wrong"}
    second = as_nurse(
        world, correct_entry, entry_id=first.id, facts=EntryFacts("alert", "Her daughter told us"), **given_
    )
    assert second.hidden == "third-party"
    facts = EntryFacts("alert", "Her daughter told us", hidden="")
    third = as_nurse(world, correct_entry, entry_id=second.id, facts=facts, **given_)
    assert third.hidden == ""
    assert "Her daughter told us" in given(client, world, sheila)[1]


def test_ig_21_a_visit_that_was_planned_is_marked_when_it_is_done_and_later(world, sheila):
    at = NOW.replace(hour=15)
    plan = {"resident_id": sheila.id, "team_id": world.nursing.id, "facts": EncounterFacts("visit", at=at)}
    planned = as_nurse(world, plan_encounter, **plan)
    done = as_nurse(world, complete_encounter, encounter_id=planned.id, note="Words", hidden="harm", at=NOW)
    assert done.hidden == "harm"
    facts = EncounterFacts(**vars(facts_of(done)) | {"hidden": ""})
    changed = as_nurse(
        world, change_encounter, encounter_id=done.id, version=done.version, facts=facts, reason="She may read it"
    )
    assert (changed.hidden, changed.earlier[0]["hidden"]) == ("", "harm")


def test_ig_21_pages_ask_it_and_say_it(world, client, sheila):
    sign_in(client, world, "nurse")
    posted = {"text": "Her son told us", "hidden": "third-party"}
    client.post(reverse("entry_new", args=[sheila.id, "alert"]), posted)
    one = Entry.objects.get()
    page = client.get(reverse("entry", args=[sheila.id, one.id])).text
    assert "it is about somebody else, or told by somebody else" in page
    assert "Not given out to all" in client.get(reverse("resident_entries", args=[sheila.id])).text
    client.post(
        reverse("encounter_new", args=[sheila.id]),
        {"kind": "note", "note": "Words", "status": "done", "team": world.nursing.id, "hidden": "young-person"},
    )
    note = Encounter.objects.get()
    assert note.hidden == "young-person"
    assert "young person confidential" in client.get(reverse("encounter", args=[note.id])).text


def test_ig_24_a_child_is_given_it_once_judged_to_decide_and_a_parent_until_then(world, client, mary):
    parent = mother(world, mary)
    assert (given(client, world, mary)[0], given(client, world, mary, parent)[0]) == (403, 200)
    judge(world, mary, "not-competent")
    assert (given(client, world, mary)[0], given(client, world, mary, parent)[0]) == (403, 200)
    judge(world, mary)
    assert (given(client, world, mary)[0], given(client, world, mary, parent)[0]) == (200, 403)
    by_consent = acts(world, mary, name="Aunt Rose")
    assert given(client, world, mary, by_consent)[0] == 200


def test_ig_24_what_is_refused_shows_nothing_of_the_record_and_says_what_to_do(world, client, mary):
    entry(world, mary, "Quokka words")
    status, said = given(client, world, mary, page="statement_print")
    assert (status, said) == (403, "")
    text = client.get(reverse("statement_print", args=[mary.id])).text
    assert "Quokka" not in text
    assert "Nobody has judged whether Mary decides about their record themselves." in text
    assert f"{reverse('resident_people', args=[mary.id])}#acting" in text


def test_ig_24_both_are_recorded_and_what_is_missing_is_said(world, client, mary):
    people = reverse("resident_people", args=[mary.id])
    sign_in(client, world, "nurse")
    text = client.get(people).text
    assert "Nobody has judged whether Mary decides" in text
    assert "Nobody has said who has parental responsibility." in text
    mother(world, mary)
    facts = ContactFacts(kind="personal", name="Ben Hartley", parental_responsibility="unknown")
    as_nurse(world, add_contact, resident_id=mary.id, facts=facts)
    judge(world, mary)
    text = re.sub(r"<[^>]+>", "", client.get(people).text)
    assert "Judged on 01-Jun-2026 to decide about their record themselves." in text
    assert "Parental responsibility: Anna Hartley. Not known of: Ben Hartley." in text


def test_ig_24_a_parent_is_given_nothing_from_the_sixteenth_birthday_on(world, client, now):
    jane = world.resident(given_name="Jane", birth_date=date(2010, 6, 2))
    parent = mother(world, jane)
    assert given(client, world, jane, parent)[0] == 200
    with clock.at(NOW.replace(day=2)):
        assert (given(client, world, jane, parent)[0], given(client, world, jane)[0]) == (403, 200)


@pytest.mark.parametrize("page", ["resident_statement", "statement_print"])
def test_ig_25_a_parent_is_never_given_what_is_young_person_confidential(world, client, mary, page):
    parent = mother(world, mary)
    entry(world, mary, "Quokka words", "young-person")
    visit(world, mary, "Numbat words", "young-person")
    visit(world, mary, "Open words")
    _, to_parent = given(client, world, mary, parent, page)
    assert [words in to_parent for words in ("Quokka", "Numbat", "Open words")] == [False, False, True]
    judge(world, mary)
    _, to_mary = given(client, world, mary, page=page)
    assert [words in to_mary for words in ("Quokka", "Numbat", "Open words")] == [True, True, True]


def test_ig_25_nobody_gets_a_statement_by_the_right_to_act_for_somebody_else(world, client, mary, sheila):
    theirs = acts(world, sheila)
    sign_in(client, world, "nurse")
    for wrong in (theirs.id, "me", "", "0" * 32):
        for page in ("resident_statement", "statement_print"):
            assert client.get(reverse(page, args=[mary.id]), {"for": wrong}).status_code == 404


def test_ig_26_a_siblings_words_stand_in_no_childs_record_where_a_link_is(world, client, mary):
    from neighbourhoods.identities import Items
    from neighbourhoods.services import link_contact

    tom = world.resident(given_name="Tom", phone="07700 900 222", by=world.outsider, team=world.highcross_nursing)
    facts = ContactFacts(kind="personal", name="Tommy", relationship="Brother", note="Has asthma", phone=tom.phone)
    as_nurse(
        world,
        link_contact,
        resident_id=mary.id,
        linked_id=tom.id,
        items=Items(nhs_number=tom.nhs_number),
        facts=facts,
    )
    sign_in(client, world, "nurse")
    for page in ("resident_people", "resident_record"):
        text = client.get(reverse(page, args=[mary.id])).text
        assert ("Tom Hartley" in text, "asthma" in text, "900 222" in text) == (True, False, False)


def test_ig_27_giving_it_to_somebody_else_is_a_look_of_its_own(world, client, sheila):
    proxy = acts(world, sheila)
    for page in ("resident_statement", "statement_print"):
        given(client, world, sheila, proxy, page)
    looks = AuditEntry.objects.filter(verb__startswith="statement.").values_list("verb", flat=True)
    assert sorted(looks) == ["statement.printed_for_other", "statement.viewed_for_other"]
