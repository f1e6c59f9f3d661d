"""The log of looks: what shows a resident writes one (IG-27), residents are told (IG-28), reading it is one (IG-30)."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.urls import get_resolver, reverse

from carecoord import audit, clock
from carecoord.alerts.models import Alert
from carecoord.audit import Purpose
from carecoord.audit.models import AuditEntry
from carecoord.audit.purposes import OF_ROLE
from carecoord.record.access import PAGE
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from neighbourhoods.models.memberships import PRIVACY_ROLES
from tests.architecture.test_urls import CARE_DATA, OURS, RESIDENTS, arguments
from tests.governance.test_restricted import api_arguments, flat
from tests.life import live
from tests.partners import made_client
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# What only Sheila's record says of her: whoever reads one of them has been shown something of hers.
HERS = ("Quillingham", "QUILLINGHAM", *CARE_DATA)
# Examples, of nobody.
DOCUMENTS = {"schema", "docs"}


def live_as_quillingham(world):
    world.resident = partial(world.resident, family_name="Quillingham")
    live(world)
    del world.resident
    world.alert_id = Alert.objects.filter(team=world.surgery).first().id
    world.client_id = made_client(world).id


standing = made_once(live_as_quillingham)


@pytest.fixture
def lived(world):
    return world


def looks():
    return AuditEntry.objects.filter(kind="look")


def tells_of(entry, resident):
    return resident.id == entry.resident_id or str(resident.id) in entry.detail.get("residents", ())


def unwritten(world, client, addresses):
    """Names of addresses whose answer is about Sheila, or shows something of hers, and that wrote no look at her."""
    found, shown = [], set()
    for name, address, is_about_her in addresses:
        before = set(looks().values_list("id", flat=True))
        answer = client.get(address)
        body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
        is_hers = answer.status_code == 200 and is_about_her
        if not is_hers and not any(word in body for word in HERS):
            continue
        shown.add(name)
        if not any(tells_of(entry, world.sheila) for entry in looks().exclude(id__in=before)):
            found.append(name)
    return found, shown


@pytest.mark.parametrize(
    ("who", "some"),
    [
        ("nurse", {"resident_record", "care_plan", "referral_detail", "resident_access"}),
        *(
            pytest.param(*one, marks=pytest.mark.thorough)
            for one in (
                ("outsider", {"resident_record"}),
                ("link_worker", {"my_day", "referral_inbox", "referral_detail"}),
                ("gp", {"my_day", "handover", "handover_list", "alerts"}),
                ("front_door", {"resident_record"}),
                ("privacy", {"resident_record"}),
            )
        ),
    ],
)
def test_ig_27_every_page_that_shows_something_of_a_resident_writes_a_look(lived, client, who, some):
    sign_in(client, lived, who)
    addresses = [
        (name, reverse(name, kwargs=arguments(lived, names)), bool(RESIDENTS & set(names))) for name, names in OURS
    ]
    found, shown = unwritten(lived, client, addresses)
    assert found == []
    assert some <= shown


@pytest.mark.parametrize(
    ("team", "some"),
    [
        ("nursing", {"resident", "residents", "timeline", "care_plan", "action", "referral", "handover", "contacts"}),
        pytest.param("carers", {"referrals", "referral"}, marks=pytest.mark.thorough),
        pytest.param("surgery", {"handovers", "handover"}, marks=pytest.mark.thorough),
    ],
)
def test_ig_27_every_answer_of_the_api_that_shows_something_of_a_resident_writes_a_look(lived, partner, team, some):
    client, values = partner(f"of-{team}", getattr(lived, team)), api_arguments(lived)
    (api,) = [one for one in get_resolver().url_patterns if getattr(one, "namespace", None) == "api"]
    addresses = []
    for entry in flat(api.url_patterns):
        names = entry.pattern.converters
        if names.keys() <= values.keys() and entry.name not in DOCUMENTS:
            address = reverse(f"api:{entry.name}", kwargs={name: values[name] for name in names})
            is_about_her = bool(RESIDENTS & names.keys())
            addresses += [
                (entry.name, f"{address}{query}", is_about_her) for query in ("", f"?resident={lived.sheila.id}")
            ]
    found, shown = unwritten(lived, client, addresses)
    assert found == []
    assert some <= shown


def test_ig_27_a_look_says_who_as_what_for_whom_at_whom_when_and_what_for(lived, client):
    sign_in(client, lived, "nurse")
    now = datetime.fromisoformat("2026-11-22T10:15:00+00:00")
    with clock.at(now):
        client.get(reverse("resident_record", args=[lived.sheila.id]))
    look, nurse = looks().get(verb="resident.viewed"), lived.nurse
    assert (look.actor_id, look.membership_id, look.role) == (nurse.actor_id, nurse.membership_id, "nurse")
    assert (look.organisation_id, look.resident_id) == (nurse.organisation_id, lived.sheila.id)
    assert (look.at, look.purpose, look.address) == (now, "individual care", "127.0.0.1")


@pytest.mark.parametrize("role", Role.values)
def test_ig_27_what_the_database_writes_by_itself_has_the_purpose_that_we_would_give(db, role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.role', %s, true)", [role])
        cursor.execute("SELECT app.purpose()")
        assert cursor.fetchone() == (OF_ROLE.get(role, Purpose.CARE),)


def test_ig_27_roles_with_a_purpose_of_their_own_are_there():
    assert set(OF_ROLE) <= set(Role.values)


def test_ig_27_whoever_reviews_what_others_opened_does_not_look_for_care():
    assert {OF_ROLE.get(role) for role in PRIVACY_ROLES} == {Purpose.GOVERNANCE}


def test_ig_27_whoever_needs_something_for_another_purpose_says_so(lived):
    with acting_as(lived.nurse):
        entry = audit.looked("caseload.viewed", by=lived.nurse, purpose="planning services")
    assert AuditEntry.objects.get(id=entry.id).purpose == "planning services"


def test_ig_27_the_code_of_the_landing_before_writes_entries_without_a_purpose_or_a_turn(lived):
    with acting_as(lived.privacy), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, membership_id, role, "
            "organisation_id, about_type, reason, detail) VALUES "
            "(app.new_id(), now(), 'look', 'old.look', 'person', %s, %s, 'privacy_officer', %s, '', '', '{}')",
            [lived.privacy.actor_id, lived.privacy.membership_id, lived.privacy.organisation_id],
        )
    assert looks().get(verb="old.look").purpose == "information governance"


def test_ig_28_who_looked_goes_back_as_far_as_the_record_does(lived, client):
    began = clock.now()
    for ago in range(PAGE + 5):
        with clock.at(began - timedelta(days=10 * ago)), acting_as(lived.nurse):
            audit.looked("plan.viewed", by=lived.nurse, resident_id=lived.sheila.id)
    sign_in(client, lived, "nurse")
    address = reverse("resident_access", args=[lived.sheila.id])
    with clock.at(began + timedelta(minutes=1)):
        first = client.get(address)
    assert first.text.count("Opened the plan") == PAGE - 1  # and this reading
    older = first.context["pages"].next.url
    second = client.get(older).text
    assert second.count("Opened the plan") == 6
    assert "Latest looks" in second
    assert "Earlier looks" not in second


@pytest.mark.parametrize("before", ["nonsense", "01234567-89ab"])
def test_ig_28_a_page_of_no_look_is_not_there(lived, client, before):
    sign_in(client, lived, "nurse")
    assert client.get(f"{reverse('resident_access', args=[lived.sheila.id])}?before={before}").status_code == 404


def test_ig_28_a_look_at_somebody_else_begins_no_page(lived, client):
    other = lived.resident()
    with acting_as(lived.nurse):
        theirs = audit.looked("plan.viewed", by=lived.nurse, resident_id=other.id)
        audit.looked("plan.viewed", by=lived.nurse, resident_id=lived.sheila.id)
    sign_in(client, lived, "nurse")
    text = client.get(f"{reverse('resident_access', args=[lived.sheila.id])}?before={theirs.id}").text
    assert "Opened the plan" in text


def test_ig_28_who_looked_says_organisation_role_time_reason_and_an_unusual_purpose(lived, client):
    with clock.at(datetime.fromisoformat("2027-01-05T10:15:00+00:00")), acting_as(lived.nurse):
        audit.looked("plan.viewed", by=lived.nurse, resident_id=lived.sheila.id, purpose="planning services")
    sign_in(client, lived, "nurse")
    text = client.get(reverse("resident_access", args=[lived.sheila.id])).text
    for word in ("05-Jan-2027 10:15", "Community nurse", "Test Community Health", "On the caseload of their team"):
        assert word in text
    assert text.count("For planning services") == 1
    assert "For individual care" not in text


def test_ig_30_reading_who_looked_is_itself_a_look(lived, client):
    sign_in(client, lived, "nurse")
    for _ in range(2):
        client.get(reverse("resident_access", args=[lived.sheila.id]))
    read = looks().filter(verb="access_log.read", resident_id=lived.sheila.id)
    assert list(read.values_list("actor_id", flat=True)) == [lived.nurse.actor_id] * 2


def test_ig_30_whoever_may_not_read_who_looked_leaves_no_row_and_reads_none(lived, client):
    sign_in(client, lived, "outsider")
    assert client.get(reverse("resident_access", args=[lived.sheila.id])).status_code == 403
    assert not looks().filter(verb="access_log.read").exists()
