"""Administrators make organisations, teams, people and roles; privacy officers are told of each grant."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.accounts.services import has_second_factor, set_up_totp
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.models import OutboxMessage
from neighbourhoods import gate, services
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Membership, Neighbourhood, Organisation, Role, Team, TeamKind
from neighbourhoods.urls import urlpatterns
from tests.partners import made_client
from tests.shortening import thoroughly
from tests.statements import at_most
from tests.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture(autouse=True)
def a_provider(settings):
    """An identity provider, so that every page is there."""
    settings.OIDC_NAME, settings.OIDC_ISSUER = "Test Identity", "https://login.example.org/realm"


def administration_of(organisation):
    return Team.objects.get(organisation=organisation, kind=TeamKind.ADMINISTRATION)


@pytest.fixture
def community_admin(world):
    """An administrator of one organisation only."""
    return world.add_person(
        "community_admin", world.community, Role.ADMINISTRATOR, [administration_of(world.community)]
    )


@pytest.fixture
def admin_page(signed_in):
    """The browser of the partnership's administrator."""
    return signed_in("admin")


def told(topic, organisation):
    return [
        message.about_id
        for message in OutboxMessage.objects.filter(topic=topic).order_by("id")
        if message.payload.get("organisation_id") == str(organisation.id)
    ]


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


# --- people and roles ---------------------------------------------------------------------------------------------
def person(world, **more):
    return {
        "name": "Amina Khan",
        "email": "Amina.Khan@example.org",
        "phone": "",
        "role": "nurse",
        "teams": [str(world.nursing.id)],
        "leads": [str(world.nursing.id)],
    } | more


def test_a_new_person_has_a_role_no_password_and_an_invitation(admin_page, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_page.post(f"/admin/organisations/{world.community.id}/people/new/", person(world))
    amina = User.objects.get(email="amina.khan@example.org")
    membership = Membership.objects.get(user=amina)
    assert answer.headers["Location"] == f"/admin/people/{amina.id}/"
    assert not amina.has_usable_password()
    assert gate.person(membership).leads(world.nursing.id)
    assert [message.to for message in mail.outbox] == [["amina.khan@example.org"]]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_each_grant_is_audited_and_told_to_the_organisations_privacy_officers(admin_page, world):
    admin_page.post(f"/admin/organisations/{world.community.id}/people/new/", person(world))
    membership = Membership.objects.get(user__email="amina.khan@example.org")
    entry = AuditEntry.objects.get(verb="membership.created", about_id=membership.id)
    assert (entry.actor_id, entry.membership_id) == (world.admin.actor_id, world.admin.membership_id)
    assert entry.detail["teams"] == [str(world.nursing.id)]
    assert told("membership.created", world.community)[-1] == membership.id
    assert told("person.created", world.community) == [membership.user_id]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nurse@example.org"}, "This address has an account already."),
        ({"email": "nonsense"}, "Enter an email address, such as name@example.org"),
        ({"role": "privacy_officer"}, "is not a team for this role."),
        ({"teams": []}, "Choose at least one team"),
        ({"role": ""}, "Choose a role"),
        ({"leads": ["other"]}, "What you chose is not in the list any more. Choose again"),
    ],
)
def test_a_wrong_person_is_refused_and_there_is_neither_account_nor_role(admin_page, world, wrong, sentence):
    before = (User.objects.count(), Membership.objects.count(), OutboxMessage.objects.count())
    answer = admin_page.post(f"/admin/organisations/{world.community.id}/people/new/", person(world, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (User.objects.count(), Membership.objects.count(), OutboxMessage.objects.count()) == before


def test_another_organisations_team_cannot_be_given(client, world, community_admin):
    sign_in(client, world, "community_admin")
    address = f"/admin/organisations/{world.community.id}/people/new/"
    answer = client.post(address, person(world, teams=[str(world.ward.id)], leads=[]))
    assert answer.status_code == 422
    with pytest.raises(RuleError, match="belongs to another organisation"), acting_as(community_admin):
        services.create_membership(
            by=community_admin,
            user_id=world.gp.actor_id,
            organisation=world.community,
            role=Role.NURSE,
            teams=[world.ward],
        )


def test_somebody_with_an_account_gets_another_role_by_their_address(admin_page, world):
    words = {"email": "GP@example.org", "role": "nurse", "teams": [str(world.nursing.id)]}
    address = f"/admin/organisations/{world.community.id}/roles/new/"
    assert admin_page.post(address, words).status_code == 302
    assert Membership.objects.filter(user_id=world.gp.actor_id).count() == 2
    assert "This person already has this role there." in admin_page.post(address, words).content.decode()
    unknown = admin_page.post(address, words | {"email": "nobody@example.org"})
    assert "No account has this address." in unknown.content.decode()


def test_teams_of_a_role_change_from_the_next_request_on(admin_page, world):
    address = f"/admin/roles/{world.nurse.membership_id}/"
    words = {"teams": [str(world.highcross_nursing.id)], "leads": [str(world.highcross_nursing.id)], "version": 1}
    admin_page.post(address, words)
    principal = gate.person(world.membership_of("nurse"))
    assert (principal.team_ids, principal.lead_team_ids) == ((world.highcross_nursing.id,),) * 2
    assert told("membership.changed", world.community) == [world.nurse.membership_id]
    stale = admin_page.post(address, words | {"teams": [str(world.nursing.id)], "leads": []})
    assert "Somebody changed this while you were choosing." in stale.content.decode()


def test_only_teams_that_are_chosen_can_be_led(admin_page, world):
    words = {"teams": [str(world.nursing.id)], "leads": [str(world.highcross_nursing.id)], "version": 1}
    answer = admin_page.post(f"/admin/roles/{world.nurse.membership_id}/", words)
    assert "Choose only teams that are ticked above" in answer.content.decode()


def test_an_ended_role_opens_nothing_on_the_next_request(admin_page, world):
    nurse = Client()
    sign_in(nurse, world, "nurse")
    assert nurse.get("/alerts/").status_code == 200
    admin_page.post(f"/admin/roles/{world.nurse.membership_id}/end/", {"reason": "Moved away"})
    assert nurse.get("/alerts/").headers["Location"].startswith("/role/")
    assert told("membership.ended", world.community) == [world.nurse.membership_id]
    assert AuditEntry.objects.get(verb="membership.ended").reason == "Moved away"


def test_a_closed_account_is_out_on_the_next_request_and_can_be_opened_again(admin_page, world):
    nurse = Client()
    sign_in(nurse, world, "nurse")
    admin_page.post(f"/admin/people/{world.nurse.actor_id}/close/", {"reason": "Long leave"})
    assert nurse.get("/alerts/").headers["Location"] == "/accounts/inactive/"
    assert "Closed" in admin_page.get(f"/admin/people/{world.nurse.actor_id}/").content.decode()
    admin_page.post(f"/admin/people/{world.nurse.actor_id}/reopen/", {"reason": "Back"})
    assert User.objects.get(id=world.nurse.actor_id).is_active


def test_an_account_that_others_use_too_is_not_closed_by_one_of_them(client, world, community_admin):
    services.create_membership(
        by=world.admin,
        user_id=world.nurse.actor_id,
        organisation=world.charity,
        role=Role.LINK_WORKER,
        teams=[world.carers],
    )
    sign_in(client, world, "community_admin")
    answer = client.post(f"/admin/people/{world.nurse.actor_id}/close/", {"reason": "Left"})
    assert "This person also works for another organisation." in answer.content.decode()
    assert User.objects.get(id=world.nurse.actor_id).is_active


def test_nobody_shuts_themselves_out(admin_page, world):
    answer = admin_page.post(f"/admin/people/{world.admin.actor_id}/close/", {"reason": "x"})
    assert "Another administrator must do this for your own account." in answer.content.decode()


def test_a_lost_phone_is_replaced_at_the_next_sign_in(admin_page, world):
    nurse = world.user_of("nurse")
    set_up_totp(nurse, "JBSWY3DPEHPK3PXP")
    admin_page.post(f"/admin/people/{nurse.id}/app/", {"reason": "Phone lost"})
    assert not has_second_factor(nurse)
    assert AuditEntry.objects.get(verb="second_factor.removed").reason == "Phone lost"


@pytest.mark.parametrize("what", ["app", "close"])
def test_a_lost_phone_or_a_closed_account_ends_every_sign_in_of_the_person_at_once(admin_page, world, what):
    theirs, colleague = Client(), Client()
    sign_in(theirs, world, "nurse")
    sign_in(colleague, world, "lead")
    assert [browser.get("/").status_code for browser in (theirs, colleague)] == [200, 200]
    admin_page.post(f"/admin/people/{world.nurse.actor_id}/{what}/", {"reason": "Phone stolen"})
    assert theirs.get("/").headers["Location"].startswith("/accounts/")
    assert "_auth_user_id" not in theirs.session
    assert [browser.get("/").status_code for browser in (admin_page, colleague)] == [200, 200]


def test_a_sign_in_of_a_closed_account_does_not_come_back_when_it_is_opened_again(admin_page, world):
    theirs, address = Client(), f"/admin/people/{world.nurse.actor_id}"
    sign_in(theirs, world, "nurse")
    admin_page.post(f"{address}/close/", {"reason": "Left"})
    admin_page.post(f"{address}/reopen/", {"reason": "Came back"})
    assert theirs.get("/").headers["Location"].startswith("/accounts/login/")


def test_without_email_the_link_is_shown_once_and_only_for_who_never_had_a_password(admin_page, world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    address = f"/admin/people/{world.nurse.actor_id}/"
    shown = admin_page.post(f"{address}invite/").content.decode()
    assert "/accounts/password/reset/key/" in shown
    assert "/accounts/password/reset/key/" not in admin_page.get(address).content.decode()
    nurse = world.user_of("nurse")
    nurse.set_password("umbrella kettle marmalade")
    nurse.save()
    refused = admin_page.post(f"{address}invite/", follow=True).content.decode()
    assert "/accounts/password/reset/key/" not in refused
    assert "This person sets a new password by email." in refused


def test_a_nurse_is_refused_by_every_service_too(world):
    by = world.nurse
    with acting_as(by):
        for act in (
            lambda: services.create_organisation(by=by, place=world.place, name="X", kind="other"),
            lambda: services.create_neighbourhood(by=by, place=world.place, name="X"),
            lambda: services.create_team(by=by, organisation=world.community, name="X"),
            lambda: services.end_team(by=by, team_id=world.nursing.id, reason="x"),
            lambda: services.end_membership(by=by, membership_id=by.membership_id, reason="x"),
            lambda: services.invite_again(by=by, user_id=world.lead.actor_id),
            lambda: services.close_account(by=by, user_id=world.lead.actor_id, reason="x"),
            lambda: services.create_membership(
                by=by, user_id=by.actor_id, organisation=world.community, role=Role.TEAM_LEAD, teams=[world.nursing]
            ),
        ):
            with pytest.raises(NotYours):
                act()


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
