"""Uses of records that somebody should look into are noticed in the log, and told to the privacy officers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord import audit, clock
from carecoord.accounts.models import User
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.noticing import EXAMINED, examine, examine_what_is_over
from carecoord.privacy.rules import FEWEST_PEOPLE
from carecoord.privacy.services import close_review
from carecoord.privacy.tasks import examine as task
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Source
from neighbourhoods.services import open_relationship
from tests.life import break_the_glass, restrict
from tests.world import sign_in

pytestmark = pytest.mark.django_db

PHONE = "01632 960777"
THAT_DAY = datetime(2026, 11, 18, 10, tzinfo=UTC)
NEXT = THAT_DAY + timedelta(days=1)


@pytest.fixture
def sofia(world):
    """A nurse of Highcross, whose team works with nobody."""
    User.objects.filter(id=world.outsider.actor_id).update(name="Dr Sofia Quillingham", phone=PHONE)
    return world.outsider


@pytest.fixture
def of_nobody(world):
    """Registered by the other nurses; on nobody's caseload."""

    def registered(**facts):
        return world.resident(on_caseload=False, **{"given_name": "Ann", "family_name": "Osei"} | facts)

    return registered


def looked(by, resident, at=THAT_DAY, verb="resident.viewed"):
    with clock.at(at), acting_as(by):
        return audit.looked(verb, by=by, resident_id=resident.id, about=("resident", resident.id))


def as_the_worker(work):
    """With the rights of the worker, and not of the owner of the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'app_system', true)")
        done = work()
        cursor.execute("SELECT set_config('role', 'none', true)")
    return done


def noticed(day=THAT_DAY):
    with clock.at(day + timedelta(days=1)):
        as_the_worker(lambda: examine(day.date()))
    return list(PrivacyReview.objects.order_by("opened_at", "id"))


def kinds(day=THAT_DAY):
    return [review.kind for review in noticed(day)]


def working_with(world, team, resident, source=Source.CASELOAD):
    with acting_as(world.nurse), clock.at(THAT_DAY - timedelta(days=1)):
        open_relationship(
            resident_id=resident.id, team_id=team.id, level=Level.RECORD, source=source, source_id=resident.id
        )


def test_ones_own_record_is_noticed_whoever_works_with_it(world, sofia, of_nobody):
    own = of_nobody(given_name="Sofia Jane", family_name="Quillingham", phone="+44 1632 960777")
    working_with(world, world.highcross_nursing, own)
    looked(sofia, own)
    (review,) = noticed()
    assert (review.kind, review.subject_user_id, review.resident_id) == ("own_record", sofia.actor_id, own.id)
    assert (review.subject_name, review.opened_at) == ("Dr Sofia Quillingham", THAT_DAY)


def test_somebody_at_ones_own_address_is_noticed(sofia, of_nobody):
    home = {"address_lines": ["3 Mill Lane", "Testborough"], "postcode": "AM1 1AA"}
    of_nobody(given_name="Sofia", family_name="Quillingham", phone=PHONE, **home)
    looked(sofia, of_nobody(**home | {"address_lines": ["3, Mill Lane"]}))
    assert kinds() == ["same_address"]


@pytest.fixture
def hidden(world, of_nobody):
    """Registered some days before, and restricted on the day before."""

    def restricted(**facts):
        with clock.at(THAT_DAY - timedelta(days=3)):
            resident = of_nobody(**facts)
        with clock.at(THAT_DAY - timedelta(days=1)):
            restrict(world, resident)
        return resident

    return restricted


def test_somebody_who_is_hidden_from_whoever_lives_at_her_old_address_is_noticed(sofia, of_nobody, hidden):
    home = {"address_lines": ["3 Mill Lane", "Testborough"], "postcode": "AM1 1AA"}
    of_nobody(given_name="Sofia", family_name="Quillingham", phone=PHONE, **home)
    looked(sofia, hidden(**home))
    looked(sofia, hidden(**home | {"address_lines": ["5 Mill Lane"]}))
    assert kinds() == ["same_address"]


def test_ones_own_record_and_a_colleagues_are_noticed_where_they_are_restricted(world, sofia, hidden):
    looked(sofia, hidden(given_name="Sofia", family_name="Quillingham", phone="+44 1632 960777"))
    User.objects.filter(id=world.lead.actor_id).update(name="Ruth Calder")
    ruth = hidden(given_name="Ruth", family_name="Calder", email="LEAD@example.org")
    looked(sofia, ruth, at=THAT_DAY + timedelta(hours=1))
    assert kinds() == ["own_record", "colleague"]


def test_somebody_in_the_same_street_is_not(sofia, of_nobody):
    of_nobody(
        given_name="Sofia", family_name="Quillingham", phone=PHONE, address_lines=["3 Mill Lane"], postcode="AM1 1AA"
    )
    looked(sofia, of_nobody(address_lines=["5 Mill Lane"], postcode="AM1 1AA"))
    assert kinds() == []


def test_a_rare_surname_of_ones_own_is_noticed_and_a_frequent_one_is_not(sofia, of_nobody):
    namesake = of_nobody(given_name="Ellis", family_name="Quillingham")
    looked(sofia, namesake)
    assert kinds() == ["same_surname"]
    for letter in "abc":
        of_nobody(given_name=f"Ellis{letter}", family_name="Quillingham")
    looked(sofia, of_nobody(given_name="Elena", family_name="Quillingham"), at=NEXT)
    assert len(kinds(NEXT)) == 1


def test_a_colleague_of_ones_own_organisation_is_noticed_by_name_and_phone_or_email(world, sofia, of_nobody):
    User.objects.filter(id=world.lead.actor_id).update(name="Ruth Calder")
    looked(sofia, of_nobody(given_name="Ruth", family_name="Calder", email="LEAD@example.org"))
    looked(sofia, of_nobody(given_name="Rita", family_name="Calder", email="lead@example.org"))
    looked(sofia, of_nobody(given_name="Ruth", family_name="Calder", email="another@example.org"))
    User.objects.filter(id=world.gp.actor_id).update(name="Priya Nair")
    looked(sofia, of_nobody(given_name="Priya", family_name="Nair", email="gp@example.org"))
    assert kinds() == ["colleague"]


@pytest.mark.parametrize("source", [Source.CASELOAD, Source.REFERRAL, Source.HANDOVER, Source.ACTION])
def test_whom_ones_team_works_with_now_is_not_noticed(world, sofia, of_nobody, source):
    namesake = of_nobody(family_name="Quillingham")
    working_with(world, world.highcross_nursing, namesake, source)
    looked(sofia, namesake)
    assert kinds() == []


@pytest.mark.parametrize("source", [Source.REGISTRATION, Source.CLAIM])
def test_to_have_registered_or_claimed_them_is_no_work(world, sofia, of_nobody, source):
    namesake = of_nobody(family_name="Quillingham")
    working_with(world, world.highcross_nursing, namesake, source)
    looked(sofia, namesake)
    assert kinds() == ["same_surname"]


@pytest.mark.parametrize("verb", ["resident.found", "resident.interrupted", "residents.suggested"])
def test_a_hit_of_a_search_and_the_card_before_a_reason_are_no_looks(sofia, of_nobody, verb):
    looked(sofia, of_nobody(family_name="Quillingham"), verb=verb)
    assert kinds() == []


def test_an_emergency_after_which_nobody_did_anything_is_noticed_a_day_later(world, sofia, of_nobody):
    ann = of_nobody()
    with clock.at(THAT_DAY):
        break_the_glass(world, "outsider", ann)
    assert kinds() == []
    (review,) = noticed(NEXT)
    assert (review.kind, review.about_id) == ("nothing_after", world.emergency.id)


def test_an_emergency_after_which_something_was_written_is_not(world, sofia, of_nobody):
    ann = of_nobody()
    with clock.at(THAT_DAY):
        opener = break_the_glass(world, "outsider", ann)
    with clock.at(THAT_DAY + timedelta(hours=2)), acting_as(opener):
        audit.record("encounter.recorded", by=opener, resident_id=ann.id, about=("encounter", ann.id))
    assert kinds(NEXT) == []


def a_usual_month(people, by, others, *, each_day):
    for ago in range(1, 26):
        for who in (by, *others):
            for one in people[:each_day]:
                looked(who, one, at=THAT_DAY - timedelta(days=ago))


def test_far_more_records_than_usual_are_noticed_and_a_busy_day_is_not(world, sofia, of_nobody):
    people = [of_nobody(given_name=f"Ann{chr(97 + number)}") for number in range(FEWEST_PEOPLE + 5)]
    a_usual_month(people, sofia, [world.nurse], each_day=6)
    for one in people[:17]:
        looked(world.nurse, one)
    for one in people:
        looked(sofia, one)
    (review,) = noticed()
    assert (review.kind, review.subject_user_id, review.resident_id) == ("volume", sofia.actor_id, None)
    assert review.facts == {"people": FEWEST_PEOPLE + 5, "usual": 6}


def test_without_a_past_to_compare_with_no_day_is_far_more(sofia, of_nobody):
    for number in range(FEWEST_PEOPLE + 5):
        looked(sofia, of_nobody(given_name=f"Ann{chr(97 + number)}"))
    assert kinds() == []


def claims_wrongly(partner, sheila, times):
    body = {"nhs_number": sheila.nhs_number, "reason": "Admitted today", "purpose": "direct care"}
    for guess in range(times):
        assert partner.post("residents/claim/", {**body, "birth_date": f"1950-01-{guess + 1:02}"}).status_code == 404


@pytest.fixture
def stranger(world, partner):
    """A partner system of the charity, at the middle of an hour."""
    with clock.at(clock.now().replace(minute=30)):
        yield partner("carers", world.carers)


def test_a_partner_system_that_guesses_dates_of_birth_is_told_the_same_day(world, stranger):
    sheila = world.resident()
    claims_wrongly(stranger, sheila, 5)
    as_the_worker(examine_what_is_over)
    (review,) = PrivacyReview.objects.filter(kind="guessing")
    assert (review.subject_user_id, review.subject_name) == (stranger.row.id, "carers")
    assert (review.organisation_id, review.resident_id, review.facts) == (world.charity.id, sheila.id, {"wrong": 5})


def test_a_slip_of_a_partner_system_is_not(world, stranger):
    claims_wrongly(stranger, world.resident(), 4)
    as_the_worker(examine_what_is_over)
    assert not PrivacyReview.objects.exists()


def test_a_day_is_examined_once_however_many_beats_there_are(sofia, of_nobody):
    looked(sofia, of_nobody(family_name="Quillingham"))
    with clock.at(NEXT):
        for _ in range(3):
            as_the_worker(task)
        relay()
    assert PrivacyReview.objects.count() == 1
    assert Alert.objects.filter(kind="review.noticed").count() == 1
    assert AuditEntry.objects.filter(verb=EXAMINED, detail__day="2026-11-18").count() == 1


def test_days_on_which_the_place_stood_still_are_examined_afterwards(sofia, of_nobody):
    looked(sofia, of_nobody(family_name="Quillingham"))
    with clock.at(THAT_DAY + timedelta(days=5)):
        assert as_the_worker(task) == 1
        assert as_the_worker(task) == 0


def test_what_waits_or_was_found_justified_is_not_asked_about_again_for_four_weeks(world, sofia, of_nobody):
    namesake = of_nobody(family_name="Quillingham")
    looked(sofia, namesake)
    (review,) = noticed()
    looked(sofia, namesake, at=NEXT)
    assert len(noticed(NEXT)) == 1
    with acting_as(world.privacy), clock.at(NEXT):
        close_review(
            by=world.privacy, review_id=review.id, outcome=PrivacyReview.Outcome.JUSTIFIED, note="Covered that day"
        )
    looked(sofia, namesake, at=NEXT + timedelta(days=2))
    assert len(noticed(NEXT + timedelta(days=2))) == 1
    looked(sofia, namesake, at=NEXT + timedelta(days=40))
    assert len(noticed(NEXT + timedelta(days=40))) == 2


def test_ig_06_what_was_noticed_is_told_by_reference_only(world, sofia, of_nobody):
    looked(sofia, of_nobody(family_name="Quillingham"))
    (review,) = noticed()
    relay()
    alert = Alert.objects.get(kind="review.noticed")
    assert (alert.about_id, alert.resident_id, alert.team_id) == (review.id, None, review.team_id)
    assert alert.due_at == review.due_at


def test_ig_07_the_officer_reads_what_was_noticed_and_closes_it(world, sofia, of_nobody, client):
    ann = of_nobody(family_name="Quillingham")
    looked(sofia, ann)
    (review,) = noticed()
    sign_in(client, world, "privacy")
    listed = client.get(reverse("privacy_reviews")).content.decode()
    assert "Somebody with their rare surname" in listed
    assert "QUILLINGHAM" not in listed
    address = reverse("privacy_review", args=[review.id])
    page = client.get(address).content.decode()
    for words in (
        "QUILLINGHAM, Ann",
        "their own surname, which is rare here",
        "Dr Sofia Quillingham",
        "Opened the record",
    ):
        assert words in page
    assert "In their words" not in page
    done = client.post(address, {"outcome": "not_justified", "note": "Her sister-in-law, and no reason"}, follow=True)
    assert "is closed" in done.content.decode()


def test_ig_07_a_volume_is_about_nobody_in_particular_and_its_page_says_how_many(world, sofia, client):
    with clock.at(THAT_DAY):
        PrivacyReview.objects.create(
            kind="volume",
            subject_user_id=sofia.actor_id,
            subject_membership_id=sofia.membership_id,
            subject_name="Dr Sofia Quillingham",
            organisation_id=sofia.organisation_id,
            team_id=world.privacy.team_ids[0],
            about_type="audit_entry",
            about_id=sofia.actor_id,
            facts={"people": 240, "usual": 12},
            opened_at=THAT_DAY,
            due_at=NEXT,
            escalates_at=NEXT,
        )
    sign_in(client, world, "privacy")
    page = client.get(reverse("privacy_review", args=[PrivacyReview.objects.get().id])).content.decode()
    assert "They opened 240 records on one day. Usually it is 12." in page
    assert "What they did in the record" not in page


def test_ig_07_a_privacy_officers_own_look_goes_to_somebody_else(world, of_nobody):
    User.objects.filter(id=world.privacy.actor_id).update(name="Oluwaseun Bright")
    bright = of_nobody(given_name="Joy", family_name="Bright")
    with clock.at(THAT_DAY):
        audit.looked("resident.viewed", by=world.privacy, resident_id=bright.id, about=("resident", bright.id))
    (review,) = noticed()
    assert review.team_id not in world.privacy.team_ids
