"""A resident objects to sharing; it is decided, shown, and what is upheld is withheld (IG-16)."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit import ActorKind
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Level, Role, Source, Team
from neighbourhoods.models.sharing import SharingDecision
from neighbourhoods.principal import Principal
from neighbourhoods.services import EntryFacts, open_relationship, record_entry
from neighbourhoods.services.sharing import Part, decide_objection, record_objection, withdraw_objection
from neighbourhoods.states import SHARING
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db

SAID = "Not with the charity: my neighbour works there"
README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"


@pytest.fixture
def world(world):
    """Sheila is the nurses' and the charity's; each of them has recorded an alert, the nurses an adjustment as well."""
    world.sheila = world.resident()
    partnership = Team.objects.get(kind="privacy", organisation__kind="partnership")
    with clock.at(WORLD_BEGAN):
        world.add_person("guardian", partnership.organisation, Role.CALDICOTT_GUARDIAN, [partnership])
    with acting_as(world.nurse):
        open_relationship(
            resident_id=world.sheila.id,
            team_id=world.carers.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=world.sheila.id,
        )
    world.dog, world.told = recorded(world, "nurse", "alert"), recorded(world, "nurse", "told", "Told how")
    world.theirs = recorded(world, "link_worker", "alert", "Stairs without a rail")
    return world


def recorded(world, who, kind, text="Dog in the yard"):
    facts = EntryFacts(kind, text, event_on=None if kind == "alert" else world.sheila.created_at.date())
    with acting_as(world.people[who]) as by:
        return record_entry(by=by, resident_id=world.sheila.id, facts=facts)


def reads(principal, world):
    """What of these three, by query and by the policies alone, which must agree."""
    of = {world.dog.id: "dog", world.told.id: "told", world.theirs.id: "theirs"}
    by_query = set(Entry.objects.visible_to(principal).values_list("id", flat=True))
    with acting_as(principal):
        assert set(Entry.objects.values_list("id", flat=True)) == by_query
    return {of[one] for one in by_query}


def objected(world, section="alerts", organisation="charity"):
    part = Part(section, getattr(world, organisation).id if organisation else None)
    with acting_as(world.nurse) as by:
        return record_objection(by=by, resident_id=world.sheila.id, part=part, said=SAID)


def decided(world, verb="uphold", section="alerts", organisation="charity", **more):
    objection = objected(world, section, organisation)
    part = Part(objection.section, objection.organisation_id)
    given = {"reason": "Her wish weighs more", "advised_by": "Dr Nair", "part": part} | more
    with acting_as(world.guardian) as by:
        return decide_objection(by=by, objection_id=objection.id, verb=verb, **given)


def test_ig_16_an_objection_goes_to_the_guardians_team_by_reference_and_withholds_nothing_yet(world):
    objection = objected(world)
    relay()
    alert = Alert.objects.get(kind="sharing.objected")
    assert (alert.about_id, alert.resident_id, alert.team_id) == (objection.id, None, world.guardian.team_ids[0])
    assert reads(world.link_worker, world) == {"dog", "told", "theirs"}


def test_ig_16_upheld_a_section_is_withheld_from_that_organisation_and_what_it_wrote_is_not(world):
    decided(world)
    assert reads(world.link_worker, world) == {"told", "theirs"}
    assert reads(world.nurse, world) == {"dog", "told", "theirs"}


def test_ig_16_upheld_for_everybody_each_organisation_reads_what_it_wrote(world):
    decided(world, section="", organisation="")
    assert reads(world.link_worker, world) == {"theirs"}
    assert reads(world.nurse, world) == {"dog", "told"}


def test_ig_16_upheld_in_part_only_that_part_is_withheld(world):
    decided(world, "uphold_partly", section="", part=Part("sharing", world.charity.id))
    assert reads(world.link_worker, world) == {"dog", "theirs"}


def test_ig_16_overridden_or_withdrawn_nothing_is_withheld(world):
    decided(world, "override")
    assert reads(world.link_worker, world) == {"dog", "told", "theirs"}
    objection = decided(world)
    assert reads(world.link_worker, world) == {"told", "theirs"}
    with acting_as(world.nurse) as by:
        withdraw_objection(by=by, resident_id=world.sheila.id, objection_id=objection.id)
    assert reads(world.link_worker, world) == {"dog", "told", "theirs"}


def test_ig_16_a_partners_system_reads_no_more_than_its_people(world, partner):
    decided(world)
    system = partner("carers", world.carers)
    principal = Principal(
        kind=ActorKind.CLIENT,
        actor_id=system.row.id,
        name="carers",
        team_ids=(world.carers.id,),
        organisation_id=world.charity.id,
        place_id=world.place.id,
    )
    assert reads(principal, world) == {"told", "theirs"}


def test_ig_16_no_page_of_theirs_shows_what_is_withheld(world, client):
    sign_in(client, world, "link_worker")
    pages = [
        reverse(name, args=[world.sheila.id]) for name in ("resident_record", "resident_entries", "resident_people")
    ]
    assert any("Dog in the yard" in client.get(page).text for page in pages)
    decided(world)
    assert [page for page in pages if "Dog in the yard" in client.get(page).text] == []
    notice = "Withheld from your organisation after an objection: Alerts."
    assert notice in client.get(pages[1]).text
    assert "Nothing is recorded yet" not in client.get(pages[1]).text
    sign_in(client, world, "nurse")
    assert notice not in client.get(pages[1]).text


def test_ig_16_nobody_but_the_guardians_team_decides_by_service_or_by_sql(world):
    objection = objected(world)
    part = Part("alerts", world.charity.id)
    with acting_as(world.lead) as by, pytest.raises(SharingDecision.DoesNotExist):
        decide_objection(
            by=by, objection_id=objection.id, verb="override", part=part, reason="No", advised_by="Dr Nair"
        )
    overriding = (
        "UPDATE neighbourhoods_sharingdecision SET status = 'overridden', reason = 'No', advised_by = 'x', "
        "decided_at = now() WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), acting_as(world.lead):
        connection.cursor().execute(overriding, [objection.id])


def test_ig_16_a_decision_says_why_and_who_advised_and_is_made_once(world):
    for wrong in ({"reason": " "}, {"advised_by": ""}):
        with pytest.raises(RuleError):
            decided(world, **wrong)
    objection = decided(world)
    with acting_as(world.guardian) as by, pytest.raises(IllegalMove):
        decide_objection(
            by=by, objection_id=objection.id, verb="override", part=Part(), reason="No", advised_by="Dr Nair"
        )


def test_ig_16_it_is_written_down_decided_and_shown_on_pages(world, client):
    page = reverse("resident_sharing", args=[world.sheila.id])
    sign_in(client, world, "nurse")
    refused = client.post(page, {"section": "alerts", "organisation": str(world.charity.id), "words": ""})
    assert (refused.status_code, SharingDecision.objects.count()) == (422, 0)
    client.post(page, {"section": "alerts", "organisation": str(world.charity.id), "words": SAID})
    objection = SharingDecision.objects.get()
    assert SAID in client.get(page).text
    relay()
    sign_in(client, world, "guardian")
    office = reverse("objection", args=[objection.id])
    shown = client.get(office).text
    assert SAID in shown
    assert "HARTLEY, Sheila" in shown
    assert AuditEntry.objects.filter(verb="objection.viewed", resident_id=world.sheila.id).exists()
    answers = {"verb": "uphold", "section": "alerts", "organisation": str(world.charity.id)}
    kept = client.post(office, {**answers, "reason": "Her wish weighs more"})
    assert kept.status_code == 422
    assert "Her wish weighs more" in kept.text
    client.post(office, {**answers, "reason": "Her wish weighs more", "advised_by": "Dr Nair"})
    relay()
    assert Alert.objects.filter(kind="sharing.decided", team=world.nursing).exists()
    assert not Alert.objects.filter(kind="sharing.objected", state="waiting").exists()
    sign_in(client, world, "nurse")
    text = client.get(page).text
    for words in ("Upheld", "Her wish weighs more", "advised by Dr Nair", "Test Carers Hub"):
        assert words in text
    client.post(reverse("sharing_withdraw", args=[world.sheila.id, objection.id]))
    assert SharingDecision.objects.get().status == "withdrawn"


@pytest.mark.parametrize("who", ["outsider", "nurse", "privacy"])
def test_ig_16_the_page_of_the_decision_is_for_those_who_decide(world, client, who):
    objection = objected(world)
    sign_in(client, world, who)
    assert client.get(reverse("objection", args=[objection.id])).status_code == 404


def test_the_readme_shows_exactly_the_table_of_states():
    names = [state.name for state in SHARING]
    said = [
        f"| {move.verb} | {', '.join(one for one in names if one in move.origins)} | {move.target} |"
        for move in SHARING.moves
    ]
    section = README.read_text().split("### Objection\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")] == ["| Move | From | To |", *said]
