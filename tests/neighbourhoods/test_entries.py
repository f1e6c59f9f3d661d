"""What is recorded about a resident: checked by its definition, corrected by another, ended, never changed."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.record.sentences import CHANGES
from neighbourhoods.definitions import definition_of, definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Code, Entry, Resident
from neighbourhoods.services import (
    EntryFacts,
    annotate_entry,
    correct_entry,
    end_entry,
    enter_entry_in_error,
    query_entry,
    record_entry,
)
from neighbourhoods.services.entry_facts import said
from neighbourhoods.states import ENTRY

pytestmark = pytest.mark.django_db
README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"
ADJUSTMENT = EntryFacts(
    "adjustment", "Large print", {"category": "004", "if_not_met": "Cannot read her letters"}, date(2020, 3, 1)
)


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def recorded(world, sheila):
    """`recorded(EntryFacts(...))` as the nurse."""

    def as_nurse(facts, **more):
        with acting_as(world.nurse):
            return record_entry(by=world.nurse, resident_id=sheila.id, facts=facts, **more)

    return as_nurse


@pytest.fixture
def done(world, sheila):
    """`done(end_entry, entry, reason="...")` as the nurse."""

    def as_nurse(service, entry, **given):
        with acting_as(world.nurse):
            return service(by=world.nurse, resident_id=sheila.id, entry_id=entry.id, **given)

    return as_nurse


def current(sheila):
    rows = Entry.objects.filter(resident=sheila, ended_at=None).order_by("created_at", "id")
    return [(row.kind, row.text) for row in rows]


def words_of(kind):
    """Facts that a definition takes: something for everything that it asks."""
    definition = definition_of(kind)
    values = {"text": "Words", "long_text": "More words", "lines": ["One", "Two"], "date": date(2026, 1, 5)}
    values |= {"number": 3, "yes_no": True}
    data = {}
    for field in definition.fields:
        first = Code.objects.in_lists(field.list).first() if field.asks_codes else None
        data[field.key] = {"code": first and first.code, "codes": [first and first.code]}.get(
            field.kind, values.get(field.kind)
        )
    return EntryFacts(
        kind,
        "Words of hers" if definition.text else "",
        data,
        event_on=None if definition.says_it_all and not definition.needs_day else date(2026, 1, 5),
        event_until=clock.today() + timedelta(days=9) if definition.has_end else None,
        review_due_on=clock.today() + timedelta(days=30) if definition.review_days else None,
    )


def test_an_adjustment_says_its_category_what_happens_otherwise_and_when_to_review_it(world, recorded):
    entry = recorded(replace(ADJUSTMENT, review_due_on=clock.today() + timedelta(days=365)))
    entry.refresh_from_db()
    assert entry.data == {
        "category": {"code": "004", "display": "Specific information format"},
        "if_not_met": "Cannot read her letters",
    }
    assert (entry.says, entry.section, entry.event_on) == ("Large print", "individual_requirements", date(2020, 3, 1))
    assert entry.review_due_on == clock.today() + timedelta(days=365)


def test_who_wrote_it_is_kept_as_it_was(world, recorded):
    entry = recorded(ADJUSTMENT)
    assert (entry.recorded_by_name, entry.recorded_by_role) == ("Nurse", "nurse")
    assert entry.recorded_by_organisation_id == world.community.id
    assert entry.recorded_by_team_id == world.nursing.id


def test_it_is_audited_and_published_without_a_word_of_it(world, sheila, recorded):
    entry = recorded(ADJUSTMENT)
    change = AuditEntry.objects.get(verb="entry.recorded")
    assert (change.resident_id, change.about_type, change.about_id) == (sheila.id, "entry", entry.id)
    assert change.detail == {"kind": "adjustment"}
    assert OutboxMessage.objects.get(topic="entry.recorded").payload == {"resident_id": str(sheila.id)}


def test_each_kind_is_recorded_shown_in_words_and_entered_once(world, sheila, recorded):
    kinds = [key for key, one in definitions().items() if not one.refused_beside]
    for kind in kinds:
        entry = recorded(words_of(kind))
        entry.refresh_from_db()
        assert entry.definition_version == definition_of(kind).version
        assert entry.says or entry.definition.says_it_all
        assert all(said(value) for value in entry.data.values())
    assert Entry.objects.filter(resident=sheila, ended_at=None).count() == len(kinds)


def test_what_is_asked_and_not_said_is_refused_by_field(sheila, recorded):
    def refused(facts):
        with pytest.raises(RuleError) as refusal:
            recorded(facts)
        return refusal.value.field, refusal.value.sentence

    assert refused(EntryFacts("alert", "  ")) == ("text", "Say it in words.")
    assert refused(EntryFacts("alert", "x" * 201)) == ("text", "Use 200 characters or fewer.")
    assert refused(EntryFacts("alert", "a\x00b"))[0] == "text"
    assert refused(EntryFacts("adjustment", "Large print")) == (
        "category",
        "Answer: What kind of adjustment is it?",
    )
    assert refused(EntryFacts("adjustment", "Large print", {"category": "012"})) == (
        "category",
        "What you chose is not in the list any more. Choose again.",
    )
    assert refused(EntryFacts("cpr")) == ("text", "Say it in words.")
    assert refused(EntryFacts("assessment.falls", data={"falls_in_year": 366}, event_on=clock.today())) == (
        "falls_in_year",
        "Enter a number from 0 to 365.",
    )
    assert refused(EntryFacts("legal.capacity", data={"outcome": "has", "decision": "x"})) == (
        "event_on",
        "Say on which day.",
    )
    assert refused(EntryFacts("alert", "Dog", {"colour": "red"})) == (None, "Alert does not ask for colour.")
    assert current(sheila) == []


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("assessment.falls", {"falls_in_year": "many"}, "falls_in_year"),
        ("assessment.falls", {"falls_in_year": 1, "gait": "perhaps"}, "gait"),
        ("legal.dols", {"status": "requested", "applied_on": "yesterday"}, "applied_on"),
        ("adjustment", {"category": ["004"]}, "category"),
    ],
)
def test_what_is_no_answer_at_all_is_refused_by_field(sheila, recorded, kind, data, field):
    with pytest.raises(RuleError) as refusal:
        recorded(EntryFacts(kind, "Words", data, event_on=clock.today()))
    assert refusal.value.field == field
    assert current(sheila) == []


def test_nobody_writes_in_the_name_of_a_team_that_is_not_theirs(world, sheila, recorded):
    with pytest.raises(RuleError, match="Choose a team of your own") as refusal:
        recorded(ADJUSTMENT, team_id=world.carers.id)
    assert refusal.value.code == "not_yours_to_give"
    assert current(sheila) == []


def test_days_that_cannot_be_are_refused(sheila, recorded):
    def refused(**days):
        with pytest.raises(RuleError) as refusal:
            recorded(EntryFacts("alert", "Dog", **days))
        return refusal.value.field, refusal.value.sentence

    tomorrow, yesterday = clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)
    assert refused(event_on=tomorrow) == ("event_on", "Choose today or a day before.")
    assert refused(event_on=date(1948, 3, 13)) == ("event_on", "Choose a day after Sheila was born.")
    assert refused(event_until=yesterday) == ("event_until", "It must end after it begins.")
    assert refused(review_due_on=yesterday) == ("review_due_on", "Choose a day to come for the review.")
    with pytest.raises(RuleError, match="Allergy does not ask until when"):
        recorded(EntryFacts("allergy", "Latex", event_until=tomorrow))
    assert current(sheila) == []


def test_sending_a_form_twice_records_one_and_with_other_words_says_so(sheila, recorded):
    made = new_id()
    assert recorded(ADJUSTMENT, entry_id=made) == recorded(ADJUSTMENT, entry_id=made)
    with pytest.raises(SentAlready):
        recorded(replace(ADJUSTMENT, text="Braille"), entry_id=made)
    assert current(sheila) == [("adjustment", "Large print")]


def test_an_allergy_ends_no_known_allergies(sheila, recorded):
    recorded(EntryFacts("no_known_allergies"))
    recorded(EntryFacts("allergy", "Penicillin"))
    assert current(sheila) == [("allergy", "Penicillin")]
    assert Entry.objects.get(kind="no_known_allergies").ended_reason == "Replaced"


def test_a_risk_ends_no_known_risks_and_that_is_refused_beside_a_risk(sheila, recorded):
    recorded(EntryFacts("no_known_risks"))
    risk = EntryFacts("risk", "Falls on the stairs", {"type": "accident"})
    assert recorded(risk).says == "Accident: Falls on the stairs"
    with pytest.raises(RuleError, match="Accident: Falls on the stairs is recorded under Risk: end that first"):
        recorded(EntryFacts("no_known_risks"))
    assert current(sheila) == [("risk", "Falls on the stairs")]


def test_no_known_allergies_is_refused_beside_a_known_one(sheila, recorded):
    recorded(EntryFacts("allergy", "Penicillin"))
    with pytest.raises(RuleError, match="Penicillin is recorded under Allergy: end that first"):
        recorded(EntryFacts("no_known_allergies"))
    assert current(sheila) == [("allergy", "Penicillin")]


def test_a_new_cpr_decision_supersedes_the_one_before_and_both_stay(sheila, recorded):
    before = recorded(EntryFacts("cpr", data={"decision": "450475007"}))
    after = recorded(EntryFacts("cpr", "Agreed with her daughter", {"decision": "450476008"}))
    before.refresh_from_db()
    assert (before.says, before.state, after.says) == ("For resuscitation", "ended", "Not for resuscitation")
    assert after.supersedes == before


def test_two_alerts_stand_side_by_side_and_the_same_one_only_once(sheila, recorded):
    recorded(EntryFacts("alert", "Dog"))
    recorded(EntryFacts("alert", "Oxygen"))
    with pytest.raises(RuleError, match="This is recorded already"):
        recorded(EntryFacts("alert", "dog"))
    assert current(sheila) == [("alert", "Dog"), ("alert", "Oxygen")]


def test_an_entry_is_superseded_and_both_stay(sheila, recorded, done):
    before = recorded(ADJUSTMENT)
    facts = EntryFacts("adjustment", "Large print, on yellow", {"category": "004"})
    after = done(correct_entry, before, facts=facts, reason="She asked for yellow paper")
    before.refresh_from_db()
    assert current(sheila) == [("adjustment", "Large print, on yellow")]
    assert (before.text, before.ended_reason, before.ended_by_name) == (
        "Large print",
        "She asked for yellow paper",
        "Nurse",
    )
    assert after.supersedes == before
    assert AuditEntry.objects.get(verb="entry.corrected").reason == "She asked for yellow paper"


def test_a_correction_that_says_the_same_changes_nothing_and_one_without_a_reason_is_refused(sheila, recorded, done):
    before = recorded(ADJUSTMENT)
    assert done(correct_entry, before, facts=ADJUSTMENT, reason="") == before
    with pytest.raises(RuleError, match="Say why you correct it"):
        done(correct_entry, before, facts=replace(ADJUSTMENT, text="Braille"), reason=" ")
    assert current(sheila) == [("adjustment", "Large print")]
    assert Entry.objects.count() == 1


def test_what_holds_no_longer_is_not_corrected(sheila, recorded, done):
    before = recorded(ADJUSTMENT)
    done(end_entry, before, reason="New glasses")
    with pytest.raises(IllegalMove, match="This entry is ended, so you cannot correct it"):
        done(correct_entry, before, facts=replace(ADJUSTMENT, text="Braille"), reason="Why not")
    assert current(sheila) == []


def test_a_code_that_has_gone_from_its_list_stays_readable_and_may_stay_in_a_correction(recorded, done):
    before = recorded(ADJUSTMENT)
    Code.objects.filter(code_list__key="adjustment-category", code="004").update(is_current=False)
    after = done(correct_entry, before, facts=replace(ADJUSTMENT, text="Braille"), reason="Learned it")
    assert after.data["category"] == {"code": "004", "display": "Specific information format"}
    with pytest.raises(RuleError, match="not in the list any more"):
        recorded(replace(ADJUSTMENT, text="Audio"))


def test_an_entry_is_ended_with_a_reason_once(sheila, recorded, done):
    entry = recorded(EntryFacts("alert", "Dog"))
    for _ in range(2):
        done(end_entry, entry, reason="Died")
    assert current(sheila) == []
    assert AuditEntry.objects.get(verb="entry.ended").reason == "Died"


def test_what_was_never_so_is_marked_whether_it_had_ended_or_not(sheila, recorded, done):
    standing, ended = recorded(EntryFacts("alert", "Dog")), recorded(EntryFacts("alert", "Oxygen"))
    done(end_entry, ended, reason="Given back")
    for entry in (standing, ended, ended):
        done(enter_entry_in_error, entry, reason="Another Sheila")
    states = {entry.text: (entry.state, entry.error_reason) for entry in Entry.objects.all()}
    assert states == dict.fromkeys(("Dog", "Oxygen"), ("entered_in_error", "Another Sheila"))
    assert Entry.objects.get(text="Oxygen").ended_reason == "Given back"
    assert AuditEntry.objects.filter(verb="entry.entered_in_error").count() == 2


def test_what_has_an_end_holds_until_that_day(sheila, recorded):
    recorded(EntryFacts("alert", "Scaffolding at the door", event_until=clock.today()))
    assert [entry.text for entry in Entry.objects.current()] == ["Scaffolding at the door"]
    with clock.at(clock.now() + timedelta(days=1)):
        assert not Entry.objects.current().exists()
        assert Entry.objects.get().is_past
        recorded(EntryFacts("alert", "Scaffolding at the door"))
    assert Entry.objects.count() == 2


def test_a_place_adds_a_kind_of_entry_without_code(sheila, recorded, tmp_path, settings):
    kind = {
        "key": "pets",
        "title": "Pets",
        "strip": "alert",
        "headline": ["animal", "text"],
        "text": {"label": "In words", "most": 100},
        "fields": [{"key": "animal", "label": "Which animal?", "kind": "text", "required": True, "most": 40}],
    }
    (tmp_path / "own.json").write_text(json.dumps({"section": "social_context", "kinds": [kind]}))
    settings.DEFINITIONS = [*settings.DEFINITIONS, tmp_path]
    entry = recorded(EntryFacts("pets", "Bites", {"animal": "Parrot"}))
    assert str(entry) == "Pets: Parrot: Bites"
    settings.DEFINITIONS = settings.DEFINITIONS[:1]
    entry.refresh_from_db()
    assert (str(entry), entry.section) == ("Pets: Parrot: Bites", "social_context")
    with pytest.raises(RuleError, match="Pets is no longer recorded"):
        recorded(EntryFacts("pets", "Bites", {}))


def test_whoever_does_not_see_the_resident_writes_nothing(world, sheila, recorded):
    entry = recorded(EntryFacts("alert", "Dog"))
    with acting_as(world.outsider):
        for service, given in (
            (record_entry, {"facts": EntryFacts("alert", "Oxygen")}),
            (end_entry, {"entry_id": entry.id, "reason": "Why not"}),
            (annotate_entry, {"entry_id": entry.id, "text": "Why not"}),
        ):
            with pytest.raises(Resident.DoesNotExist):
                service(by=world.outsider, resident_id=sheila.id, **given)
    assert current(sheila) == [("alert", "Dog")]


def test_an_entry_of_somebody_else_is_not_changed_through_ones_own_resident(world, sheila, done):
    other = world.resident(by=world.outsider, team=world.highcross_nursing)
    with acting_as(world.outsider):
        theirs = record_entry(by=world.outsider, resident_id=other.id, facts=EntryFacts("alert", "Dog"))
    with pytest.raises(Entry.DoesNotExist):
        done(end_entry, theirs, reason="Why not")
    assert current(other) == [("alert", "Dog")]


def test_the_database_refuses_to_change_an_entrys_words(recorded):
    entry = recorded(ADJUSTMENT)
    for changed in ({"text": "Small print"}, {"data": {}}, {"event_on": None}, {"recorded_by_name": "Somebody"}):
        with pytest.raises(IntegrityError, match="an entry says what was written"), transaction.atomic():
            Entry.objects.filter(id=entry.id).update(**changed)
    Entry.objects.filter(id=entry.id).update(ended_at=clock.now())


def test_the_database_keeps_one_of_a_single_kind(sheila, recorded):
    recorded(EntryFacts("cpr", "For resuscitation"))
    with pytest.raises(IntegrityError, match="one_entry_of_a_single_kind"), transaction.atomic():
        Entry.objects.create(resident=sheila, kind="cpr", text="Not for resuscitation", is_single=True)


def test_a_note_beside_an_entry_is_no_entry_of_its_own(world, sheila, recorded, done):
    entry = recorded(EntryFacts("alert", "Dog"))
    note = done(annotate_entry, entry, text="It is a cat")
    assert (note.about, note.kind, note.section) == (entry, "annotation", "alerts")
    with pytest.raises(RuleError, match="Write beside the entry itself"):
        done(annotate_entry, note, text="No, a dog")
    with pytest.raises(RuleError, match="End this note and write another"):
        done(correct_entry, note, facts=EntryFacts("annotation", "A dog"), reason="Looked again")
    with pytest.raises(IntegrityError, match="a_note_is_about_an_entry"), transaction.atomic():
        Entry.objects.create(resident=sheila, kind="annotation", text="About nothing")


def test_a_role_that_is_not_clinical_neither_writes_nor_ends_nor_annotates_clinical_content(world, sheila, recorded):
    entry = recorded(EntryFacts("allergy", "Penicillin"))
    clerk = replace(world.nurse, role="administrator")
    with acting_as(clerk):
        for service, given in (
            (record_entry, {"facts": EntryFacts("cpr", "For resuscitation")}),
            (end_entry, {"entry_id": entry.id, "reason": "Why not"}),
            (annotate_entry, {"entry_id": entry.id, "text": "Why not"}),
            (query_entry, {"entry_id": entry.id, "text": "Why so"}),
        ):
            with pytest.raises(NotYours, match="Your role does not include clinical entries"):
                service(by=clerk, resident_id=sheila.id, **given)
        record_entry(by=clerk, resident_id=sheila.id, facts=EntryFacts("alert", "Dog"))
        seen = Entry.objects.visible_to(clerk).for_role(clerk)
        assert [one.text for one in seen] == ["Dog"]
    assert current(sheila) == [("allergy", "Penicillin"), ("alert", "Dog")]


def test_every_verb_has_a_sentence():
    verbs = {"recorded", "corrected", "ended", "annotated", "entered_in_error"}
    assert {f"entry.{verb}" for verb in verbs} <= CHANGES.keys()


def test_the_readme_shows_the_table_of_states():
    section = README.read_text().split("### Entry\n")[1].split("\n## ")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in section.splitlines() if "|" in line]
    names = [state.name for state in ENTRY]
    said = [(move.verb, ", ".join(name for name in names if name in move.origins), move.target) for move in ENTRY.moves]
    assert rows[2:] == said
