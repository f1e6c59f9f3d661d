"""Volunteers see their own tasks and referrals, and of whom they help the minimum to act (IG-11)."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from careplans.models import Action
from careplans.services import create_action, move_action
from neighbourhoods import gate
from neighbourhoods.administered import teams_with_residents
from neighbourhoods.identities import find_identities, identities_of, identity_card
from neighbourhoods.models import Level, Membership, Relationship, Resident, Source
from neighbourhoods.services import ClaimReason, claim_relationship, open_caseload_entry, open_relationship
from neighbourhoods.volunteering import visit_card, visit_names
from referrals.models import Referral
from referrals.services import handovers, referrals
from tests.architecture.test_urls import OURS, arguments, live_everywhere
from tests.life import RESIDENTS_COLUMNS
from tests.standing import made_once
from tests.volunteers import NEEDS, NOT_FOR_VOLUNTEERS, helped, with_volunteers
from tests.world import sign_in

pytestmark = pytest.mark.django_db


standing = made_once(with_volunteers)


@pytest.fixture
def lived(world):
    return live_everywhere(world)


def asked(world, sheila, title="Take her to the club", **facts):
    """A task of the volunteers: the link worker, who has her for a day, asks them."""
    with gate.acting_as(world.link_worker) as by:
        claim_relationship(
            by=by,
            resident_id=sheila.id,
            team_id=world.carers.id,
            reason=ClaimReason.ASKED,
            until=clock.now() + timedelta(days=1),
        )
        return create_action(by=by, resident_id=sheila.id, title=title, team_id=world.befrienders.id, **facts)


def referred(world, sheila):
    ask = referrals.Ask(reason="Company on Thursdays", no_known_risks=True)
    with gate.acting_as(world.nurse) as nurse:
        draft = referrals.draft_referral(
            by=nurse,
            resident_id=sheila.id,
            service_id=world.befriending.id,
            from_team_id=world.nursing.id,
            ask=ask,
        )
        return referrals.send_referral(by=nurse, referral_id=draft.id)


def read(answer):
    return answer.content.decode()


def test_ig_11_a_volunteer_sees_their_own_tasks_and_the_minimum_to_act(world, client):
    sheila = helped(world)
    asked(world, sheila)
    sign_in(client, world, "volunteer")
    day = read(client.get(reverse("my_day")))
    assert "Take her to the club" in day
    assert "HARTLEY, Sheila" in day
    page = client.get(reverse("visit", args=[sheila.id]))
    said = read(page)
    assert page.status_code == 200
    for words in ("Sheila", "1 Mill Lane", "M1 1AE", "01632 960001", "Take her to the club", *NEEDS.values()):
        assert words in said, words
    assert not [words for words in NOT_FOR_VOLUNTEERS if words in said + day]


def test_ig_11_a_volunteer_sees_nobody_whom_their_team_does_not_help(world, client):
    sheila = helped(world)
    sign_in(client, world, "volunteer")
    answer = client.get(reverse("visit", args=[sheila.id]))
    assert answer.status_code == 403
    assert "Sheila" not in read(answer)
    assert "HARTLEY" not in read(answer)
    with gate.acting_as(world.volunteer):
        assert (visit_card(sheila.id), visit_names([sheila.id])) == (None, {})


@pytest.mark.parametrize(("who", "status"), [("nurse", 302), ("outsider", 403), ("volunteer", 403)])
def test_the_address_of_a_visit_leads_whoever_is_no_volunteer_to_the_record_or_stops_them(world, client, who, status):
    sheila = helped(world)
    sign_in(client, world, who)
    answer = client.get(reverse("visit", args=[sheila.id]))
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"] == reverse("resident_record", args=[sheila.id])
    assert ("You have no recorded reason to open this record" in read(answer)) == (who == "outsider")


def test_ig_11_a_referral_tells_volunteers_who_and_what_and_nothing_clinical(world, client):
    sheila = helped(world)
    referral = referred(world, sheila)
    sign_in(client, world, "volunteer")
    assert "Company on Thursdays" in read(client.get(reverse("my_day")))
    page = read(client.get(reverse("referral_detail", args=[referral.id])))
    assert "HARTLEY, Sheila" in page
    assert "Company on Thursdays" in page
    assert not [words for words in NOT_FOR_VOLUNTEERS if words in page]
    # Until they have said yes, not the way there either.
    assert client.get(reverse("visit", args=[sheila.id])).status_code == 403
    frozen = str(Referral.objects.get(id=referral.id).card)
    assert not [words for words in ("Penicillin", "1948", sheila.nhs_number) if words in frozen]


def test_ig_11_accepting_opens_the_visit_and_no_record(world, client):
    sheila = helped(world)
    referral = referred(world, sheila)
    sign_in(client, world, "volunteer")
    client.post(reverse("referral_move", args=[referral.id, "accept"]))
    referral.refresh_from_db()
    assert (referral.status, referral.accountable_team) == ("accepted", world.befrienders)
    there = reverse("visit", args=[sheila.id])
    assert client.get(there).status_code == 200
    for page in (reverse("my_day"), reverse("referral_detail", args=[referral.id])):
        assert there in read(client.get(page))
    ours = Relationship.objects.filter(team=world.befrienders, ended_at=None)
    assert [one.level for one in ours] == [Level.VISIT]
    client.post(reverse("referral_move", args=[referral.id, "start"]))
    client.post(reverse("referral_move", args=[referral.id, "complete"]), {"outcome": "They met twice"})
    referral.refresh_from_db()
    assert (referral.status, referral.outcome) == ("completed", "They met twice")
    with gate.acting_as(world.nurse) as nurse:
        referrals.acknowledge_outcome(by=nurse, referral_id=referral.id)
    assert client.get(reverse("visit", args=[sheila.id])).status_code == 403
    assert client.get(reverse("referral_detail", args=[referral.id])).status_code == 200


def test_an_acceptance_that_is_undone_closes_the_visit_again(world):
    sheila = helped(world)
    referral = referred(world, sheila)
    with gate.acting_as(world.volunteer) as volunteer:
        referrals.accept_referral(by=volunteer, referral_id=referral.id)
        assert visit_card(sheila.id)
        referrals.undo_acceptance(by=volunteer, referral_id=referral.id)
        assert visit_card(sheila.id) is None
    assert [one.level for one in Relationship.objects.filter(team=world.befrienders, ended_at=None)] == [Level.CARD]


def test_ig_11_with_the_last_task_done_everything_is_closed(world, client):
    sheila = helped(world)
    task = asked(world, sheila)
    sign_in(client, world, "volunteer")
    address = reverse("visit_task", args=[sheila.id, task.id])
    answer = client.post(address, {"answer": "complete"}, follow=True)
    assert "Done. Thank you." in read(answer)
    task.refresh_from_db()
    assert (task.status, task.accountable_team) == ("completed", None)
    assert client.get(reverse("visit", args=[sheila.id])).status_code == 403
    assert client.post(address, {"answer": "complete"}).status_code == 403
    with gate.acting_as(world.volunteer) as volunteer:
        assert not Action.objects.exists()
        assert not Action.objects.visible_to(volunteer).exists()


def test_a_task_that_was_not_possible_says_why_and_keeps_what_was_typed(world, client):
    sheila = helped(world)
    task = asked(world, sheila)
    sign_in(client, world, "volunteer")
    address = reverse("visit_task", args=[sheila.id, task.id])
    refused = client.post(address, {"answer": "stop", "reason": ""})
    assert (refused.status_code, "Say why" in read(refused)) == (422, True)
    naughty = "<b>';--{{7}}%s"
    refused = client.post(address, {"answer": "nothing", "reason": naughty})
    assert refused.status_code == 422
    assert naughty in unescape(read(refused))
    assert naughty not in read(refused)
    client.post(address, {"answer": "stop", "reason": naughty})
    task.refresh_from_db()
    assert (task.status, task.ended_reason) == ("stopped", naughty)


def test_a_volunteers_day_costs_as_many_statements_for_one_as_for_five(world, client):
    sign_in(client, world, "volunteer")
    asked(world, helped(world))

    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("my_day"))
        return len(captured)

    statements()
    for_one = statements()
    for number in range(4):
        asked(world, helped(world, given_name=f"Sheila {number}"))
    assert statements() == for_one <= 12


def test_a_task_given_to_another_volunteer_is_theirs(world, client):
    sheila = helped(world)
    asked(world, sheila, assigned_to_id=world.second_volunteer.membership_id)
    sign_in(client, world, "volunteer")
    assert "Take her to the club" not in read(client.get(reverse("my_day")))


def test_ig_11_each_look_of_a_volunteer_is_written_down(world, client):
    sheila = helped(world)
    asked(world, sheila)
    sign_in(client, world, "volunteer")
    client.get(reverse("visit", args=[sheila.id]))
    look = AuditEntry.objects.get(verb="visit_card.viewed")
    assert (look.kind, look.actor_id, look.resident_id) == ("look", world.volunteer.actor_id, sheila.id)
    assert (look.role, look.purpose) == ("volunteer", "individual care")
    sign_in(client, world, "nurse")
    said = read(client.get(reverse("resident_access", args=[sheila.id])))
    assert "Opened what a volunteer needs to visit" in said
    assert "Volunteer" in said


def test_ig_11_a_volunteer_finds_claims_and_breaks_into_nothing(world, client):
    sheila = helped(world)
    asked(world, sheila)
    sign_in(client, world, "volunteer")
    for name in ("find", "resident_new"):
        assert client.get(reverse(name)).status_code == 403
        assert client.post(reverse(name), {"q": sheila.nhs_number}).status_code == 403
    for name in ("claim", "break_glass"):
        assert client.post(reverse(name, args=[sheila.id])).status_code == 403
    answer = client.get(reverse("resident_record", args=[sheila.id]))
    assert answer.headers["Location"] == reverse("visit", args=[sheila.id])


SHOWN_BY_THE_OWNER = {
    "the interruption card": lambda sheila: identity_card(sheila.id),
    "a search": lambda sheila: find_identities(nhs_number=sheila.nhs_number),
}


@pytest.mark.parametrize("what", SHOWN_BY_THE_OWNER)
def test_ig_11_the_database_itself_shows_volunteers_nobody_else(world, what):
    sheila = helped(world)
    refused = pytest.raises(ProgrammingError, match="only whom they help")
    with gate.acting_as(world.volunteer), refused, transaction.atomic():
        SHOWN_BY_THE_OWNER[what](sheila)


def test_ig_11_a_volunteers_team_claims_nothing(world):
    sheila = helped(world)
    with gate.acting_as(world.volunteer) as volunteer:
        with pytest.raises(RuleError):
            claim_relationship(
                by=volunteer,
                resident_id=sheila.id,
                team_id=world.befrienders.id,
                reason=ClaimReason.ASKED,
                until=clock.now() + timedelta(days=1),
            )
        assert identities_of([sheila.id]) == {}
    assert not Relationship.objects.filter(team=world.befrienders).exists()


@pytest.mark.parametrize("source", [source for source in Source if source not in (Source.ACTION, Source.REFERRAL)])
def test_a_team_of_volunteers_never_holds_a_record(world, source):
    sheila = helped(world)
    facts = {"resident_id": sheila.id, "level": Level.RECORD, "source": source, "source_id": sheila.id}
    with pytest.raises(IntegrityError, match="a team of volunteers opens no record"), transaction.atomic():
        open_relationship(team_id=world.befrienders.id, **facts)


def test_a_visit_is_for_volunteers_alone(world):
    sheila = helped(world)
    facts = {"resident_id": sheila.id, "level": Level.VISIT, "source": Source.ACTION, "source_id": sheila.id}
    with pytest.raises(IntegrityError, match="a visit is for a team of volunteers"), transaction.atomic():
        open_relationship(team_id=world.carers.id, **facts)


def test_volunteers_neither_lead_nor_have_a_caseload_nor_take_responsibility_over(world):
    sheila = world.resident(on_caseload=False)
    with pytest.raises(RuleError, match="who cannot lead"), transaction.atomic():
        asked(world, sheila)
    with gate.acting_as(world.nurse) as nurse:
        open_caseload_entry(by=nurse, resident_id=sheila.id, team_id=world.nursing.id, is_lead=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            open_caseload_entry(by=nurse, resident_id=sheila.id, team_id=world.befrienders.id)
        with pytest.raises(RuleError), transaction.atomic():
            handovers.draft_handover(
                by=nurse,
                resident_id=sheila.id,
                from_team_id=world.nursing.id,
                to_team_id=world.befrienders.id,
                kind="team",
                situation="Moves on",
            )


def test_volunteers_are_told_that_somebody_has_died_and_not_where_a_restricted_resident_lives(world, client):
    sheila = helped(world)
    asked(world, sheila)
    nowhere = {"address_lines": [], "postcode": "", "phone": "", "email": "", "gp_practice": None}
    Resident.objects.filter(id=sheila.id).update(died_on=clock.today(), is_restricted=True, **nowhere)
    sign_in(client, world, "volunteer")
    said = read(client.get(reverse("visit", args=[sheila.id])))
    assert "Do not visit" in said
    assert "Restricted: ring Millbrook Community Nursing" in said


def test_whoever_asks_volunteers_sees_what_they_do_after_their_own_reason_has_ended(world):
    sheila = helped(world)
    task = asked(world, sheila)
    with clock.at(clock.now() + timedelta(days=2)), gate.acting_as(world.link_worker) as by:
        assert not Resident.objects.visible_to(by).exists()
        assert [one.id for one in Action.objects.visible_to(by)] == [task.id]
        assert visit_card(sheila.id)
        move_action(by=by, action_id=task.id, verb="stop", reason="She is away")


def test_ig_11_a_volunteer_walks_every_address_and_reads_no_clinical_word(lived, client):
    asked(lived, lived.sheila)
    sign_in(client, lived, "volunteer")
    wrong = []
    for name, names in OURS:
        address = reverse(name, kwargs=arguments(lived, names))
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            body = read(answer)
            if answer.status_code >= 500:
                wrong.append((name, method, answer.status_code))
            wrong += [(name, method, words) for words in NOT_FOR_VOLUNTEERS if words in body]
    assert wrong == []


def test_ig_11_raw_sql_shows_a_volunteer_their_own_items_and_nothing_else(lived):
    task = asked(lived, lived.sheila)
    with gate.acting_as(lived.volunteer), connection.cursor() as cursor:
        seen = {}
        cursor.execute(RESIDENTS_COLUMNS)
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL')
            seen[table] = cursor.fetchone()[0]
        assert {table: count for table, count in seen.items() if count} == {
            "careplans_action": 1,
            "neighbourhoods_relationship": 1,
        }
        assert list(Action.objects.values_list("id", flat=True)) == [task.id]


@pytest.mark.parametrize("who", ["volunteer", "second_volunteer", "link_worker"])
def test_what_volunteers_see_by_query_is_what_the_policies_show(lived, who):
    asked(lived, lived.sheila)
    with gate.acting_as(lived.people[who]) as principal:
        for model in (Action, Referral, Resident, Relationship):
            by_policy = set(model.objects.values_list("pk", flat=True))
            assert set(model.objects.visible_to(principal).values_list("pk", flat=True)) == by_policy, model


def test_an_administrator_gives_the_role_with_a_team_of_volunteers_and_no_other(world, client):
    sign_in(client, world, "admin")
    address = reverse("admin_new_person", args=[world.charity.id])
    given = {"name": "Vera Moss", "email": "vera@example.org", "role": "volunteer", "teams": [str(world.carers.id)]}
    refused = client.post(address, given)
    assert refused.status_code == 422
    assert "Carers team is not a team for this role" in read(refused)
    client.post(address, given | {"teams": [str(world.befrienders.id)]})
    assert Membership.objects.filter(role="volunteer", user__name="Vera Moss", teams=world.befrienders).exists()


def test_ig_11_no_client_acts_for_volunteers(world):
    assert world.befrienders not in teams_with_residents(world.charity)
