"""A team's rota and its people's absences: who writes them, what is refused, and the page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Absence, DutyTurn
from neighbourhoods.services.duty import add_duty_turn, cancel_duty_turn, end_absence, record_absence

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def on_tuesday():
    with clock.at(TUESDAY):
        yield


def turn(world, *, by="lead", who="nurse", begins=TUESDAY, ends=TUESDAY + 8 * HOUR):
    times = {"starts_at": begins, "ends_at": ends}
    with acting_as(world.people[by]) as acting:
        membership_id = world.people[who].membership_id
        return add_duty_turn(by=acting, team_id=world.nursing.id, membership_id=membership_id, **times)


def absence(world, *, by="nurse", who="nurse", cover=None, begins=TUESDAY, ends=TUESDAY + 5 * DAY):
    times = {"starts_at": begins, "ends_at": ends}
    with acting_as(world.people[by]) as acting:
        cover_id = world.people[cover].membership_id if cover else None
        return record_absence(by=acting, membership_id=world.people[who].membership_id, cover_id=cover_id, **times)


def test_a_lead_writes_the_rota_and_takes_from_it(world):
    made = turn(world)
    assert list(DutyTurn.objects.now()) == [made]
    with acting_as(world.lead) as by:
        cancel_duty_turn(by=by, turn_id=made.id)
        cancel_duty_turn(by=by, turn_id=made.id)
    assert list(DutyTurn.objects.standing()) == []
    verbs = (
        AuditEntry.objects.filter(about_id=world.nursing.id, verb__startswith="duty.")
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["duty.added", "duty.cancelled"]


def test_nobody_else_writes_it(world):
    made = turn(world)
    with pytest.raises(NotYours):
        turn(world, by="nurse")
    with acting_as(world.nurse) as by, pytest.raises(NotYours):
        cancel_duty_turn(by=by, turn_id=made.id)
    with acting_as(world.outsider) as by, pytest.raises(DutyTurn.DoesNotExist):
        cancel_duty_turn(by=by, turn_id=made.id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"who": "ward_nurse"}, "person"),
        ({"ends": TUESDAY}, "ends_at"),
        ({"begins": TUESDAY - 9 * HOUR, "ends": TUESDAY - HOUR}, "ends_at"),
        ({"ends": TUESDAY + 40 * DAY}, "ends_at"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(RuleError) as refusal:
        turn(world, **wrong)
    assert refusal.value.field == field
    assert DutyTurn.objects.count() == 0


def test_everybody_says_it_of_themselves_and_a_lead_of_anybody(world):
    own = absence(world, cover="second_nurse")
    absence(world, by="lead", who="second_nurse", begins=TUESDAY + 9 * DAY, ends=TUESDAY + 10 * DAY)
    assert Absence.objects.standing().count() == 2
    with pytest.raises(NotYours):
        absence(world, by="nurse", who="second_nurse")
    with acting_as(world.second_nurse) as by, pytest.raises(NotYours):
        end_absence(by=by, absence_id=own.id)
    with acting_as(world.ward_nurse) as by, pytest.raises(Absence.DoesNotExist):
        end_absence(by=by, absence_id=own.id)
    with acting_as(world.nurse) as by:
        end_absence(by=by, absence_id=own.id)
    assert not Absence.objects.now().exists()


@pytest.mark.parametrize("cover", ["nurse", "ward_nurse"])
def test_a_cover_is_somebody_else_of_the_same_team(world, cover):
    with pytest.raises(RuleError) as refusal:
        absence(world, cover=cover)
    assert refusal.value.field == "cover"


def test_nobody_covers_who_is_away_themselves(world):
    absence(world, by="lead", who="second_nurse")
    with pytest.raises(RuleError, match="away at that time too"):
        absence(world, cover="second_nurse")


def typed(prefix, begins, ends, **more):
    parts = {"day": "%d", "month": "%m", "year": "%Y", "time": "%H:%M"}
    moments = {
        f"{prefix}-{name}_{part}": at.strftime(shape)
        for name, at in (("starts_at", begins), ("ends_at", ends))
        for part, shape in parts.items()
    }
    return {prefix: "1", **moments, **{f"{prefix}-{name}": value for name, value in more.items()}}


def test_a_lead_puts_somebody_on_duty_on_the_page_and_takes_them_off(world, signed_in):
    client, url = signed_in("lead"), reverse("team_duty", args=[world.nursing.id])
    assert "There is no rota" in client.get(url).content.decode()
    nurse = str(world.nurse.membership_id)
    shown = client.post(url, typed("turn", TUESDAY, TUESDAY + DAY, person=nurse), follow=True)
    assert "The turn is on the rota." in shown.content.decode()
    made = DutyTurn.objects.get()
    assert (made.starts_at, made.membership_id) == (TUESDAY, world.nurse.membership_id)
    shown = client.post(reverse("duty_turn_cancel", args=[made.id]), follow=True).content.decode()
    assert "The turn is off the rota." in shown


def test_a_nurse_says_when_she_is_away_and_reads_the_rota_without_writing_it(world, signed_in):
    client, url = signed_in("nurse"), reverse("team_duty", args=[world.nursing.id])
    assert "Put somebody on duty" not in client.get(url).content.decode()
    nurse, other = str(world.nurse.membership_id), str(world.second_nurse.membership_id)
    shown = client.post(url, typed("away", TUESDAY, TUESDAY + DAY, person=nurse, cover=other), follow=True)
    assert "Covered by Second Nurse" in shown.content.decode()
    made = Absence.objects.get()
    shown = client.post(reverse("absence_end", args=[world.nursing.id, made.id]), follow=True).content.decode()
    assert "Noted: not away any more." in shown


def test_what_is_refused_is_said_at_its_field_and_kept(world, signed_in):
    url = reverse("team_duty", args=[world.nursing.id])
    nurse = str(world.nurse.membership_id)
    refused = signed_in("lead").post(url, typed("turn", TUESDAY + DAY, TUESDAY, person=nurse))
    assert refused.status_code == 422
    assert "The end must be after the beginning" in refused.content.decode()


def test_the_page_says_that_nobody_is_on_duty_and_who_is_away_without_cover(world, signed_in):
    turn(world, begins=TUESDAY + DAY, ends=TUESDAY + 2 * DAY)
    absence(world)
    shown = signed_in("second_nurse").get(reverse("team_duty", args=[world.nursing.id])).content.decode()
    assert "Nobody is on duty now." in shown
    assert "Nurse is away without cover." in shown


@pytest.mark.parametrize("who", ["outsider", "ward_nurse"])
def test_the_rota_is_its_teams_own(world, signed_in, who):
    assert signed_in(who).get(reverse("team_duty", args=[world.nursing.id])).status_code == 404
