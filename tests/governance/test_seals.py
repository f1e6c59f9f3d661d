"""What few may read is read by few: safeguarding, and what nobody has decided to share (IG-08, 09, 22, 23)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from neighbourhoods.definitions import DefinitionError, definition_of, definitions
from neighbourhoods.definitions.files import read_definitions
from neighbourhoods.entries import hidden_from_reader
from neighbourhoods.gate import acting_as
from neighbourhoods.models import EmergencyGround, Entry, Level, Relationship, Resident, Role, Seal, Source
from neighbourhoods.services import (
    EntryFacts,
    annotate_entry,
    break_seal,
    correct_entry,
    end_emergency,
    end_entry,
    open_relationship,
    record_entry,
)
from tests.life import break_the_glass
from tests.world import sign_in

pytestmark = pytest.mark.django_db

SECRET, WHO = "Bruises on both arms, seen twice", "Her grandson"
HIV = "HIV positive since 2019"


@pytest.fixture
def world(world):
    """Sheila is the nurses'; the surgery, the carers and a social worker with the carers see her whole record."""
    world.sheila = world.resident()
    world.nursing.phone = "01632 960100"
    world.nursing.save_changes("phone")
    world.add_person("social_worker", world.charity, Role.SOCIAL_WORKER, [world.carers])
    world.add_person("safeguarding_lead", world.practice, Role.SAFEGUARDING_LEAD, [world.surgery])
    with acting_as(world.nurse):
        for team in (world.surgery, world.carers):
            open_relationship(
                resident_id=world.sheila.id,
                team_id=team.id,
                level=Level.RECORD,
                source=Source.REGISTRATION,
                source_id=world.sheila.id,
            )
    return world


def recorded(world, by="nurse", kind="safeguarding.details", text=SECRET, **data):
    data = data or ({"suspected": WHO} if kind == "safeguarding.details" else {"share": False})
    facts = EntryFacts(
        kind, text, data, event_on=None if kind.startswith("sensitive") else world.sheila.created_at.date()
    )
    with acting_as(world.people[by]) as principal:
        return record_entry(by=principal, resident_id=world.sheila.id, facts=facts)


def reads(world, name, entry):
    """By query, and by the policies alone, which must agree."""
    principal = world.people[name]
    by_query = Entry.objects.visible_to(principal).filter(id=entry.id).exists()
    with acting_as(principal):
        assert Entry.objects.filter(id=entry.id).exists() is by_query
    return by_query


EVERYBODY = ("nurse", "second_nurse", "gp", "link_worker", "social_worker", "safeguarding_lead", "outsider", "privacy")


def readers(world, entry):
    return {name for name in EVERYBODY if reads(world, name, entry)}


def test_ig_23_safeguarding_words_are_for_the_role_set_and_the_team_that_wrote_them(world):
    entry = recorded(world)
    assert readers(world, entry) == {"nurse", "second_nurse", "social_worker", "safeguarding_lead"}


def test_ig_23_others_see_a_restricted_entry_and_whom_to_ask(world, client):
    recorded(world)
    address = reverse("resident_entries", args=[world.sheila.id])
    sign_in(client, world, "gp")
    page = client.get(address).content.decode()
    assert "Restricted entry: ask Millbrook Community Nursing on 01632 960100" in page
    assert SECRET not in page
    assert "Safeguarding details" not in page
    assert "safeguarding" not in page[page.index("Nothing is recorded yet") :].split("</p>")[0]
    sign_in(client, world, "nurse")
    page = client.get(address).content.decode()
    assert SECRET in page
    assert "Restricted entry" not in page


def test_ig_23_the_marker_says_neither_what_nor_of_what_kind_and_only_to_whoever_sees_the_resident(world):
    recorded(world)
    recorded(world, text="Another time")
    with acting_as(world.gp):
        (hidden,) = hidden_from_reader(world.sheila.id)
    assert (hidden.section, hidden.team, hidden.entries) == ("safeguarding", "Millbrook Community Nursing", 2)
    with acting_as(world.outsider):
        assert hidden_from_reader(world.sheila.id) == ()


def test_ig_23_the_words_are_on_no_page_and_in_no_timeline_of_whoever_may_not_read_them(world, client):
    entry = recorded(world)
    with acting_as(world.nurse):
        end_entry(by=world.nurse, resident_id=world.sheila.id, entry_id=entry.id, reason="The grandson has moved out")
    words = (SECRET, WHO, "grandson", "Safeguarding details")
    sign_in(client, world, "gp")
    names = ("resident_record", "resident_entries", "resident_timeline", "resident_people", "care_plan", "my_day")
    for name in names:
        page = client.get(reverse(name, args=[world.sheila.id] if name != "my_day" else [])).content.decode()
        assert [word for word in words if word in page] == [], name
    assert client.get(reverse("entry", args=[world.sheila.id, entry.id])).status_code == 404
    assert client.get(reverse("entry_opened", args=[entry.id])).status_code == 404
    timeline = client.get(reverse("resident_timeline", args=[world.sheila.id])).content.decode()
    assert "restricted, read by few" in timeline


def test_ig_23_the_audit_says_neither_its_kind_nor_a_reason(world):
    entry = recorded(world, kind="sensitive.sexual_health", text=HIV)
    with acting_as(world.nurse):
        end_entry(by=world.nurse, resident_id=world.sheila.id, entry_id=entry.id, reason="It was a mistake")
    with acting_as(world.gp):
        rows = list(AuditEntry.objects.filter(about_id=entry.id).values_list("verb", "reason", "detail"))
    assert sorted(rows) == [("entry.ended", "", {"sealed": True}), ("entry.recorded", "", {"sealed": True})]


def test_ig_08_even_with_the_record_open_in_an_emergency_what_is_sealed_stays_so(world):
    entry = recorded(world)
    world.people["in_an_emergency"] = break_the_glass(world, "outsider", world.sheila)
    assert not reads(world, "in_an_emergency", entry)
    with acting_as(world.in_an_emergency):
        assert [one.entries for one in hidden_from_reader(world.sheila.id)] == [1]


def test_ig_08_a_place_changes_who_is_in_the_role_set_without_code(world):
    entry = recorded(world)
    Seal.objects.filter(key="safeguarding").update(roles=["gp"])
    assert readers(world, entry) == {"nurse", "second_nurse", "gp"}


def test_ig_08_the_run_time_role_lets_nobody_in(world):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        acting_as(world.gp),
    ):
        Seal.objects.update(roles=["gp"])


def test_ig_09_to_see_that_it_is_there_to_read_it_and_to_change_it_are_three_things(world):
    entry = recorded(world)
    with acting_as(world.gp):
        assert len(hidden_from_reader(world.sheila.id)) == 1
    assert not reads(world, "gp", entry)
    assert reads(world, "social_worker", entry)
    with acting_as(world.social_worker) as by, pytest.raises(NotYours):
        end_entry(by=by, resident_id=world.sheila.id, entry_id=entry.id, reason="Not so")
    with acting_as(world.second_nurse) as by:
        assert end_entry(by=by, resident_id=world.sheila.id, entry_id=entry.id, reason="Not so").ended_at


def test_ig_09_nor_is_it_changed_by_sql_by_a_colleague_of_another_team_who_may_read_it(world):
    entry = recorded(world)
    world.add_person("colleague", world.community, Role.SOCIAL_WORKER, [world.highcross_nursing])
    with acting_as(world.nurse):
        open_relationship(
            resident_id=world.sheila.id,
            team_id=world.highcross_nursing.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=world.sheila.id,
        )
    assert reads(world, "colleague", entry)
    with acting_as(world.colleague), connection.cursor() as cursor:
        cursor.execute("UPDATE neighbourhoods_entry SET ended_at = now() WHERE id = %s", [entry.id])
        assert cursor.rowcount == 0


def test_ig_23_a_note_beside_it_is_read_by_who_wrote_either_and_by_the_role_set(world):
    entry = recorded(world)
    with acting_as(world.social_worker) as by:
        note = annotate_entry(by=by, resident_id=world.sheila.id, entry_id=entry.id, text="The police know of it")
    assert readers(world, note) == {"nurse", "second_nurse", "social_worker", "safeguarding_lead", "link_worker"}
    with acting_as(world.link_worker):
        assert not Entry.objects.filter(id=entry.id).exists()


def test_ig_23_a_correction_is_sealed_as_what_it_corrects(world):
    entry = recorded(world)
    facts = EntryFacts("safeguarding.details", "Bruises on one arm", {}, event_on=entry.event_on)
    with acting_as(world.nurse) as by:
        after = correct_entry(by=by, resident_id=world.sheila.id, entry_id=entry.id, facts=facts, reason="One arm")
    assert readers(world, after) == {"nurse", "second_nurse", "social_worker", "safeguarding_lead"}


KINDS = ("sensitive.fertility", "sensitive.sexual_health", "sensitive.termination", "sensitive.gender_history")


@pytest.mark.parametrize("kind", KINDS)
def test_ig_22_a_sensitive_kind_is_refused_without_a_decision_whether_it_is_shared(world, kind):
    with pytest.raises(RuleError, match="Does the person agree"):
        recorded(world, kind=kind, text=HIV, share=None)
    assert not Entry.objects.filter(kind=kind).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_ig_22_what_is_not_to_be_shared_is_for_its_team_alone_and_what_is_shared_is_for_all(world, kind):
    assert readers(world, recorded(world, kind=kind, text=HIV, share=False)) == {"nurse", "second_nurse"}
    shared = recorded(world, kind=kind, text="Told her family herself", share=True)
    assert readers(world, shared) == set(EVERYBODY) - {"outsider", "privacy"}


@pytest.mark.parametrize("kind", KINDS)
def test_ig_22_what_is_not_to_be_shared_any_more_is_sealed_as_it_stood_before_with_what_stands_beside_it(
    world, client, kind
):
    shared, sheila = recorded(world, kind=kind, text=HIV, share=True), world.sheila.id
    with acting_as(world.social_worker) as by:
        note = annotate_entry(by=by, resident_id=sheila, entry_id=shared.id, text="She told me of the HIV")
    with acting_as(world.nurse) as by:
        facts = EntryFacts(kind, HIV, {"share": False})
        after = correct_entry(by=by, resident_id=sheila, entry_id=shared.id, facts=facts, reason="She changed her mind")
    own = {"nurse", "second_nurse"}
    assert (readers(world, after), readers(world, shared)) == (own, own)
    assert readers(world, note) == {*own, "social_worker", "link_worker"}, "those of either team"
    title = definition_of(kind).title
    sign_in(client, world, "gp")
    for name in ("resident_entries", "resident_timeline", "whole_record"):
        page = client.get(reverse(name, args=[sheila])).content.decode()
        assert [words for words in (HIV, title, "changed her mind") if words in page] == []


def test_ig_22_the_run_time_role_changes_no_seal_by_itself(world):
    shared = recorded(world, kind=KINDS[0], text=HIV, share=True)
    with acting_as(world.nurse), pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(id=shared.id).update(seal="sensitive")
    with pytest.raises(DatabaseError), acting_as(world.social_worker), connection.cursor() as cursor:
        cursor.execute("SELECT app.seal_earlier(%s)", [shared.id])
    assert Entry.objects.get(id=shared.id).seal == ""


def test_ig_22_the_form_asks_and_keeps_what_was_typed(world, client):
    sign_in(client, world, "nurse")
    address = reverse("entry_new", args=[world.sheila.id, "sensitive.sexual_health"])
    answer = client.post(address, {"text": HIV})
    assert answer.status_code == 422
    assert HIV in answer.content.decode()
    done = client.post(address, {"text": HIV, "share": "no"}, follow=True)
    assert "Few read it; everybody else is told to ask your team." in done.content.decode()
    assert Entry.objects.get(kind="sensitive.sexual_health").seal == "sensitive"


# One at a time for each team: neighbourhoods/test_cohorts.py.
GROUPS = ("cohort.mental_health", "cohort.safeguarding")
PERSONAL = {f"personal.{what}" for what in ("sex", "sexual_orientation", "immigration", "overseas_visitor")}


def test_ig_08_what_is_sealed_can_stand_nowhere_that_others_read(tmp_path):
    assert {one.key for one in definitions().values() if one.seal} == {
        *("safeguarding.details", *KINDS, *GROUPS, *PERSONAL),
    }
    kind = {"key": "pets", "title": "Pets", "text": {"label": "Which?"}, "clinical": True, "seal": "safeguarding"}
    for wrong in ({"strip": "alert"}, {"in_handover": True}, {"single": True}, {"clinical": False}, {"seal": "secret"}):
        (tmp_path / "own.json").write_text(json.dumps({"section": "alerts", "kinds": [kind | wrong]}))
        with pytest.raises(DefinitionError):
            read_definitions([tmp_path])


def test_ig_08_nothing_is_sealed_without_a_team_to_ask(world):
    entry = recorded(world)
    with pytest.raises(DatabaseError, match="what_is_sealed_has_a_team"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO neighbourhoods_entry (id, created_at, updated_at, version, kind, text, resident_id, seal) "
            "VALUES (app.new_id(), now(), now(), 1, 'alert', 'x', %s, 'safeguarding')",
            [entry.resident_id],
        )


def opened(world, name="gp", seal="safeguarding", sign_in=None, **given):
    """Somebody whose role may has it open: gives who they are in that sign-in."""
    by, sign_in = world.people[name], sign_in or new_id()
    facts = {"ground": EmergencyGround.LAW, "words": "The coroner asks for it today", "team_id": by.team_ids[0]} | given
    with acting_as(by):
        world.opened = break_seal(by=by, resident_id=world.sheila.id, seal=seal, sign_in=sign_in, **facts)
    world.people["opener"] = replace(by, glass=sign_in)
    return world.opener


def test_ig_08_an_override_opens_one_seal_of_one_resident_to_one_person_in_one_sign_in(world):
    entry, hidden = recorded(world), recorded(world, kind="sensitive.fertility", text=HIV, share=False)
    opened(world)
    assert reads(world, "opener", entry)
    assert not reads(world, "opener", hidden)
    assert not reads(world, "gp", entry)
    world.people["another"] = replace(world.safeguarding_lead, glass=world.opener.glass, role="gp")
    assert not reads(world, "another", entry)
    with clock.at(world.opened.until):
        assert not reads(world, "opener", entry)
    with acting_as(world.opener):
        assert end_emergency(resident_id=world.sheila.id)
    assert not reads(world, "opener", entry)


def test_ig_08_it_opens_no_record_that_was_not_open(world):
    recorded(world)
    by = opened(world)
    Relationship.objects.filter(resident=world.sheila, team=world.surgery).update(ended_at=clock.now())
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert not Resident.objects.visible_to(by).filter(id=world.sheila.id).exists()
        with acting_as(by):
            assert not Resident.objects.filter(id=world.sheila.id).exists()
            assert not Entry.objects.exists()


@pytest.mark.parametrize("who", ["link_worker", "nurse", "outsider"])
def test_ig_08_an_override_needs_a_permission_of_its_own(world, who):
    recorded(world)
    with pytest.raises(NotYours, match="Your role does not open"):
        opened(world, who)
    assert not AuditEntry.objects.filter(verb="seal.opened").exists()


def test_ig_08_an_override_needs_one_of_its_grounds_and_words(world):
    recorded(world)
    with pytest.raises(RuleError, match="at least 10 characters"):
        opened(world, words="Need it")
    with pytest.raises(DatabaseError, match="an_emergency_has_one_of_its_grounds"), transaction.atomic():
        opened(world, ground=EmergencyGround.BEST_INTERESTS)


def test_ig_08_an_override_is_checked_afterwards(world):
    recorded(world)
    opened(world)
    relay()
    review = PrivacyReview.objects.get(kind="seal")
    assert (review.subject_user_id, review.resident_id, review.about_id) == (
        world.gp.actor_id,
        world.sheila.id,
        world.opened.id,
    )
    assert Alert.objects.filter(kind="review.seal", about_id=review.id, resident_id=None).exists()
    written = AuditEntry.objects.get(verb="seal.opened")
    assert (written.actor_id, written.reason) == (world.gp.actor_id, "The coroner asks for it today")


def test_ig_08_the_page_offers_it_to_those_who_may_and_says_that_it_is_open(world, client):
    recorded(world)
    entries, page = (
        reverse(name, args=[world.sheila.id, *more])
        for name, *more in (("resident_entries",), ("seal_open", "safeguarding"))
    )
    sign_in(client, world, "link_worker")
    assert page not in client.get(entries).content.decode()
    refused = client.get(page)
    assert refused.status_code == 403
    assert "Your role does not open restricted entries." in refused.content.decode()
    sign_in(client, world, "gp")
    assert page in client.get(entries).content.decode()
    refused = client.post(page, {"ground": "", "words": "The coroner asks for it today"})
    assert refused.status_code == 422
    assert "The coroner asks for it today" in refused.content.decode()
    done = client.post(page, {"ground": "consent", "words": "She has asked me to read it"}, follow=True)
    text = done.content.decode()
    assert SECRET in text
    assert "Restricted entries are open to you until" in text
    client.post(reverse("end_emergency", args=[world.sheila.id]))
    assert SECRET not in client.get(entries).content.decode()
