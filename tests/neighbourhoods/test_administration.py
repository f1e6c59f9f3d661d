"""Administrators make organisations and teams; who finds the pages of the administration."""

import re

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods import services
from neighbourhoods.models import Neighbourhood, Organisation, Role, Team
from neighbourhoods.urls import urlpatterns
from tests.neighbourhoods.conftest import administration_of, told
from tests.partners import made_client
from tests.shortening import thoroughly
from tests.statements import at_most
from tests.world import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_moment", "a_provider")]


def addresses(world):
    values = {
        "organisation_id": world.community.id,
        "team_id": world.nursing.id,
        "membership_id": world.nurse.membership_id,
        "user_id": world.nurse.actor_id,
        "client_id": made_client(world).id,
    }
    for pattern in urlpatterns:
        if str(pattern.pattern).startswith("admin/"):
            yield reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})


# --- who finds these pages ----------------------------------------------------------------------------------------
def test_there_are_no_such_pages_for_anybody_else(client, world):
    for name in ("nurse", "lead", "privacy", "gp"):
        sign_in(client, world, name)
        assert {client.get(address).status_code for address in addresses(world)} <= {404, 405}


def test_nobody_is_asked_to_sign_in_first(client, world):
    for address in addresses(world):
        answer = client.get(address)
        assert answer.status_code in {302, 405}
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/accounts/login/?next=/admin/")


def test_the_partnerships_administrator_finds_every_page_with_one_heading(admin_page, world):
    for address in addresses(world):
        answer = admin_page.get(address)
        assert answer.status_code in {200, 405}
        if answer.status_code == 200:
            assert answer.content.decode().count("<h1") == 1


def test_an_organisations_administrator_finds_their_own_organisation_only(client, world, community_admin):
    sign_in(client, world, "community_admin")
    page = client.get("/admin/").content.decode()
    assert "Test Community Health" in page
    assert "Test Carers Hub" not in page
    assert "Add an organisation" not in page
    for address in (
        f"/admin/organisations/{world.charity.id}/",
        f"/admin/organisations/{world.charity.id}/people/new/",
        f"/admin/teams/{world.carers.id}/",
        f"/admin/roles/{world.link_worker.membership_id}/end/",
        f"/admin/people/{world.link_worker.actor_id}/",
        "/admin/organisations/new/",
        "/admin/neighbourhoods/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "x"}).status_code == 404


def test_no_page_of_the_administration_shows_a_resident(admin_page, world):
    sheila = world.resident()
    for address in addresses(world):
        page = admin_page.get(address).content.decode()
        assert "HARTLEY" not in page.upper()
        assert sheila.nhs_number not in page


def test_only_administrators_see_the_way_there(client, world):
    sign_in(client, world, "nurse")
    assert 'href="/admin/"' not in client.get("/alerts/").content.decode()
    sign_in(client, world, "admin")
    assert 'href="/admin/"' in client.get("/admin/").content.decode()


# --- organisations and neighbourhoods -----------------------------------------------------------------------------
ORGANISATION = {"name": "Highcross House", "kind": "care_home", "ods_code": "vl123", "phone": "", "address": ""}


def test_a_new_organisation_has_its_privacy_officers_and_administrators_at_once(admin_page, world):
    answer = admin_page.post("/admin/organisations/new/", ORGANISATION | {"neighbourhood": str(world.highcross.id)})
    made = Organisation.objects.get(name="Highcross House")
    assert answer.headers["Location"] == f"/admin/organisations/{made.id}/"
    assert (made.ods_code, made.neighbourhood, made.place) == ("VL123", world.highcross, world.place)
    assert set(made.teams.values_list("kind", flat=True)) == {"privacy", "administration"}
    assert AuditEntry.objects.get(verb="organisation.created", about_id=made.id).actor_id == world.admin.actor_id
    assert told("organisation.created", made) == [made.id]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter the name"),
        ({"kind": ""}, "Choose what kind it is"),
        ({"kind": "partnership"}, "What you chose is not in the list any more. Choose again"),
        ({"ods_code": "not a code"}, "This is not a valid ODS code: enter 1 to 9 letters and digits"),
        ({"ods_code": "rtest"}, "Another organisation has this ODS code."),
        ({"name": "Test General"}, "Another organisation has this name."),
        ({"name": "A\0B"}, "Type this again: it holds a hidden character that cannot be saved"),
        ({"name": "x" * 50_000}, "150"),
    ],
)
def test_a_wrong_organisation_is_refused_and_nothing_is_made(admin_page, wrong, sentence):
    before = Organisation.objects.count()
    answer = admin_page.post("/admin/organisations/new/", ORGANISATION | wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Organisation.objects.count() == before


def test_a_form_sent_twice_makes_one(admin_page):
    admin_page.post("/admin/organisations/new/", ORGANISATION)
    assert admin_page.post("/admin/organisations/new/", ORGANISATION).status_code == 422
    assert Organisation.objects.filter(name="Highcross House").count() == 1


def test_script_in_a_name_is_only_text(admin_page):
    admin_page.post("/admin/organisations/new/", ORGANISATION | {"name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in admin_page.get("/admin/").content.decode()


def test_details_change_and_a_stale_form_shows_both(admin_page, world):
    address = f"/admin/organisations/{world.charity.id}/change/"
    words = {
        "name": "Carers of Testborough",
        "ods_code": "",
        "neighbourhood": "",
        "phone": "01632 960001",
        "address": "",
    }
    assert admin_page.post(address, words | {"version": 1}).status_code == 302
    stale = admin_page.post(address, words | {"name": "Another name", "version": 1})
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Somebody changed this while you were typing." in page
    assert "Carers of Testborough" in page
    assert 'value="Another name"' in page
    world.charity.refresh_from_db()
    assert (world.charity.name, world.charity.version) == ("Carers of Testborough", 2)
    assert admin_page.post(address, words | {"name": "Another name", "version": 2}).status_code == 302


def test_search_and_kind_narrow_the_list(admin_page):
    page = admin_page.get("/admin/?q=carers&kind=vcse").content.decode()
    assert "Test Carers Hub" in page
    assert "Test General" not in page
    assert "No organisation matches." in admin_page.get("/admin/?q=nowhere").content.decode()
    assert admin_page.get("/admin/?q=%00&kind=nonsense&after=%00").status_code == 200


def test_a_long_list_has_pages(admin_page, world):
    for number in range(60):
        services.create_organisation(
            by=world.admin, place=world.place, name=f"Home {number:02}", kind="care_home", ods_code=""
        )
    first = admin_page.get("/admin/").content.decode()
    following = re.search(r'href="(/admin/\?after=[^"]+)"', first)[1]
    second = admin_page.get(following).content.decode()
    shown = [set(re.findall(r"Home \d\d", page)) for page in (first, second)]
    assert shown[0].isdisjoint(shown[1])
    assert len(shown[0] | shown[1]) == 60


def test_neighbourhoods_are_added_once(admin_page, world):
    admin_page.post("/admin/neighbourhoods/", {"name": "Riverside"})
    again = admin_page.post("/admin/neighbourhoods/", {"name": "Riverside"})
    assert "Another neighbourhood has this name." in again.content.decode()
    assert Neighbourhood.objects.filter(name="Riverside", place=world.place).count() == 1


# --- teams --------------------------------------------------------------------------------------------------------
TEAM = {"name": "Night team", "kind": "care", "opens_at": "20:00", "closes_at": "23:30", "working_days": ["5", "6"]}


def test_a_team_is_made_with_its_hours_and_told(admin_page, world):
    admin_page.post(f"/admin/organisations/{world.community.id}/teams/new/", TEAM)
    made = Team.objects.get(name="Night team")
    assert (made.organisation, made.working_days, f"{made.opens_at:%H:%M}") == (world.community, [5, 6], "20:00")
    assert told("team.created", world.community)[-1] == made.id


def test_a_team_closes_after_it_opens(admin_page, world):
    answer = admin_page.post(f"/admin/organisations/{world.community.id}/teams/new/", TEAM | {"closes_at": "08:00"})
    assert "Enter a time after the team opens" in answer.content.decode()


def test_a_team_with_residents_is_not_ended_though_the_administrator_sees_none(admin_page, world):
    world.resident()
    answer = admin_page.post(f"/admin/teams/{world.nursing.id}/end/", {"reason": "Merged"})
    assert "still has 1 resident." in answer.content.decode()
    world.nursing.refresh_from_db()
    assert world.nursing.ended_at is None


def test_a_team_that_is_somebodys_only_one_is_not_ended(admin_page, world):
    answer = admin_page.post(f"/admin/teams/{world.ward.id}/end/", {"reason": "Merged"})
    assert "is in no other team." in answer.content.decode()


def test_a_team_that_gets_referrals_is_not_ended(admin_page, world):
    services.end_membership(by=world.admin, membership_id=world.link_worker.membership_id, reason="Left")
    answer = admin_page.post(f"/admin/teams/{world.carers.id}/end/", {"reason": "Merged"})
    assert "Close the service first." in answer.content.decode()


def test_an_empty_team_is_ended_with_a_reason(admin_page, world):
    spare = services.create_team(by=world.admin, organisation=world.community, name="Spare")
    assert admin_page.post(f"/admin/teams/{spare.id}/end/", {"reason": ""}).status_code == 422
    admin_page.post(f"/admin/teams/{spare.id}/end/", {"reason": "Never used"})
    spare.refresh_from_db()
    assert spare.ended_at is not None
    assert AuditEntry.objects.get(verb="team.ended").reason == "Never used"


def test_the_front_door_and_the_teams_that_every_organisation_needs_stay(admin_page, world):
    with pytest.raises(RuleError):
        services.end_team(by=world.admin, team_id=world.place.front_door_id, reason="x")
    assert admin_page.get(f"/admin/teams/{administration_of(world.community).id}/").status_code == 404


# --- what it costs ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_lists_cost_the_same_for_three_and_for_thirty(admin_page, world, number):
    for index in range(number):
        services.create_organisation(by=world.admin, place=world.place, name=f"Home {index}", kind="care_home")
        world.add_person(f"person_{index}", world.community, Role.NURSE, [world.nursing, world.highcross_nursing])
    admin_page.get("/admin/")
    with at_most(15):
        admin_page.get("/admin/")
    with at_most(18):
        admin_page.get(f"/admin/organisations/{world.community.id}/")
