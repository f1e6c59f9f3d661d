"""What is recorded about somebody: whose it is, who wrote it when, and how a capacity assessment must read."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.definitions import definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Level, Relationship, Source
from neighbourhoods.services import (
    EntryFacts,
    annotate_entry,
    correct_entry,
    end_entry,
    enter_entry_in_error,
    open_relationship,
    record_entry,
)
from referrals.services.referrals import Ask, draft_referral, send_referral
from tests.world import sign_in

pytestmark = pytest.mark.django_db

SENTENCE = (
    "Test Community Health recorded this, so only they change it. Ask them on 01632 960100, or write a note beside it."
)
# Wednesday, half past nine here; in the winter.
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def sheila(world):
    """The nurses' resident, whom the surgery of another organisation sees as well."""
    sheila = world.resident()
    world.community.phone = "01632 960100"
    world.community.save_changes("phone")
    with acting_as(world.nurse):
        open_relationship(
            resident_id=sheila.id,
            team_id=world.surgery.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=sheila.id,
        )
    return sheila


@pytest.fixture
def entry(world, sheila):
    with acting_as(world.nurse), clock.at(NOW):
        return record_entry(
            by=world.nurse, resident_id=sheila.id, facts=EntryFacts("alert", "Dog", event_on=date(2026, 11, 3))
        )


def changed(by, service, entry, **given):
    with acting_as(by):
        return service(by=by, resident_id=entry.resident_id, entry_id=entry.id, **given)


def is_there(entry):
    return Entry.objects.get(id=entry.id).ended_at is None


@pytest.mark.parametrize(
    ("service", "given"),
    [
        (end_entry, {"reason": "Moved"}),
        (enter_entry_in_error, {"reason": "Never had one"}),
        (correct_entry, {"facts": EntryFacts("alert", "Cat"), "reason": "It is a cat"}),
    ],
)
def test_ig_38_another_organisation_changes_nothing_of_ours_and_is_told_whom_to_ask(world, entry, service, given):
    with pytest.raises(NotYours) as refusal:
        changed(world.gp, service, entry, **given)
    assert refusal.value.sentence == SENTENCE
    assert is_there(entry)
    assert Entry.objects.count() == 1


def test_ig_38_another_organisation_writes_a_note_beside_it_that_stays_its_own(world, entry):
    note = changed(world.gp, annotate_entry, entry, text="It is a cat")
    assert (note.about, note.recorded_by_organisation) == (entry, world.practice)
    assert is_there(entry)
    with pytest.raises(NotYours, match="Bridge Street Surgery recorded this"):
        changed(world.nurse, end_entry, note, reason="It is a dog")


def test_ig_38_the_team_that_wrote_it_reads_a_notice_that_leads_to_the_note_and_nobody_else_does(
    world, entry, client, mailoutbox
):
    changed(world.gp, annotate_entry, entry, text="It is a cat")
    changed(world.second_nurse, annotate_entry, entry, text="It is a dog")
    relay()
    alert = Alert.objects.get(kind="entry.annotated")
    assert (alert.team_id, alert.resident_id, alert.due_at) == (world.nursing.id, entry.resident_id, None)
    sign_in(client, world, "nurse")
    assert "A note beside what you recorded" in client.get(reverse("alerts")).content.decode()
    answer = client.get(reverse("alert_open", args=[alert.id]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("entry", args=[entry.resident_id, entry.id])
    assert not any("Sheila" in one.body + one.subject or "cat" in one.body for one in mailoutbox)


def test_ig_38_a_team_that_no_longer_sees_the_resident_is_told_nothing(world, sheila, entry):
    Relationship.objects.filter(resident=sheila, team=world.nursing).update(ended_at=clock.now())
    changed(world.gp, annotate_entry, entry, text="It is a cat")
    relay()
    assert not Alert.objects.filter(kind="entry.annotated").exists()


def test_ig_38_a_colleague_of_the_organisation_that_recorded_it_ends_it(world, entry):
    changed(world.second_nurse, end_entry, entry, reason="Moved")
    assert not is_there(entry)


def test_ig_38_the_database_lets_nobody_else_end_it_either(world, entry):
    def ended_by(principal):
        with transaction.atomic(), acting_as(principal), connection.cursor() as cursor:
            cursor.execute("UPDATE neighbourhoods_entry SET ended_at = now() WHERE id = %s", [entry.id])
            count = cursor.rowcount
            transaction.set_rollback(True)
        return count

    assert {name: ended_by(world.people[name]) for name in ("gp", "outsider", "second_nurse")} == {
        "gp": 0,
        "outsider": 0,
        "second_nurse": 1,
    }


def test_ig_38_a_newer_decision_takes_the_place_of_one_by_others_and_says_so(world, sheila):
    def decides(by, decision):
        with acting_as(by):
            return record_entry(by=by, resident_id=sheila.id, facts=EntryFacts("cpr", data={"decision": decision}))

    before, after = decides(world.nurse, "450475007"), decides(world.gp, "450476008")
    before.refresh_from_db()
    assert (before.ended_reason, before.ended_by_name, after.supersedes) == ("Replaced", "Gp", before)


def test_ig_38_the_page_offers_changing_to_that_organisation_only_and_a_note_to_everybody(world, entry, client):
    page = reverse("entry", args=[entry.resident_id, entry.id])
    offers = {}
    for who in ("gp", "nurse"):
        sign_in(client, world, who)
        text = client.get(page).content.decode()
        offers[who] = [word in text for word in ("End it", "Correct it", "Put the note beside it", SENTENCE)]
    assert offers == {"gp": [False, False, True, True], "nurse": [True, True, True, False]}


@pytest.mark.parametrize("verb", ["end", "enter_in_error"])
def test_ig_38_who_asks_for_the_form_all_the_same_is_told_whom_to_ask(world, entry, client, verb):
    sign_in(client, world, "gp")
    address = reverse("entry_move", args=[entry.resident_id, entry.id])
    answer = client.post(address, {"verb": verb, "end-reason": "Moved", "error-reason": "x"}, follow=True)
    assert SENTENCE in answer.content.decode()
    assert is_there(entry)


def test_ig_38_correcting_by_others_is_refused_with_whom_to_ask_and_keeps_what_was_typed(world, entry, client):
    sign_in(client, world, "gp")
    address = reverse("entry_correct", args=[entry.resident_id, entry.id])
    answer = client.post(address, {"text": "A cat, I say", "correction": "I know it"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Test Community Health recorded this, so only they change it." in text
    assert "A cat, I say" in text
    assert is_there(entry)


def test_ig_38_what_says_no_organisation_is_ended_by_whoever_sees_the_resident(world, sheila):
    imported = Entry.objects.create(resident=sheila, kind="alert", text="Dog")
    changed(world.gp, end_entry, imported, reason="Moved")
    assert not is_there(imported)


def test_ig_31_each_entry_shows_author_role_organisation_event_and_recorded_time(world, entry, client):
    changed(world.gp, annotate_entry, entry, text="It is a cat")
    sign_in(client, world, "nurse")
    line = "Since 03-Nov-2026. Recorded 18-Nov-2026 09:30 by Nurse, community nurse, Test Community Health."
    with clock.at(NOW.replace(day=19)):
        for page in (
            reverse("resident_entries", args=[entry.resident_id]),
            reverse("entry", args=[entry.resident_id, entry.id]),
        ):
            text = " ".join(_plain(client.get(page)).split())
            assert line in text
            assert "by Gp, GP, Bridge Street Surgery." in text


def test_ig_31_what_ended_says_when_by_whom_and_why(world, entry, client):
    with clock.at(NOW.replace(day=19)):
        changed(world.second_nurse, end_entry, entry, reason="The dog has died")
        sign_in(client, world, "nurse")
        text = _plain(client.get(reverse("resident_entries", args=[entry.resident_id])))
    assert "Ended today 09:30 by Second Nurse: The dog has died." in " ".join(text.split())


def test_ig_15_what_they_were_told_is_on_the_record_and_care_does_not_wait_for_it(world, sheila, client):
    with acting_as(world.nurse), clock.at(NOW):
        draft = draft_referral(
            by=world.nurse,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=Ask(reason="A break for her carer", no_known_risks=True),
        )
        assert send_referral(by=world.nurse, referral_id=draft.id).status == "sent"
        facts = EntryFacts("told", "Told who reads this. She agrees", {"by_whom": "Nurse"}, event_on=date(2026, 11, 17))
        record_entry(by=world.nurse, resident_id=sheila.id, facts=facts)
    sign_in(client, world, "gp")
    text = " ".join(_plain(client.get(reverse("resident_entries", args=[sheila.id]))).split())
    assert "Told who reads this. She agrees Who told them: Nurse On 17-Nov-2026. Recorded 18-Nov-2026" in text


def test_ig_19_capacity_is_recorded_for_one_decision_on_one_day_and_nowhere_as_a_yes_or_no(world, sheila):
    facts = EntryFacts(
        "legal.capacity", "Asked twice", {"decision": "Going home", "outcome": "lacks"}, event_on=date(2026, 11, 3)
    )
    with acting_as(world.nurse), clock.at(NOW):
        made = record_entry(by=world.nurse, resident_id=sheila.id, facts=facts)
        for without in (
            EntryFacts("legal.capacity", data={"outcome": "lacks"}, event_on=date(2026, 11, 3)),
            EntryFacts("legal.capacity", data={"outcome": "lacks", "decision": "Going home"}),
        ):
            with pytest.raises(RuleError):
                record_entry(by=world.nurse, resident_id=sheila.id, facts=without)
    assert made.says == "Lacks capacity for this decision: Going home"
    asked = [field for one in definitions().values() for field in one.fields if field.kind == "yes_no"]
    assert not [field.label for field in asked if "capacity" in field.label.lower()]


def test_ig_10_a_role_that_is_not_clinical_reads_no_clinical_entry_and_no_note_on_one(world, sheila, entry, client):
    from neighbourhoods.models import Membership

    with acting_as(world.nurse):
        allergy = record_entry(by=world.nurse, resident_id=sheila.id, facts=EntryFacts("allergy", "Penicillin"))
    changed(world.gp, annotate_entry, allergy, text="Only a rash in 1987")
    changed(world.gp, annotate_entry, entry, text="It is a cat")
    Membership.objects.filter(id=world.nurse.membership_id).update(role="administrator")
    sign_in(client, world, "nurse")
    text = _plain(client.get(reverse("resident_entries", args=[sheila.id])))
    assert "Dog" in text
    assert "It is a cat" in text
    assert "Penicillin" not in text
    assert "1987" not in text
    assert client.get(reverse("entry", args=[sheila.id, allergy.id])).status_code == 404
    refused = client.get(reverse("entry_new", args=[sheila.id, "allergy"]))
    assert refused.status_code == 403
    assert "Your role does not record what is clinical." in refused.content.decode()


def test_ig_10_why_a_clinical_entry_ended_is_not_on_the_timeline(world, sheila, entry, client):
    with acting_as(world.nurse):
        allergy = record_entry(by=world.nurse, resident_id=sheila.id, facts=EntryFacts("allergy", "Penicillin"))
    changed(world.nurse, end_entry, allergy, reason="Took amoxicillin without a rash")
    changed(world.nurse, end_entry, entry, reason="The dog has died")
    sign_in(client, world, "nurse")
    text = _plain(client.get(reverse("resident_timeline", args=[sheila.id])))
    assert "Ended: Allergy" in text
    assert "amoxicillin" not in text
    assert "The dog has died" in text


def test_ig_23_nothing_asks_for_the_words_of_a_safeguarding_concern_while_everybody_reads_them(world):
    concern = definitions()["safeguarding.concern"]
    assert concern.text is None
    assert [field.key for field in concern.fields] == ["ask"]
    assert (concern.clinical, concern.strip, concern.in_handover) == (True, "", False)


def _plain(answer):
    import re

    return re.sub(r"<[^>]+>", "", answer.content.decode()).replace("\xa0", " ")
