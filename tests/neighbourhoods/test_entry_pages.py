"""The pages of what is recorded: one form for every kind, everything by section, one entry with its past."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from carecoord import clock
from neighbourhoods.definitions import SECTIONS, definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Code, Entry
from neighbourhoods.services import EntryFacts, end_entry, record_entry

pytestmark = pytest.mark.django_db
DAY = {"event_on_day": "5", "event_on_month": "1", "event_on_year": "2026"}
LARGE_PRINT = EntryFacts("adjustment", "Large print", {"category": "004", "if_not_met": "Cannot read her letters"})


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def recorded(world, sheila):
    def as_nurse(facts):
        with acting_as(world.nurse):
            return record_entry(by=world.nurse, resident_id=sheila.id, facts=facts)

    return as_nurse


def words(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(plain).replace("\xa0", " ").split())


def address(name, sheila, *more):
    return reverse(name, args=[sheila.id, *more])


def answers(definition):
    """What a person would fill in, every question answered."""
    given = dict(DAY)
    if definition.text:
        given["text"] = "Words of hers"
    for field in definition.fields:
        first = Code.objects.in_lists(field.list).first() if field.asks_codes else None
        if field.kind == "date":
            given |= {f"{field.key}_{part}": value for part, value in (("day", 3), ("month", "Mar"), ("year", 2025))}
        else:
            plain = {
                "number": str(max(2, field.least)),
                "yes_no": "no",
                "lines": "One\nTwo",
                "code": first and first.code,
            }
            given[field.key] = plain.get(field.kind, [first.code] if field.kind == "codes" else "Something said")
    return given


def few_and_thorough(kinds):
    """Every eighth of them in each run, all in the thorough one."""
    return [one if not n % 8 else pytest.param(one, marks=pytest.mark.thorough) for n, one in enumerate(kinds)]


@pytest.mark.parametrize("kind", few_and_thorough(definitions()))
def test_each_kind_is_recorded_by_its_form_and_shown_with_all_that_was_said(sheila, signed_in, kind):
    client, definition = signed_in("nurse"), definitions()[kind]
    form = address("entry_new", sheila, kind)
    assert definition.title in words(client.get(form))
    answer = client.post(form, answers(definition))
    assert answer.status_code == 302, words(answer)
    entry = Entry.objects.get()
    assert set(entry.data) == {field.key for field in definition.fields}
    listed, shown = words(client.get(answer.headers["Location"])), words(client.get(address("entry", sheila, entry.id)))
    assert (entry.says or definition.title) in listed
    assert definition.title in shown
    assert all(field.label.rstrip("?") in shown for field in definition.fields)
    if definition.text:
        assert "Words of hers" in shown


@pytest.mark.parametrize("kind", few_and_thorough(definitions()))
def test_an_empty_form_of_each_kind_says_what_to_do_and_records_nothing(sheila, signed_in, kind):
    definition = definitions()[kind]
    answer = signed_in("nurse").post(address("entry_new", sheila, kind), {})
    asks = (definition.text and definition.text.required) or any(one.required for one in definition.fields)
    if definition.says_it_all or (definition.is_cohort and not asks):
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert Entry.objects.count() == 0


def test_everything_is_in_its_section_with_adjustments_by_category(sheila, recorded, signed_in):
    recorded(EntryFacts("adjustment", "Ring first", {"category": "003"}))
    recorded(LARGE_PRINT)
    recorded(EntryFacts("adjustment", "Hearing loop", {"category": "001"}))
    recorded(EntryFacts("risk", "Falls on the stairs", {"type": "accident"}))
    text = words(signed_in("nurse").get(address("resident_entries", sheila)))
    order = ["Communication support", "Hearing loop", "Specific contact method", "Ring first", "Large print", "Risks"]
    places = [text.rindex(word) for word in order]
    assert places == sorted(places)
    assert "If it is not met: Cannot read her letters" in text
    assert "Nothing is recorded yet about: more about the person, alerts, legal, safeguarding, problems," in text


def test_a_review_that_is_due_is_seen_and_one_that_is_over_is_overdue(sheila, recorded, signed_in):
    with clock.at(clock.now() - timedelta(days=40)):
        for days in (30, 60, 90):
            due = clock.today() + timedelta(days=days)
            recorded(replace(LARGE_PRINT, text=f"Review after {days} days", review_due_on=due))
    text = words(signed_in("nurse").get(address("resident_entries", sheila)))
    rows = {days: text.rsplit(f"Review after {days} days", 1)[1] for days in (30, 60, 90)}
    shown = {
        days: [word for word in ("Overdue", "Due soon") if word in row.partition("Specific")[0]]
        for days, row in rows.items()
    }
    assert shown == {30: ["Overdue"], 60: ["Due soon"], 90: []}


def test_what_stands_under_the_banner_is_on_every_page_until_it_ends(world, sheila, recorded, signed_in):
    entry = recorded(EntryFacts("legal.attorney", data={"power": "lpa-health", "names": "Karen"}))
    page = address("care_plan", sheila)
    assert "LPA (health): Karen" in words(signed_in("nurse").get(page))
    with acting_as(world.nurse):
        end_entry(by=world.nurse, resident_id=sheila.id, entry_id=entry.id, reason="Revoked")
    assert "LPA (health)" not in words(signed_in("nurse").get(page))


@pytest.mark.parametrize(("is_registered", "says"), [(False, True), (True, False), (None, False)])
def test_a_power_of_attorney_that_is_not_registered_never_stands_there_as_one_to_act_on(
    recorded, sheila, signed_in, is_registered, says
):
    recorded(
        EntryFacts("legal.attorney", data={"power": "lpa-health", "names": "Karen", "is_registered": is_registered})
    )
    page = words(signed_in("nurse").get(address("resident_record", sheila)))
    assert "LPA (health): Karen" in page
    assert ("Not registered, not to be acted on: LPA (health): Karen" in page) == says


def test_a_correction_begins_with_what_stands_there_and_leads_to_what_it_said_before(sheila, recorded, signed_in):
    client, entry = signed_in("nurse"), recorded(LARGE_PRINT)
    form = address("entry_correct", sheila, entry.id)
    page = client.get(form).content.decode()
    assert 'value="Large print"' in page
    assert re.search(r'value="004"[^>]*checked', page)
    given = {"category": "004", "text": "Very large print", "correction": "28 points"}
    answer = client.post(form, given, follow=True)
    text = words(answer)
    assert "Reasonable adjustment: Very large print" in text
    assert "What it said before Specific information format Large print Past" in text
    assert "by Nurse: 28 points" in text
    assert "What stands in its place" in words(client.get(address("entry", sheila, entry.id)))


def test_whoever_corrects_what_somebody_just_did_is_told_by_whom_and_what_is_typed_corrects_that(
    sheila, recorded, signed_in
):
    entry = recorded(LARGE_PRINT)
    nurse, lead = signed_in("nurse"), signed_in("lead")
    form, given = address("entry_correct", sheila, entry.id), {"category": "004", "correction": "28 points"}
    assert nurse.post(form, given | {"text": "Very large print"}).status_code == 302
    answer = lead.post(form, given | {"text": "Huge print"})
    newest = Entry.objects.get(ended_at=None)
    said = words(answer)
    assert answer.status_code == 422
    assert "Somebody corrected this while you were typing." in said
    assert f"{newest.recorded_by_name} corrected it today" in said
    assert "Very large print" in said
    assert "Huge print" in answer.text
    there = address("entry_correct", sheila, newest.id)
    assert f'action="{there}"' in answer.text
    assert lead.post(there, given | {"text": "Huge print"}).status_code == 302
    assert Entry.objects.get(ended_at=None).text == "Huge print"


def test_without_a_reason_nothing_is_corrected_ended_or_struck_through(sheila, recorded, signed_in):
    client, entry = signed_in("nurse"), recorded(LARGE_PRINT)
    move = address("entry_move", sheila, entry.id)
    for form, given, sentence in (
        (address("entry_correct", sheila, entry.id), {"category": "004", "text": "x"}, "Say why you correct it"),
        (move, {"verb": "end"}, "Say why"),
        (move, {"verb": "enter_in_error"}, "Say why"),
        (address("entry_annotate", sheila, entry.id), {}, "Say it in words"),
    ):
        answer = client.post(form, given)
        assert answer.status_code == 422
        assert sentence in words(answer)
    assert [one.state for one in Entry.objects.all()] == ["current"]


def test_a_verb_that_nobody_knows_does_nothing(sheila, recorded, signed_in):
    entry = recorded(LARGE_PRINT)
    answer = signed_in("nurse").post(address("entry_move", sheila, entry.id), {"verb": "delete", "end-reason": "x"})
    assert answer.status_code == 302
    assert Entry.objects.get().state == "current"


def test_what_was_entered_in_error_is_struck_through_and_can_be_read(sheila, recorded, signed_in):
    client, entry = signed_in("nurse"), recorded(EntryFacts("alert", "Dog"))
    client.post(address("entry_move", sheila, entry.id), {"verb": "enter_in_error", "error-reason": "Next door"})
    answer = client.get(address("resident_entries", sheila))
    assert "<s>" in answer.content.decode()
    assert "Dog Entered in error" in words(answer)
    assert "said today" in words(answer)
    assert "End it" not in words(client.get(address("entry", sheila, entry.id)))


def test_whoever_takes_a_decision_back_is_told_that_the_one_before_it_does_not_come_back(sheila, recorded, signed_in):
    recorded(EntryFacts("cpr", data={"decision": "450475007"}))
    wrong = recorded(EntryFacts("cpr", data={"decision": "450476008"}))
    given = {"verb": "enter_in_error", "error-reason": "Another Sheila"}
    answer = signed_in("nurse").post(address("entry_move", sheila, wrong.id), given, follow=True)
    told = "It had taken the place of “CPR decision: For resuscitation”: record that again if it holds."
    assert told in words(answer)
    assert not Entry.objects.current().exists()


def test_the_same_form_sent_twice_records_one_and_with_other_words_keeps_them(sheila, signed_in):
    client, form = signed_in("nurse"), address("entry_new", sheila, "alert")
    made = re.search(r'name="made" value="([0-9a-f-]+)"', client.get(form).content.decode())[1]
    for _ in range(2):
        assert client.post(form, {"made": made, "text": "Dog"}).status_code == 302
    again = client.post(form, {"made": made, "text": "Two dogs"})
    assert again.status_code == 422
    assert "You sent this form already" in words(again)
    assert "Two dogs" in again.content.decode()
    assert [entry.text for entry in Entry.objects.all()] == ["Dog"]


def test_script_in_words_is_shown_as_words(sheila, recorded, signed_in):
    entry = recorded(EntryFacts("alert", "<script>alert(1)</script>"))
    client = signed_in("nurse")
    for page in (address("resident_entries", sheila), address("entry", sheila, entry.id)):
        assert "<script>alert" not in client.get(page).content.decode()


def test_another_residents_entry_an_unknown_kind_and_a_stranger_are_refused(world, sheila, recorded, signed_in):
    entry, other = recorded(EntryFacts("alert", "Dog")), world.resident(given_name="Ida")
    client = signed_in("nurse")
    for name in ("entry", "entry_correct"):
        assert client.get(address(name, other, entry.id)).status_code == 404
    assert client.post(address("entry_move", other, entry.id), {"verb": "end", "end-reason": "x"}).status_code == 404
    assert client.post(address("entry_annotate", other, entry.id), {"note-text": "x"}).status_code == 404
    assert client.get(address("entry_new", sheila, "annotation")).status_code == 404
    assert client.get(address("entry_new", sheila, "pets")).status_code == 404
    assert signed_in("outsider").get(address("entry", sheila, entry.id)).status_code == 403


def test_what_no_longer_holds_comes_page_by_page_and_none_twice(world, sheila, recorded, signed_in):
    for number in range(45):
        entry = recorded(EntryFacts("problem", f"Problem {number:02}."))
        with acting_as(world.nurse):
            end_entry(by=world.nurse, resident_id=sheila.id, entry_id=entry.id, reason="Over")
    client, page, seen = signed_in("nurse"), address("resident_entries", sheila), []
    while page:
        answer = client.get(page)
        seen += re.findall(r"Problem (\d\d)\.", words(answer))
        onward = re.search(r'href="([^"]*\?before=[^"#]*)#past"', answer.content.decode())
        page = unescape(onward[1]) if onward else ""
    assert seen == [f"{number:02}" for number in reversed(range(45))]


def test_the_choice_of_kinds_names_every_section(sheila, signed_in):
    text = words(signed_in("nurse").get(address("entry_choose", sheila)))
    assert all(title in text for title in SECTIONS.values())
    assert all(one.title in text for one in definitions().values())


def test_whoever_has_no_clinical_role_is_not_told_that_nothing_is_recorded_where_they_read_nothing(
    world, sheila, recorded, signed_in
):
    from neighbourhoods.models import Membership

    recorded(EntryFacts("legal", "Court order"))
    Membership.objects.filter(id=world.nurse.membership_id).update(role="administrator")
    text = words(signed_in("nurse").get(address("resident_entries", sheila)))
    assert "Nothing is recorded yet about: alerts, equipment and adaptations, sharing." in text
    assert "Court order" not in text
