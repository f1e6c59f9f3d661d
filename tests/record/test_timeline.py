"""The timeline, narrowed: by what was changed, by whom, between which days; on the page and in the API."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.ids import new_id
from carecoord.record.forms.timeline import KINDS as LABELS
from carecoord.record.timeline import PAGE, _entries, changes_before
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import MembershipTeam, Resident
from neighbourhoods.services import ClaimReason, EncounterFacts, claim_relationship, record_encounter
from neighbourhoods.timeline import KINDS, Wanted
from tests.life import live
from tests.standing import made_once
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

SPRING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past eleven in the evening in London


standing = made_once(live)


@pytest.fixture
def lived(world):
    return world


def asked(client, resident, **filters):
    return client.get(reverse("resident_timeline", args=[resident.id]), filters)


def rows_of(answer):
    """What its rows say, without the links."""
    assert answer.status_code == 200, answer.content.decode()
    return [row.title for row in answer.context["rows"]]


def day(name, when):
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}


def verbs(resident, **wanted):
    return [entry.verb for entry in changes_before(resident.id, None, Wanted(**wanted)).entries]


def test_each_kind_of_change_is_under_one_filter(lived):
    abouts = [about for kind in KINDS.values() for about in kind]
    assert len(abouts) == len(set(abouts))
    written = AuditEntry.objects.filter(resident_id=lived.sheila.id, kind="change").values_list("about_type", flat=True)
    assert set(written) <= set(abouts)
    assert list(LABELS) == list(KINDS)


def test_a_kind_leaves_all_others_out(lived):
    assert verbs(lived.sheila, kind="referrals") == ["referral.sent", "referral.drafted"]
    assert verbs(lived.sheila, kind="visits") == ["encounter.recorded"]
    assert verbs(lived.sheila, kind="recorded") == ["entry.recorded"]
    assert verbs(lived.sheila, kind="actions") == ["action.both_right", "action.created"]
    every = [verb for kind in KINDS for verb in verbs(lived.sheila, kind=kind)]
    assert sorted(every) == sorted(verbs(lived.sheila))


def test_the_page_shows_what_is_asked_for_and_how_to_see_everything_again(lived, signed_in):
    answer = asked(signed_in("nurse"), lived.sheila, what="handovers")
    assert rows_of(answer) == ["Handover offered to Bridge Street team", "Handover drafted"]
    text = answer.content.decode()
    assert '<option value="handovers" selected>Handovers</option>' in text
    assert f'href="{reverse("resident_timeline", args=[lived.sheila.id])}">Clear filters</a>' in text


def test_by_an_organisation_or_by_one_of_its_teams(lived, signed_in):
    with acting_as(lived.gp) as gp:
        claim_relationship(
            by=gp,
            resident_id=lived.sheila.id,
            team_id=lived.surgery.id,
            reason=ClaimReason.COVERING,
            until=clock.now() + timedelta(days=1),
        )
        create_action(by=gp, resident_id=lived.sheila.id, title="Bloods", team_id=lived.surgery.id)
    client = signed_in("nurse")
    theirs = ["Action added for Bridge Street team", "Record opened by claiming involvement"]
    ours = rows_of(asked(client, lived.sheila, by=str(lived.nursing.id)))
    assert "Action added for Bridge Street team" not in ours
    assert "Action added for Millbrook Community Nursing" in ours
    assert rows_of(asked(client, lived.sheila, by=str(lived.surgery.id))) == theirs
    assert rows_of(asked(client, lived.sheila, by=str(lived.practice.id))) == theirs
    offered = [label for _, label in asked(client, lived.sheila).context["form"].fields["by"].choices]
    assert offered == [
        "Everybody",
        "Bridge Street Surgery",
        "Bridge Street Surgery: Bridge Street team",
        "Test Carers Hub",
        "Test Carers Hub: Carers team",
        "Test Community Health",
        "Test Community Health: Millbrook Community Nursing",
    ]


def test_days_are_whole_and_those_of_the_place(world, signed_in):
    sheila = world.resident()
    for at in (SPRING, SUMMER):
        with clock.at(at), acting_as(world.nurse) as nurse:
            create_action(by=nurse, resident_id=sheila.id, title="Visit", team_id=world.nursing.id)
    client = signed_in("nurse")

    def on(since=None, until=None):
        asked_for = (day("since", since) if since else {}) | (day("until", until) if until else {})
        return len(rows_of(asked(client, sheila, what="actions", **asked_for)))

    assert on() == 2
    assert on(SUMMER, SUMMER) == 1
    assert on(SPRING, SUMMER) == 2
    assert on(until=SUMMER - timedelta(days=1)) == 1
    assert on(since=SUMMER + timedelta(days=1)) == 0


def test_nothing_that_matches_says_so_and_leads_back(lived, signed_in):
    answer = asked(signed_in("nurse"), lived.sheila, **day("until", SPRING))
    assert rows_of(answer) == []
    assert "Nothing matches these filters." in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"since_day": "31", "since_month": "2", "since_year": "2026"}, "February 2026 has no day 31"),
        (day("since", SUMMER) | day("until", SPRING), "The last day must be the first one or later"),
        ({"by": "nobody"}, "Choose a team from the list, or everybody"),
        ({"by": str(new_id())}, "Choose a team from the list, or everybody"),
    ],
)
def test_what_cannot_be_understood_is_kept_and_said_and_no_change_is_shown(lived, signed_in, typed, said):
    answer = asked(signed_in("nurse"), lived.sheila, what="plan", **typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "Plan started" not in text
    assert '<option value="plan" selected>' in text


def test_the_next_page_keeps_the_filters(world, signed_in):
    sheila = world.resident()
    with acting_as(world.nurse) as nurse:
        for number in range(60):
            create_action(by=nurse, resident_id=sheila.id, title=f"Visit {number}", team_id=world.nursing.id)
    client = signed_in("nurse")
    first = asked(client, sheila, what="actions")
    assert len(rows_of(first)) == 50
    address = first.context["pages"].next.url
    assert "what=actions&before=" in address
    second = client.get(address)
    assert len(rows_of(second)) == 10
    assert second.context["pages"].previous.url.endswith("?what=actions")


@pytest.mark.thorough
def test_filters_cost_the_same_statements_however_much_there_is(world, signed_in):
    sheila = world.resident()
    client = signed_in("nurse")

    def more(numbers):
        with acting_as(world.nurse) as nurse:
            for number in numbers:
                create_action(by=nurse, resident_id=sheila.id, title=f"Visit {number}", team_id=world.nursing.id)

    def narrowed():
        return asked(client, sheila, what="actions", by=str(world.nursing.id), **day("since", SPRING))

    more(range(3))
    narrowed()
    few = statements_of(narrowed)
    more(range(3, 30))
    many = statements_of(narrowed)
    assert len(many) == len(few)
    assert len(few) <= 16, "\n".join(few)


# --- ten years -----------------------------------------------------------------------------------------------------

TEN_YEARS = 10_000


@pytest.fixture
def ten_years(world):
    """Ten thousand changes of one resident, a few of them referrals, beside as many of others."""
    sheila = world.resident()
    others = [world.resident(given_name=f"Other {number}") for number in range(3)]
    members = list(MembershipTeam.objects.filter(team=world.nursing).values_list("membership_id", flat=True))
    entries = []
    for number in range(TEN_YEARS):
        about = "referral" if number % 2_000 == 0 else "action"
        for who in (sheila, others[number % 3]):
            entries.append(
                AuditEntry(
                    at=SPRING - timedelta(hours=9 * number),
                    kind="look" if number % 3 == 0 and about == "action" else "change",
                    verb=f"{about}.changed",
                    actor_kind="person",
                    actor_id=world.nurse.actor_id,
                    membership_id=members[number % len(members)],
                    organisation_id=world.community.id,
                    resident_id=who.id,
                    about_type=about,
                    about_id=new_id(),
                )
            )
    AuditEntry.objects.bulk_create(entries, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_auditentry")
    return Resident.objects.get(id=sheila.id)


@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        (Wanted(), 52),
        (Wanted(kind="referrals"), 6),
        (Wanted(kind="actions", since=(SPRING - timedelta(days=3000)).date(), until=SPRING.date()), 52),
    ],
    ids=["everything", "a rare kind", "a kind and a span"],
)
@pytest.mark.thorough
def test_ten_years_of_one_resident_are_read_from_the_index_and_no_further_than_the_page(world, ten_years, wanted, most):
    plan, read = plan_of_page(world.nurse, ten_years, wanted)
    assert "audit_changes_of_resident" in plan
    assert read <= most


@pytest.mark.thorough
def test_what_one_team_did_in_ten_years_is_read_from_the_index_too(world, ten_years):
    plan, read = plan_of_page(world.nurse, ten_years, Wanted(team_id=world.nursing.id, kind="referrals"))
    assert "audit_changes_of_resident" in plan
    assert read <= 6
    plan, read = plan_of_page(world.nurse, ten_years, Wanted(team_id=world.surgery.id))
    assert read == 0


def plan_of_page(by, resident, wanted):
    """The index that answers the page, and how many rows of the audit it reads."""
    with acting_as(by), connection.cursor() as cursor:
        sql, params = _entries(resident.id, wanted)[: PAGE + 1].query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    scans = [node for node in nodes(plan) if node.get("Relation Name") == "audit_auditentry"]
    assert len(scans) == 1
    (scan,) = scans
    left = scan.get("Rows Removed by Filter", 0) + scan.get("Rows Removed by Index Recheck", 0)
    return scan.get("Index Name", scan["Node Type"]), scan["Actual Rows"] + left


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def test_a_visit_is_found_among_visits(lived, signed_in):
    with acting_as(lived.nurse):
        record_encounter(
            by=lived.nurse,
            resident_id=lived.sheila.id,
            team_id=lived.nursing.id,
            facts=EncounterFacts(kind="call", note="Rang back"),
        )
    assert rows_of(asked(signed_in("nurse"), lived.sheila, what="visits")) == ["Call", "Visit"]
