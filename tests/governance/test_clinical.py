"""What is clinical, each kind says in its definition; whoever's role is not clinical reads nothing of it, on no page
(IG-10)."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from carecoord import clock
from carecoord.record.display.timeline import timeline_rows
from carecoord.record.timeline import changes_before
from neighbourhoods import gate
from neighbourhoods.definitions import definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Membership, Role, Source
from neighbourhoods.models.clinical import kinds_to_record, reads_kind, unread_kinds
from neighbourhoods.services import EntryFacts, end_entry, open_relationship, record_entry
from referrals.services import handovers, referrals
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db
PAGES = ("resident_record", "resident_timeline", "resident_entries", "whole_record", "resident_statement")
CLINICAL = ("Penicillin", "Allergy", "Dementia")
OPEN = "Rings the bell twice"


@pytest.fixture
def world(world):
    """An administrator of the nurses' team, and one of the charity's, beside those who care."""
    with clock.at(WORLD_BEGAN):
        _not_clinical(world, "clerk", world.community, world.nursing)
        _not_clinical(world, "helper", world.charity, world.carers)
        _not_clinical(world, "ward_clerk", world.hospital, world.ward)
    world.sheila = world.resident()
    with acting_as(world.nurse) as by:
        told = {"by": by, "resident_id": world.sheila.id}
        record_entry(facts=EntryFacts("allergy", "Penicillin"), **told)
        record_entry(facts=EntryFacts("alert", OPEN), **told)
        group = record_entry(facts=EntryFacts("cohort.dementia"), **told)
        end_entry(entry_id=group.id, reason="Dementia was ruled out", **told)
    return world


def _not_clinical(world, name, organisation, team):
    """Today no role that is not clinical is in a team that has residents; pages ask all the same."""
    world.add_person(name, organisation, Role.CARE_COORDINATOR, [team])
    Membership.objects.filter(id=world.people[name].membership_id).update(role=Role.ADMINISTRATOR)
    world.people[name] = gate.person(world.membership_of(name))


def seen(client, world, name, page, *args):
    sign_in(client, world, name)
    return client.get(reverse(page, args=args)).content.decode()


def test_ig_10_one_place_asks_a_role_and_all_else_asks_the_definition(world):
    asking = [
        str(path.relative_to(settings.BASE_DIR))
        for app in ("carecoord", "neighbourhoods", "careplans", "referrals")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if "NON_CLINICAL_ROLES" in path.read_text()
    ]
    assert sorted(asking) == ["neighbourhoods/models/clinical.py", "neighbourhoods/models/memberships.py"]


def test_ig_10_a_role_reads_what_its_definition_calls_not_clinical_and_nothing_else(world):
    for kind, definition in definitions().items():
        assert reads_kind(world.clerk, kind) is not definition.clinical
        assert reads_kind(world.nurse, kind)
    assert not reads_kind(world.clerk, "kind.of.a.file.that.is.gone")
    assert unread_kinds(world.nurse) == ()
    assert not any(one.clinical for one in kinds_to_record(world.clerk))


@pytest.mark.parametrize("page", PAGES)
def test_ig_10_no_page_says_what_is_clinical_to_a_role_that_is_not(client, world, page):
    nothing = seen(client, world, "clerk", page, world.sheila.id)
    assert [word for word in CLINICAL if word in nothing] == []
    if page != "resident_timeline":
        assert OPEN in nothing
        assert "Penicillin" in seen(client, world, "nurse", page, world.sheila.id)


def test_ig_10_a_timeline_says_that_something_clinical_was_changed_and_not_what(world):
    with acting_as(world.clerk) as by:
        titles = [row.title for row in timeline_rows(by, changes_before(world.sheila.id, None))]
    assert "Recorded: clinical, read by clinical roles" in titles
    assert any(title.endswith(": Alert") for title in titles)
    with acting_as(world.nurse) as by:
        rows = timeline_rows(by, changes_before(world.sheila.id, None))
    assert any(row.title.endswith(": Allergy") for row in rows)
    assert all("ruled out" not in row.text for row in rows), "why is read where the entry is"


def test_ig_10_neither_a_card_nor_a_handover_says_it(client, world):
    with acting_as(world.nurse) as by:
        teams = {"service_id": world.carers_service.id, "from_team_id": world.nursing.id}
        ask = referrals.Ask(reason="A break", no_known_risks=True)
        asked, _ = referrals.refer(by=by, resident_id=world.sheila.id, ask=ask, **teams)
        teams = {"from_team_id": world.nursing.id, "to_team_id": world.ward.id}
        given = handovers.draft_handover(by=by, resident_id=world.sheila.id, kind="team", situation="Moves", **teams)
        handovers.offer_handover(by=by, handover_id=given.id)
    for reader, page, item in (("helper", "referral_detail", asked), ("ward_clerk", "handover", given)):
        shown = seen(client, world, reader, page, item.id)
        assert [word for word in (*CLINICAL, "Allergies") if word in shown] == []
        assert OPEN in shown
    assert "Penicillin" in seen(client, world, "link_worker", "referral_detail", asked.id)
    assert "Penicillin" in seen(client, world, "ward_nurse", "handover", given.id)


def test_ig_10_what_a_place_calls_not_clinical_is_shown_to_everybody(client, world, monkeypatch):
    mine = {key: replace(one, clinical=one.clinical and "allerg" not in key) for key, one in definitions().items()}
    monkeypatch.setattr("neighbourhoods.definitions._read", lambda folders: mine)
    cause = {"source": Source.REGISTRATION, "source_id": world.sheila.id}
    with acting_as(world.nurse):
        open_relationship(resident_id=world.sheila.id, team_id=world.carers.id, level=Level.RECORD, **cause)
    for page in ("resident_record", "resident_timeline", "resident_entries"):
        shown = seen(client, world, "helper", page, world.sheila.id)
        assert ("Allergy" if page == "resident_timeline" else "Penicillin") in shown
