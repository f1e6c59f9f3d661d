"""Who sees what, as one table: what has happened, who looks, and what opens to them.

`record` is the whole record. `card` is the item itself, with the identity of whom it is about. `nothing` is nothing:
not in a list, not by address, not by raw SQL as the role of the web.
"""

from datetime import timedelta

import pytest
from django.db import connection

from carecoord import clock
from careplans.services import create_action, move_action
from neighbourhoods import gate
from neighbourhoods.identities import identities_of
from neighbourhoods.models import Resident
from neighbourhoods.services import ClaimReason, claim_relationship, end_membership, list_for_huddle, unlist
from referrals.models import Handover, Referral
from referrals.services import handovers, referrals
from tests.life import RESIDENTS_COLUMNS, live

pytestmark = pytest.mark.django_db


def nothing_else(world, sheila):
    """Sheila is registered by the nurses and on their caseload."""


def referral(world, sheila, *then):
    with gate.acting_as(world.nurse) as nurse:
        made = referrals.draft_referral(
            by=nurse,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=referrals.Ask(reason="A break", no_known_risks=True),
        )
        if "sent" not in then:
            return
        referrals.send_referral(by=nurse, referral_id=made.id)
    with gate.acting_as(world.link_worker) as link_worker:
        if "declined" in then:
            referrals.decline_referral(by=link_worker, referral_id=made.id, reason_code="full", words="Full")
        if "accepted" in then:
            referrals.accept_referral(by=link_worker, referral_id=made.id)
        if "completed" in then:
            referrals.complete_referral(by=link_worker, referral_id=made.id, outcome="A group on Thursdays")
    if "read" in then:
        with gate.acting_as(world.nurse) as nurse:
            referrals.acknowledge_outcome(by=nurse, referral_id=made.id)


def handover(world, sheila, *then):
    with gate.acting_as(world.nurse) as nurse:
        made = handovers.draft_handover(
            by=nurse,
            resident_id=sheila.id,
            from_team_id=world.nursing.id,
            to_team_id=world.carers.id,
            kind="team",
            situation="Moves on",
            giver_stays_involved="stays" in then,
        )
        if "offered" not in then:
            return
        handovers.offer_handover(by=nurse, handover_id=made.id)
        if "withdrawn" in then:
            handovers.withdraw_handover(by=nurse, handover_id=made.id, reason="Too early")
    with gate.acting_as(world.link_worker) as link_worker:
        if "declined" in then:
            handovers.decline_handover(by=link_worker, handover_id=made.id, reason="Full")
        if "accepted" in then:
            handovers.accept_handover(by=link_worker, handover_id=made.id, read_back=[])


def claim(world, sheila):
    with gate.acting_as(world.link_worker) as link_worker:
        claim_relationship(
            by=link_worker,
            resident_id=sheila.id,
            team_id=world.carers.id,
            reason=ClaimReason.COVERING,
            until=clock.now() + timedelta(days=1),
        )


def claim_and_action(world, sheila, *then):
    claim(world, sheila)
    with gate.acting_as(world.link_worker) as by:
        action = create_action(by=by, resident_id=sheila.id, title="Ring", team_id=world.carers.id)
        if "ended" in then:
            move_action(by=by, action_id=action.id, verb="complete")


def huddle(world, sheila, *then):
    with gate.acting_as(world.nurse) as nurse:
        about = {"by": nurse, "resident_id": sheila.id}
        listing = list_for_huddle(team_ids=[world.carers.id, world.nursing.id], **about)
        if "taken off" in then:
            unlist(listing_id=listing, **about)


def happened(change, *then):
    return lambda world, sheila: change(world, sheila, *then)


# What has happened, and what then opens to the nurse (whose team had her first), the link worker (whom it goes to), and
# an outsider: at once, and after so many days.
TABLE = [
    ("nothing else", nothing_else, 0, "record", "nothing", "nothing"),
    ("a referral is written", happened(referral), 0, "record", "nothing", "nothing"),
    ("a referral is sent", happened(referral, "sent"), 0, "record", "card", "nothing"),
    ("a referral is declined", happened(referral, "sent", "declined"), 0, "record", "card", "nothing"),
    ("a referral is accepted", happened(referral, "sent", "accepted"), 0, "record", "record", "nothing"),
    (
        "an outcome waits to be read",
        happened(referral, "sent", "accepted", "completed"),
        90,
        "record",
        "record",
        "nothing",
    ),
    (
        "an outcome was read",
        happened(referral, "sent", "accepted", "completed", "read"),
        29,
        "record",
        "record",
        "nothing",
    ),
    ("30 days later", happened(referral, "sent", "accepted", "completed", "read"), 31, "record", "card", "nothing"),
    ("a handover is written", happened(handover), 0, "record", "nothing", "nothing"),
    ("a handover is offered", happened(handover, "offered"), 0, "record", "card", "nothing"),
    ("a handover is withdrawn", happened(handover, "offered", "withdrawn"), 0, "record", "card", "nothing"),
    ("a handover is declined", happened(handover, "offered", "declined"), 0, "record", "card", "nothing"),
    ("a handover is accepted", happened(handover, "offered", "accepted"), 0, "card", "record", "nothing"),
    ("the giver stays involved", happened(handover, "offered", "accepted", "stays"), 0, "record", "record", "nothing"),
    ("a record is claimed", claim, 0, "record", "record", "nothing"),
    ("a claim has ended by itself", claim, 2, "record", "nothing", "nothing"),
    ("an action outlives the claim", happened(claim_and_action), 2, "record", "record", "nothing"),
    ("listed for a huddle", happened(huddle), 27, "record", "record", "nothing"),
    ("a listing has ended by itself", happened(huddle), 29, "record", "nothing", "nothing"),
    ("taken off the list", happened(huddle, "taken off"), 0, "record", "nothing", "nothing"),
    ("the action ends too", happened(claim_and_action, "ended"), 2, "record", "nothing", "nothing"),
]


@pytest.mark.every
@pytest.mark.parametrize(
    ("what", "change", "days", "nurse", "link_worker", "outsider"), TABLE, ids=[row[0] for row in TABLE]
)
def test_what_opens_to_whom(world, client, what, change, days, nurse, link_worker, outsider):
    sheila = world.resident()
    change(world, sheila)
    with clock.at(clock.now() + timedelta(days=days, minutes=1)):
        seen = {name: what_opens(world.people[name], sheila) for name in ("nurse", "link_worker", "outsider")}
    assert seen == {"nurse": nurse, "link_worker": link_worker, "outsider": outsider}


def what_opens(principal, sheila):
    """Asked three ways, which must agree: by the query, by the policies alone, and by the identities of one's items."""
    by_query = Resident.objects.visible_to(principal).filter(id=sheila.id).exists()
    items = [model.objects.visible_to(principal).filter(resident=sheila).exists() for model in (Referral, Handover)]
    with gate.acting_as(principal):
        assert Resident.objects.filter(id=sheila.id).exists() is by_query
        assert [model.objects.filter(resident=sheila).exists() for model in (Referral, Handover)] == items
        assert (sheila.id in identities_of([sheila.id])) is (by_query or any(items))
    return "record" if by_query else "card" if any(items) else "nothing"


# Who sees the rows about Sheila in each table that names a resident: her nurse, the link worker to whom a referral was
# sent and the practice to whom a handover was offered (the card), and whoever has nothing to do with her.
ROWS = {
    "alerts_alert": ("all", "own", "own", "none"),
    "audit_auditentry": ("all", "none", "none", "none"),
    "audit_pastrow": ("all", "none", "none", "none"),
    "careplans_action": ("all", "none", "none", "none"),
    "careplans_actionpair": ("all", "none", "none", "none"),
    "careplans_additionalplan": ("all", "none", "none", "none"),
    "careplans_attachment": ("all", "none", "none", "none"),
    "careplans_careplan": ("all", "none", "none", "none"),
    "careplans_goal": ("all", "none", "none", "none"),
    "careplans_goaloutcome": ("all", "none", "none", "none"),
    "careplans_need": ("all", "none", "none", "none"),
    "careplans_option": ("all", "none", "none", "none"),
    "careplans_plandraft": ("all", "none", "none", "none"),
    "careplans_planreview": ("all", "none", "none", "none"),
    "careplans_plansection": ("all", "none", "none", "none"),
    "careplans_sectionversion": ("all", "none", "none", "none"),
    "careplans_setaside": ("all", "none", "none", "none"),
    "careplans_stagegoal": ("all", "none", "none", "none"),
    "neighbourhoods_emergencyaccess": ("none", "none", "none", "none"),
    "neighbourhoods_entry": ("all", "none", "none", "none"),
    "neighbourhoods_carepackage": ("all", "none", "none", "none"),
    "neighbourhoods_caseloadentry": ("all", "none", "none", "none"),
    "neighbourhoods_contact": ("all", "none", "none", "none"),
    "neighbourhoods_encounter": ("all", "none", "none", "none"),
    "neighbourhoods_proxy": ("all", "none", "none", "none"),
    "neighbourhoods_merge": ("all", "none", "none", "none"),
    "neighbourhoods_relationship": ("all", "own", "own", "none"),
    "neighbourhoods_residentmessage": ("all", "none", "none", "none"),
    "neighbourhoods_residentdetail": ("all", "none", "none", "none"),
    "neighbourhoods_sharingdecision": ("all", "none", "none", "none"),
    "neighbourhoods_residentimportrow": ("all", "none", "none", "none"),
    "neighbourhoods_resident": ("all", "none", "none", "none"),
    "neighbourhoods_stay": ("all", "none", "none", "none"),
    "privacy_privacyreview": ("none", "none", "none", "none"),
    "referrals_handover": ("all", "none", "all", "none"),
    "referrals_referral": ("all", "all", "none", "none"),
    "referrals_referralevent": ("all", "all", "none", "none"),
}
LOOKERS = ("nurse", "link_worker", "gp", "outsider")


def test_every_table_that_names_a_resident_shows_its_rows_as_the_table_here_says(world):
    """By raw SQL as the role of the web. A new table is found by its column, and needs a line here."""
    live(world)
    everything = rows_about(world.sheila)
    assert 0 not in everything.values(), "nothing was written there, so nothing would be shown"
    seen = {}
    for name in LOOKERS:
        with gate.acting_as(world.people[name]):
            seen[name] = rows_about(world.sheila)
    assert {table: tuple(share(seen[name][table], of) for name in LOOKERS) for table, of in everything.items()} == ROWS


def rows_about(sheila):
    with connection.cursor() as cursor:
        cursor.execute(RESIDENTS_COLUMNS)
        columns = cursor.fetchall()
        counts = {}
        for table, column in columns:
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [sheila.id])
            counts[table] = cursor.fetchone()[0]
    return counts


def share(seen, of):
    return "none" if seen == 0 else "all" if seen == of else "own"


def test_a_membership_that_ends_opens_nothing_on_the_next_request(world, signed_in):
    sheila = world.resident()
    client = signed_in("nurse")
    assert client.get(f"/residents/{sheila.id}/").status_code == 200
    end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")
    with clock.at(clock.now() + timedelta(seconds=1)):
        answer = client.get(f"/residents/{sheila.id}/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/role/")
