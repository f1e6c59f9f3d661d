"""What people open for themselves is reviewed by somebody else, in time, or climbs (IG-04, IG-06, IG-07)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.alerts.rungs import REVIEWS
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.services import close_review
from neighbourhoods import gate
from neighbourhoods.gate import acting_as
from neighbourhoods.models import EmergencyAccess, Organisation, OrganisationKind, Role, Team
from neighbourhoods.services import claim_relationship, create_membership
from tests.life import break_the_glass
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db

MONDAY_10 = datetime(2030, 5, 13, 9, 0, tzinfo=UTC)  # 10:00 on the wall; the Monday after a bank holiday's week
WEDNESDAY_17 = datetime(2030, 5, 15, 16, 0, tzinfo=UTC)
NOTE = "Rang the ward: she was brought in unconscious"
JUSTIFIED = PrivacyReview.Outcome.JUSTIFIED


@pytest.fixture
def sheila(world):
    return world.resident(given_name="Sheila")


@pytest.fixture
def guardian(world):
    """The place's Caldicott Guardian, and one more officer of the partnership."""
    partnership = Organisation.objects.get(place=world.place, kind=OrganisationKind.PARTNERSHIP)
    team = Team.objects.get(organisation=partnership, kind="privacy")
    with clock.at(WORLD_BEGAN):
        world.add_person("officer_of_the_place", partnership, Role.PRIVACY_OFFICER, [team])
        return world.add_person("guardian", partnership, Role.CALDICOTT_GUARDIAN, [team])


def opened(world, who="outsider", *, at=MONDAY_10, resident=None):
    """The review of an emergency access, as the relay makes it."""
    with clock.at(at):
        by = break_the_glass(world, who, resident or world.resident())
        relay()
    review = PrivacyReview.objects.get(about_id=world.emergency.id)
    return review, by


def close(by, review, outcome=JUSTIFIED, note=NOTE):
    with acting_as(by):
        return close_review(by=by, review_id=review.id, outcome=outcome, note=note)


def swept(at):
    with clock.at(at):
        while fire_due_rungs():
            pass


def told(alert):
    """Who was told on each rung."""
    rows = AlertRecipient.objects.filter(alert=alert).order_by("level", "membership__user__name")
    return [(row.level, row.membership.user.name) for row in rows.select_related("membership__user")]


def test_ig_04_an_emergency_access_is_to_be_reviewed_within_two_working_days(world, sheila):
    review, _ = opened(world, resident=sheila)
    assert (review.kind, review.state, review.resident_id) == ("emergency", "open", sheila.id)
    assert (review.team.kind, review.organisation) == ("privacy", world.community)
    assert review.subject_user_id == world.outsider.actor_id
    assert review.due_at == WEDNESDAY_17
    alert = Alert.objects.get(about_id=review.id)
    assert (alert.kind, alert.due_at, alert.resident_id) == ("review.emergency", WEDNESDAY_17, None)


def test_ig_04_a_claim_goes_through_the_same_review(world, sheila):
    with clock.at(MONDAY_10), acting_as(world.outsider) as by:
        made = claim_relationship(
            by=by,
            resident_id=sheila.id,
            team_id=world.highcross_nursing.id,
            reason="I have been asked to see them",
            until=clock.now() + timedelta(days=1),
        )
    with clock.at(MONDAY_10):
        relay()
    review = PrivacyReview.objects.get(about_id=made)
    assert (review.kind, review.due_at) == ("claim", WEDNESDAY_17)
    assert Alert.objects.get(about_id=review.id).kind == "review.claim"
    with clock.at(MONDAY_10):
        close(world.privacy, review)
        relay()
    assert Alert.objects.get(about_id=review.id).state == "resolved"


def test_ig_04_the_news_delivered_twice_makes_one_review_and_one_alert(world, sheila):
    from carecoord.outbox.models import OutboxMessage

    review, _ = opened(world, resident=sheila)
    OutboxMessage.objects.filter(topic="emergency.opened").update(delivered_at=None)
    with clock.at(MONDAY_10):
        relay()
    assert PrivacyReview.objects.get() == review
    assert Alert.objects.filter(about_id=review.id).count() == 1


def test_ig_07_closing_needs_an_outcome_and_a_note_and_resolves_the_alert(world, sheila):
    review, _ = opened(world, resident=sheila)
    for note in ("", "Too short", "a" + " " * 20 + "b"):
        with pytest.raises(RuleError, match="at least 10 characters"):
            close(world.privacy, review, note=note)
    review.refresh_from_db()
    assert review.state == "open"
    closed = close(world.privacy, review)
    assert (closed.state, closed.outcome, closed.note) == ("closed", "justified", NOTE)
    assert (closed.closed_by_user_id, closed.closed_by_name) == (world.privacy.actor_id, "Privacy")
    relay()
    assert Alert.objects.get(about_id=review.id).state == "resolved"
    assert EmergencyAccess.objects.get().reviewed_at is not None


def test_ig_07_acknowledging_the_alert_closes_nothing(world, sheila):
    from carecoord.alerts.services import acknowledge_alert

    review, _ = opened(world, resident=sheila)
    alert = Alert.objects.get(about_id=review.id)
    with clock.at(MONDAY_10), acting_as(world.privacy):
        acknowledge_alert(by=world.privacy, alert_id=alert.id)
    review.refresh_from_db()
    alert.refresh_from_db()
    assert (review.state, alert.state) == ("open", "acknowledged")
    swept(WEDNESDAY_17)
    alert.refresh_from_db()
    assert alert.escalation_level == 2


def test_ig_07_what_somebody_has_closed_stays_closed(world, sheila):
    review, _ = opened(world, resident=sheila)
    close(world.privacy, review)
    with pytest.raises((RuleError, PrivacyReview.DoesNotExist)):
        close(world.privacy, review, outcome=PrivacyReview.Outcome.NOT_JUSTIFIED)
    review.refresh_from_db()
    assert review.outcome == "justified"


@pytest.fixture
def own(world, sheila):
    """The nurse who opened it is a privacy officer of the same organisation too."""
    with clock.at(WORLD_BEGAN):
        membership = create_membership(
            by=world.builder,
            user_id=world.outsider.actor_id,
            organisation=world.community,
            role=Role.PRIVACY_OFFICER,
            teams=[Team.objects.get(organisation=world.community, kind="privacy")],
        )
    world.people["both"] = gate.person(membership)
    review, _ = opened(world, resident=sheila)
    return review


def test_ig_07_nobody_closes_a_review_of_themselves_by_service(world, own):
    with pytest.raises(NotYours, match="somebody else reviews it"):
        close(world.both, own)
    own.refresh_from_db()
    assert own.state == "open"


def test_ig_07_nobody_closes_a_review_of_themselves_by_page(world, own, client):
    sign_in(client, world, "outsider")
    session = client.session
    session["acting_as_membership"] = str(world.both.membership_id)
    session.save()
    address = reverse("privacy_review", args=[own.id])
    page = client.get(address).content.decode()
    assert "Close the review" not in page
    assert "HARTLEY" not in page
    assert "Found unconscious" not in page
    answer = client.post(address, {"outcome": "justified", "note": NOTE})
    assert answer.status_code == 422
    own.refresh_from_db()
    assert own.state == "open"


def test_ig_07_nobody_closes_a_review_of_themselves_by_sql(world, own):
    values = "state = 'closed', outcome = 'justified', note = 'All was well there', closed_at = now()"
    with acting_as(world.both) as by, connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_privacyreview SET {values}, closed_by_user_id = %s", [by.actor_id])
        assert cursor.rowcount == 0
    with pytest.raises(DatabaseError, match="nobody_reviews_themselves"), transaction.atomic():
        connection.cursor().execute(
            f"UPDATE privacy_privacyreview SET {values}, closed_by_user_id = subject_user_id WHERE id = %s", [own.id]
        )
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        acting_as(world.privacy),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE privacy_privacyreview SET {values}, closed_by_user_id = %s", [world.nurse.actor_id])


def test_ig_07_an_unreviewed_one_climbs_to_the_deputy_and_the_guardian_once_each(world, sheila, guardian):
    team = Team.objects.get(organisation=world.community, kind="privacy")
    with clock.at(WORLD_BEGAN):
        world.add_person("deputy", world.community, Role.PRIVACY_OFFICER, [team], [team])
    review, _ = opened(world, resident=sheila)
    alert = Alert.objects.get(about_id=review.id)
    assert not seen_by(guardian, review, MONDAY_10)
    swept(WEDNESDAY_17)
    for at in (review.escalates_at, review.escalates_at + timedelta(minutes=1)):
        swept(at)
    alert.refresh_from_db()
    assert alert.escalation_level == 3
    assert [level for level, name in told(alert) if name == "Deputy"] == [0]
    assert set(alert.rungs.values_list("level", flat=True)) == {0, 1, 2, 3}
    above = Alert.objects.get(kind="review.emergency.not_answered")
    assert (above.team, above.resident_id, above.about_id) == (review.guardian_team, None, review.id)
    assert told(above) == [(3, "Guardian")]
    assert seen_by(guardian, review, review.escalates_at)
    with clock.at(review.escalates_at):
        close(guardian, review)
        relay()
    assert {one.state for one in Alert.objects.filter(about_id=review.id)} == {"resolved"}


def seen_by(principal, review, at):
    with clock.at(at):
        by_query = PrivacyReview.objects.visible_to(principal).filter(id=review.id).exists()
        with acting_as(principal):
            assert PrivacyReview.objects.filter(id=review.id).exists() is by_query
    return by_query


def test_ig_07_the_ladder_of_a_review_ends_at_the_front_door_by_reference(world, sheila, guardian):
    review, _ = opened(world, resident=sheila)
    swept(MONDAY_10 + timedelta(days=30))
    assert set(Alert.objects.get(kind="review.emergency").rungs.values_list("level", flat=True)) == {
        rung.level for rung in REVIEWS
    }
    last = Alert.objects.get(kind="review.emergency.not_answered", team=world.place.front_door)
    assert (last.resident_id, last.about_id) == (None, review.id)
    with clock.at(MONDAY_10 + timedelta(days=30)):
        assert not PrivacyReview.objects.visible_to(world.front_door).exists()


def test_ig_05_a_second_one_with_a_review_outstanding_opens_says_so_and_tells_the_guardian(
    world, sheila, guardian, client
):
    first, _ = opened(world, resident=sheila)
    ken = world.resident(given_name="Ken")
    with clock.at(MONDAY_10 + timedelta(hours=1)):
        sign_in(client, world, "outsider")
        card = client.get(reverse("resident_record", args=[ken.id])).content.decode()
        assert "Your last emergency access has not been reviewed yet. This one opens all the same" in card
        answers = {"emergency-ground": "law", "emergency-words": "The court asks for it today"}
        page = client.post(reverse("break_glass", args=[ken.id]), answers, follow=True)
        assert page.status_code == 200
        assert "The Caldicott Guardian is told too." in page.content.decode()
        relay()
    second = PrivacyReview.objects.get(is_another=True)
    assert second.escalates_at == second.opened_at
    at_once = Alert.objects.get(kind="review.another")
    assert (at_once.team, at_once.resident_id, at_once.about_id) == (second.guardian_team, None, second.id)
    assert (0, "Guardian") in told(at_once)
    assert seen_by(guardian, second, MONDAY_10 + timedelta(hours=2))
    assert not seen_by(guardian, first, MONDAY_10 + timedelta(hours=2))


def test_ig_05_once_it_is_reviewed_the_next_one_says_nothing_of_it(world, sheila, signed_in):
    review, _ = opened(world, resident=sheila)
    close(world.privacy, review)
    relay()
    ken = world.resident(given_name="Ken")
    card = signed_in("outsider").get(reverse("resident_record", args=[ken.id])).content.decode()
    assert "has not been reviewed yet" not in card


def test_ig_07_the_pages_of_the_privacy_team_list_open_and_close_reviews(world, sheila, client):
    review, _ = opened(world, resident=sheila, at=clock.now())
    sign_in(client, world, "privacy")
    listed = client.get(reverse("privacy_reviews")).content.decode()
    address = reverse("privacy_review", args=[review.id])
    assert review.reference in listed
    assert "Outsider" in listed
    assert "HARTLEY" not in listed
    page = client.get(address).content.decode()
    for words in ("HARTLEY, Sheila", "Found unconscious at home", "They cannot give permission", "Outsider"):
        assert words in page
    refused = client.post(address, {"outcome": "", "note": "It was a fine and long note"})
    assert refused.status_code == 422
    assert "It was a fine and long note" in refused.content.decode()
    done = client.post(address, {"outcome": "not_justified", "note": NOTE}, follow=True)
    assert done.redirect_chain == [(reverse("privacy_reviews"), 302)]
    assert "Not justified: it is an incident" in done.content.decode()
    assert "Close the review" not in client.get(address).content.decode()


def test_ig_30_looking_into_an_access_is_itself_written_down(world, sheila, client):
    review, _ = opened(world, resident=sheila, at=clock.now())
    sign_in(client, world, "privacy")
    client.get(reverse("privacy_review", args=[review.id]))
    look = AuditEntry.objects.get(verb="review.viewed")
    assert (look.kind, look.actor_id, look.resident_id) == ("look", world.privacy.actor_id, sheila.id)


@pytest.mark.parametrize("who", ["nurse", "outsider", "admin", "front_door"])
def test_ig_07_reviews_are_for_the_privacy_team_alone(world, sheila, client, who):
    review, _ = opened(world, resident=sheila, at=clock.now())
    sign_in(client, world, who)
    assert client.get(reverse("privacy_reviews")).status_code == 404
    assert client.get(reverse("privacy_review", args=[review.id])).status_code == 404
    with acting_as(world.people[who]), connection.cursor() as cursor:
        for function in ("review_details", "review_deeds"):
            cursor.execute(f"SELECT * FROM app.{function}(%s)", [review.id])
            assert cursor.fetchall() == []


def test_ig_06_the_list_and_its_empty_state_name_no_resident(world, signed_in):
    page = signed_in("privacy").get(reverse("privacy_reviews")).content.decode()
    assert "Nothing waits to be reviewed" in page
