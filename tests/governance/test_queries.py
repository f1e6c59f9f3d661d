"""A resident questions what is recorded of them: the team that wrote it is asked, and answers (IG-29)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRung
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from carecoord.outbox.tasks import relay
from neighbourhoods.definitions import QUERY
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Level, Relationship, Source
from neighbourhoods.services import (
    EntryFacts,
    annotate_entry,
    correct_entry,
    end_entry,
    open_relationship,
    query_entry,
    record_entry,
)
from tests.governance.test_entries import changed, entry, sheila  # noqa: F401
from tests.world import sign_in

pytestmark = pytest.mark.django_db
WORDS = "I never had a dog"
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def open_to(world, resident_id, team):
    with acting_as(world.nurse):
        open_relationship(
            resident_id=resident_id,
            team_id=team.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=resident_id,
        )


@pytest.fixture
def query(world, entry):
    with clock.at(NOW):
        return changed(world.gp, query_entry, entry, text=WORDS)


def test_ig_29_a_question_is_an_entry_about_an_entry_in_the_residents_words(world, entry, query):
    assert (query.kind, query.about, query.text, query.section) == (QUERY, entry, WORDS, entry.section)
    assert query.recorded_by_organisation == world.practice
    entry.refresh_from_db()
    assert entry.ended_at is None


def test_ig_29_the_team_that_wrote_it_gets_an_alert_with_a_clock_that_leads_there(
    world, entry, query, client, mailoutbox
):
    relay()
    alert = Alert.objects.get(kind="entry.queried")
    assert (alert.team, alert.resident_id, alert.about_id) == (world.nursing, entry.resident_id, query.id)
    assert alert.due_at.date() == date(2026, 11, 25)
    sign_in(client, world, "nurse")
    assert "A resident questions what is recorded" in client.get(reverse("alerts")).text
    shown = client.get(reverse("alert_open", args=[alert.id]), follow=True).text
    for words in (WORDS, "Question of the resident", reverse("entry", args=[entry.resident_id, query.id])):
        assert words in shown
    assert not any("Sheila" in one.body + one.subject or "dog" in one.body for one in mailoutbox)


def test_ig_29_who_is_asked_answers_it_and_the_alert_ends(world, query):
    relay()
    answered = changed(world.nurse, end_entry, query, reason="Corrected, and told her so")
    relay()
    assert (answered.ended_reason, answered.ended_by_name) == ("Corrected, and told her so", "Nurse")
    assert Alert.objects.get(kind="entry.queried").state == Alert.State.RESOLVED


def test_ig_29_nobody_else_answers_it_in_the_service_or_in_the_database(world, query):
    open_to(world, query.resident_id, world.ward)
    with pytest.raises(NotYours):
        changed(world.ward_nurse, end_entry, query, reason="Settled")
    with acting_as(world.ward_nurse), connection.cursor() as cursor:
        cursor.execute("UPDATE neighbourhoods_entry SET ended_at = now() WHERE id = %s", [query.id])
        assert cursor.rowcount == 0


def test_ig_29_where_its_team_is_not_around_any_more_the_team_that_leads_is_asked(world, sheila, entry):
    open_to(world, sheila.id, world.ward)
    with acting_as(world.ward_nurse):
        of_the_ward = record_entry(by=world.ward_nurse, resident_id=sheila.id, facts=EntryFacts("alert", "Smokes"))
    Relationship.objects.filter(resident=sheila, team=world.ward).update(ended_at=clock.now())
    changed(world.gp, query_entry, of_the_ward, text="I stopped")
    relay()
    assert Alert.objects.get(kind="entry.queried").team == world.nursing


def test_ig_29_a_question_about_what_few_read_is_read_by_few(world, sheila):
    with acting_as(world.nurse):
        concern = EntryFacts("safeguarding.details", "Her nephew takes money", event_on=date(2026, 11, 2))
        sealed = record_entry(by=world.nurse, resident_id=sheila.id, facts=concern, team_id=world.nursing.id)
        query = query_entry(by=world.nurse, resident_id=sheila.id, entry_id=sealed.id, text="He does not")
    assert query.seal == sealed.seal == "safeguarding"
    with acting_as(world.gp):
        assert not Entry.objects.filter(id=query.id).exists()


def test_a_question_is_neither_annotated_nor_corrected_nor_questioned(world, query):
    for service, given in (
        (annotate_entry, {"text": "So"}),
        (query_entry, {"text": "So"}),
        (correct_entry, {"facts": EntryFacts(QUERY, "So"), "reason": "So"}),
    ):
        with pytest.raises(RuleError):
            changed(world.gp, service, query, **given)


def test_the_page_passes_a_question_on_and_answers_it(world, sheila, entry, client):
    sign_in(client, world, "gp")
    address = reverse("entry_query", args=[sheila.id, entry.id])
    refused = client.post(address, {"query-text": ""})
    assert (refused.status_code, "Write down what they say" in refused.text) == (422, True)
    done = client.post(address, {"query-text": WORDS}, follow=True)
    assert "Millbrook Community Nursing is asked to answer" in done.text
    query = Entry.objects.get(kind=QUERY)
    sign_in(client, world, "nurse")
    page = client.get(reverse("entry", args=[sheila.id, query.id])).text
    assert "Answer the question" in page
    move = reverse("entry_move", args=[sheila.id, query.id])
    assert client.post(move, {"verb": "end", "end-reason": ""}).status_code == 422
    done = client.post(move, {"verb": "end", "end-reason": "Corrected, and told her so"}, follow=True)
    assert "The question is answered" in done.text
    query.refresh_from_db()
    assert query.ended_at


def test_a_question_sent_twice_is_one(world, entry):
    one = new_id()
    for _ in range(2):
        changed(world.gp, query_entry, entry, text=WORDS, query_id=one)
    assert Entry.objects.filter(kind=QUERY).count() == 1


def test_ig_29_an_unanswered_question_goes_to_the_lead_of_the_team(world, query):
    relay()
    with clock.at(NOW + timedelta(days=8)):
        fire_due_rungs()
    assert AlertRung.objects.filter(alert__kind="entry.queried", level=2).exists()
