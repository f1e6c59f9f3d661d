"""An administrator lets partners' systems in, watches them, gives them new secrets and shuts them out."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.urls import reverse
from django.utils import timezone

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, StaleVersion
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from neighbourhoods import services
from neighbourhoods.models import ApiClient, Role, Team, TeamKind
from neighbourhoods.services.clients import (
    change_client,
    create_client,
    deactivate_client,
    end_old_client_secret,
    reactivate_client,
    rotate_secret,
)
from tests.api.conftest import token_for
from tests.partners import facts_of_client, made_client
from tests.statements import statements_of
from tests.world import sign_in

pytestmark = pytest.mark.django_db
TOMORROW = date.today() + timedelta(days=1)
SECRET = re.compile(r"[\w-]{43}")


@pytest.fixture(autouse=True)
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture
def admin_page(signed_in):
    return signed_in("admin")


@pytest.fixture
def partner(world):
    return made_client(world)


@pytest.fixture
def charity_admin(client, world):
    """The browser of somebody who administers the charity only."""
    team = Team.objects.get(organisation=world.charity, kind=TeamKind.ADMINISTRATION)
    world.add_person("charity_admin", world.charity, Role.ADMINISTRATOR, [team])
    sign_in(client, world, "charity_admin")
    return client


def page_of(client, name="admin_client"):
    return reverse(name, args=[client.id])


def words(world, **more):
    """What the form sends."""
    return {
        "name": "Night nursing system",
        "teams": [str(world.nursing.id), str(world.highcross_nursing.id)],
        "default_team": str(world.highcross_nursing.id),
        "scopes": ["residents.read", "handovers.write"],
        "agreement": "Agreement 12",
        "purposes": "direct care\n\n discharge \ndirect care",
        "agreement_ends_on_day": TOMORROW.day,
        "agreement_ends_on_month": TOMORROW.month,
        "agreement_ends_on_year": TOMORROW.year,
    } | more


def new_client_of(organisation):
    return reverse("admin_new_client", args=[organisation.id])


def told(client):
    """The topics told about it, in order."""
    messages = OutboxMessage.objects.filter(about_type="client", about_id=client.id).order_by("created_at", "id")
    return [message.topic for message in messages if message.payload["organisation_id"] == str(client.organisation_id)]


def unbroken(answer):
    """The page without the places at which a long word may break."""
    return answer.content.decode().replace("<wbr>", "")


def secret_on(answer):
    return SECRET.search(re.search(r"Secret\s*</dt>.*?</dd>", unbroken(answer), re.DOTALL)[0])[0]


# --- who finds these pages ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["nurse", "lead", "privacy"])
def test_for_anybody_else_there_are_no_such_pages(client, world, partner, who):
    sign_in(client, world, who)
    addresses = [reverse("admin_clients"), reverse("admin_choose_organisation"), new_client_of(world.community)]
    addresses += [page_of(partner, name) for name in ("admin_client", "admin_change_client", "admin_rotate_secret")]
    addresses += [page_of(partner, f"admin_{verb}") for verb in ("end_old_secret", "deactivate_client")]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert {client.post(address, {"reason": "x"}).status_code for address in addresses} == {404}


def test_an_administrator_of_another_organisation_neither_sees_nor_changes_one(charity_admin, world, partner):
    assert partner.name not in charity_admin.get("/admin/clients/").content.decode()
    for name in ("client", "change_client", "rotate_secret", "end_old_secret", "deactivate_client"):
        address = page_of(partner, f"admin_{name}")
        assert charity_admin.get(address).status_code == 404
        assert charity_admin.post(address, {"reason": "x", "overlap": "7"}).status_code == 404
    assert charity_admin.post(new_client_of(world.community), words(world)).status_code == 404
    assert ApiClient.objects.get().version == 1


def test_the_services_refuse_whoever_does_not_administer_the_organisation(world, partner):
    someone = world.nurse
    for act in (
        lambda: create_client(by=someone, organisation=world.community, facts=facts_of_client(world.nursing)),
        lambda: change_client(by=someone, client_id=partner.id, version=1, facts=facts_of_client(world.nursing)),
        lambda: rotate_secret(by=someone, client_id=partner.id),
        lambda: end_old_client_secret(by=someone, client_id=partner.id),
        lambda: deactivate_client(by=someone, client_id=partner.id),
        lambda: reactivate_client(by=someone, client_id=partner.id),
    ):
        with pytest.raises(NotYours):
            act()
    assert told(partner) == ["client.created"]


# --- the list -----------------------------------------------------------------------------------------------------
def test_an_empty_list_says_what_to_do(admin_page):
    page = admin_page.get("/admin/clients/").content.decode()
    assert "There is no API client yet. Add one for each system" in page
    assert 'href="/admin/clients/new/"' in page


def test_the_way_there_is_on_the_administrations_first_page(admin_page):
    assert 'href="/admin/clients/"' in admin_page.get("/admin/").content.decode()


def test_a_row_says_whether_it_may_act_and_how_it_fares(admin_page, world, partner):
    ApiClient.objects.update(errors=3, last_error="404 not_found", last_error_at=clock.now(), last_used_at=clock.now())
    made_client(world, world.carers, name="Carers' list", agreement_ends_on=clock.today() - timedelta(days=1))
    deactivate_client(by=world.admin, client_id=made_client(world, world.ward, name="Ward list").id)
    page = admin_page.get("/admin/clients/").content.decode()
    states = re.findall(r'nhsuk-tag--\w+">([^<]+)<', page)
    assert states == ["Agreement ended", "Active", "Deactivated"]
    assert "Last today" in page
    assert "404 not_found" not in page


def test_search_is_by_name_or_organisation(admin_page, world, partner):
    made_client(world, world.carers, name="Befriending list")
    assert "Befriending list" in admin_page.get("/admin/clients/?q=carers hub").content.decode()
    page = admin_page.get("/admin/clients/?q=nursing").content.decode()
    assert ("Nursing record system" in page, "Befriending list" in page) == (True, False)
    assert "No client matches." in admin_page.get("/admin/clients/?q=nowhere").content.decode()
    for hostile in ("?q=%00", "?after=%00", "?after=nonsense", f"?after={world.nursing.id}", "?q=" + "x" * 5000):
        assert admin_page.get(f"/admin/clients/{hostile}").status_code == 200


@pytest.mark.thorough
def test_a_long_list_has_pages_that_leave_nobody_out(admin_page, world):
    for number in range(55):
        made_client(world, name=f"System {number:02}")
    first = admin_page.get("/admin/clients/?q=system").content.decode()
    following = re.search(r'href="(/admin/clients/\?q=system&amp;after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = admin_page.get(following).content.decode()
    shown = [re.findall(r"System \d\d", page) for page in (first, second)]
    assert [len(names) for names in shown] == [50, 5]
    assert len({*shown[0], *shown[1]}) == 55


@pytest.mark.thorough
def test_thirty_clients_cost_as_many_statements_as_three(admin_page, world):
    admin_page.get("/admin/clients/")
    spent = []
    for count in (3, 30):
        for number in range(count):
            made_client(world, name=f"System {number:02}")
        spent.append(statements_of(lambda: admin_page.get("/admin/clients/")))
    assert len(spent[0]) == len(spent[1])
    assert len(spent[1]) <= 9, spent[1]


# --- adding -------------------------------------------------------------------------------------------------------
def test_the_partnerships_administrator_first_says_whose_it_is(admin_page, world):
    assert admin_page.post("/admin/clients/new/", {"organisation": ""}).status_code == 422
    answer = admin_page.post("/admin/clients/new/", {"organisation": str(world.community.id)})
    assert answer.headers["Location"] == new_client_of(world.community)
    assert admin_page.post("/admin/clients/new/", {"organisation": str(world.nursing.id)}).status_code == 422


def test_an_administrator_of_one_organisation_is_not_asked_whose(charity_admin, world):
    assert charity_admin.get("/admin/clients/new/").headers["Location"] == new_client_of(world.charity)


def test_a_new_client_can_sign_in_with_the_secret_that_is_shown_once(admin_page, world):
    answer = admin_page.post(new_client_of(world.community), words(world))
    made = ApiClient.objects.get(name="Night nursing system")
    secret = secret_on(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "http://testserver/identity/o/api/token" in unbroken(answer)
    assert token_for(made.client_id, secret).status_code == 200
    assert set(made.teams.all()) == {world.nursing, world.highcross_nursing}
    assert (made.default_team, made.purposes, made.agreement) == (
        world.highcross_nursing,
        ["direct care", "discharge"],
        "Agreement 12",
    )
    assert (made.agreement_ends_on, made.client.get_scopes()) == (TOMORROW, ["residents.read", "handovers.write"])
    assert secret not in unbroken(admin_page.get(page_of(made)))
    assert secret not in str(list(AuditEntry.objects.values_list("detail", "reason")))
    assert secret not in str(list(OutboxMessage.objects.values_list("payload")))


def test_a_new_client_is_audited_and_told_to_the_organisations_privacy_officers(admin_page, world):
    admin_page.post(new_client_of(world.community), words(world))
    made = ApiClient.objects.get(name="Night nursing system")
    entry = AuditEntry.objects.get(verb="client.created", about_id=made.id)
    assert (entry.actor_id, entry.detail["scopes"]) == (world.admin.actor_id, ["residents.read", "handovers.write"])
    assert told(made) == ["client.created"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter the name of the system"),
        ({"name": "x" * 50_000}, "must have 100 characters or fewer: it has 50000"),
        ({"name": "A\0B"}, "Type this again: it holds a hidden character that cannot be saved"),
        ({"teams": []}, "Choose at least one team"),
        ({"teams": ["other"]}, "What you chose is not in the list any more. Choose again"),
        ({"default_team": ""}, "Choose the usual team"),
        ({"scopes": []}, "Choose at least one thing that it may do"),
        ({"scopes": ["everything"]}, "What you chose is not in the list any more. Choose again"),
        ({"agreement": ""}, "Enter the title or number of the sharing agreement"),
        ({"purposes": " \n "}, "Enter at least one purpose"),
        ({"purposes": "x" * 101}, "Shorten each purpose to 100 characters"),
        ({"agreement_ends_on_year": "2025"}, "Last day of the agreement must be today or later"),
        ({"agreement_ends_on_day": ""}, "Last day of the agreement must include a day"),
    ],
)
def test_a_wrong_client_is_refused_and_nothing_typed_is_lost(admin_page, world, wrong, sentence):
    answer = admin_page.post(new_client_of(world.community), words(world) | wrong)
    page = answer.content.decode()
    assert (answer.status_code, ApiClient.objects.count()) == (422, 0)
    assert sentence in page
    typed = words(world) | wrong
    assert f'value="{typed["agreement"]}"' in page or not typed["agreement"]
    assert page.count(" checked") == len([tick for tick in typed["teams"] if tick != "other"]) + len(
        set(typed["scopes"]) & set(EVERY_SCOPE)
    )


def test_the_usual_team_is_one_of_those_ticked(admin_page, world):
    answer = admin_page.post(new_client_of(world.community), words(world, teams=[str(world.nursing.id)]))
    assert "Choose one of the teams that are ticked above" in answer.content.decode()


def test_no_team_of_another_organisation_is_offered_or_taken(admin_page, world):
    assert "Ward 7" not in admin_page.get(new_client_of(world.community)).content.decode()
    ward = str(world.ward.id)
    answer = admin_page.post(new_client_of(world.community), words(world, teams=[ward], default_team=ward))
    assert (answer.status_code, ApiClient.objects.count()) == (422, 0)


def test_a_form_sent_twice_makes_one_client(admin_page, world):
    admin_page.post(new_client_of(world.community), words(world))
    again = admin_page.post(new_client_of(world.community), words(world))
    assert "Another client of this organisation has this name." in again.content.decode()
    assert ApiClient.objects.count() == 1


def test_an_organisation_without_a_team_for_residents_gets_one_first(admin_page, world):
    bare = services.create_organisation(by=world.admin, place=world.place, name="Bare House", kind="care_home")
    page = admin_page.get(new_client_of(bare)).content.decode()
    assert reverse("admin_new_team", args=[bare.id]) in page


# --- one client ---------------------------------------------------------------------------------------------------
def test_its_page_says_what_it_may_do_and_how_it_fares(admin_page, partner):
    ApiClient.objects.update(errors=12, last_error="422 illegal_transition", last_error_at=clock.now())
    page = admin_page.get(page_of(partner)).content.decode()
    for word in ("Millbrook Community Nursing", EVERY_SCOPE["plans.read"], "Agreement 7", "direct care"):
        assert word in page
    assert EVERY_SCOPE["plans.write"] not in page
    assert re.search(r"12\s+<span class=\"second\">Last .*: 422 illegal_transition", page)
    assert "Never" in page


def test_an_agreement_that_ends_soon_or_has_ended_is_said_with_the_way_on(admin_page, partner):
    for days, words_ in ((-1, "The agreement ended"), (20, "The agreement ends")):
        ApiClient.objects.update(agreement_ends_on=clock.today() + timedelta(days=days))
        page = admin_page.get(page_of(partner)).content.decode()
        assert words_ in page
        assert page_of(partner, "admin_change_client") in page
    assert "Ends soon" in admin_page.get("/admin/clients/").content.decode()
    ApiClient.objects.update(deactivated_at=clock.now())
    page = admin_page.get("/admin/clients/").content.decode()
    assert "Deactivated" in page
    assert "Ends soon" not in page


def test_a_change_holds_at_once_and_is_told(admin_page, world, partner):
    answer = admin_page.post(page_of(partner, "admin_change_client"), words(world, version=1))
    assert answer.headers["Location"] == page_of(partner)
    partner.refresh_from_db()
    assert (partner.name, partner.default_team, partner.version) == (
        "Night nursing system",
        world.highcross_nursing,
        2,
    )
    assert partner.client.get_scopes() == ["residents.read", "handovers.write"]
    assert told(partner) == ["client.created", "client.changed"]
    assert AuditEntry.objects.get(verb="client.changed").actor_id == world.admin.actor_id


def test_a_stale_form_shows_both_and_changes_nothing(admin_page, world, partner):
    address = page_of(partner, "admin_change_client")
    admin_page.post(address, words(world, name="First name", version=1))
    stale = admin_page.post(address, words(world, name="Second name", version=1))
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Somebody changed this while you were typing." in page
    assert "What it says now" in page
    assert 'value="Second name"' in page
    assert 'name="version" value="2"' in page
    assert ApiClient.objects.get().name == "First name"
    assert admin_page.post(address, words(world, name="Second name", version=2)).status_code == 302


def test_a_day_that_is_over_already_need_not_be_changed_with_the_rest(admin_page, world, partner):
    over = clock.today() - timedelta(days=1)
    ApiClient.objects.update(agreement_ends_on=over)
    kept = {f"agreement_ends_on_{part}": getattr(over, part) for part in ("day", "month", "year")}
    assert admin_page.post(page_of(partner, "admin_change_client"), words(world, version=1) | kept).status_code == 302


def test_script_in_a_name_is_only_text(admin_page, world):
    hostile = made_client(world, name="<script>alert(1)</script>")
    for address in ("/admin/clients/", page_of(hostile), page_of(hostile, "admin_deactivate_client")):
        assert "<script>alert(1)" not in admin_page.get(address).content.decode()


# --- secrets ------------------------------------------------------------------------------------------------------
def rotate(admin_page, partner, overlap, version):
    return admin_page.post(page_of(partner, "admin_rotate_secret"), {"overlap": overlap, "version": version})


def test_two_secrets_work_until_the_old_one_ends(admin_page, world):
    made = create_client(by=world.admin, organisation=world.community, facts=facts_of_client(world.nursing))
    partner = made.client
    answer = rotate(admin_page, partner, "7", 1)
    new = secret_on(answer)
    assert "The old secret works until" in answer.content.decode()
    assert [token_for(partner.client_id, secret).status_code for secret in (made.secret, new)] == [200, 200]
    assert "The old secret works until" in admin_page.get(page_of(partner)).content.decode()
    with clock.at(clock.now() + timedelta(days=8)):
        assert [token_for(partner.client_id, secret).status_code for secret in (made.secret, new)] == [401, 200]
        assert "The old secret works until" not in admin_page.get(page_of(partner)).content.decode()
    assert told(partner) == ["client.created", "client.secret_rotated"]


def test_a_secret_in_wrong_hands_ends_at_once_with_its_tokens(admin_page, world):
    made = create_client(by=world.admin, organisation=world.community, facts=facts_of_client(world.nursing))
    token = token_for(made.client.client_id, made.secret).json()["access_token"]
    answer = rotate(admin_page, made.client, "0", 1)
    assert "No other secret works." in answer.content.decode()
    assert token_for(made.client.client_id, made.secret).status_code == 401
    assert admin_page.get("/api/v1/residents/", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_page_sent_twice_makes_one_secret(admin_page, world, partner):
    new = secret_on(rotate(admin_page, partner, "7", 1))
    again = rotate(admin_page, partner, "7", 1)
    partner.client.refresh_from_db()
    assert again.status_code == 422
    assert "This client was changed since you opened this page." in again.content.decode()
    assert check_password(new, partner.client.secret)
    with pytest.raises(StaleVersion):
        rotate_secret(by=world.admin, client_id=partner.id, version=1)


def test_making_a_third_secret_warns_about_the_one_that_ends(admin_page, partner):
    address = page_of(partner, "admin_rotate_secret")
    assert "Two secrets work now." not in admin_page.get(address).content.decode()
    rotate(admin_page, partner, "30", 1)
    assert "The older of them stops at once when you make another." in admin_page.get(address).content.decode()


def test_the_overlap_can_be_ended_early_after_a_confirmation(admin_page, world):
    made = create_client(by=world.admin, organisation=world.community, facts=facts_of_client(world.nursing))
    rotate(admin_page, made.client, "30", 1)
    address = page_of(made.client, "admin_end_old_secret")
    assert admin_page.get(address).status_code == 200
    assert token_for(made.client.client_id, made.secret).status_code == 200
    assert [admin_page.post(address).status_code for _ in range(2)] == [302, 302]
    assert token_for(made.client.client_id, made.secret).status_code == 401
    assert told(made.client) == ["client.created", "client.secret_rotated", "client.old_secret_ended"]


@pytest.mark.parametrize("overlap", ["", "2", "-1", "99999999999999", "\0"])
def test_no_other_overlap_is_taken(admin_page, partner, overlap):
    assert rotate(admin_page, partner, overlap, 1).status_code == 422
    assert told(partner) == ["client.created"]


# --- shutting out -------------------------------------------------------------------------------------------------
def test_deactivating_asks_first_and_wants_a_reason(admin_page, partner):
    address = page_of(partner, "admin_deactivate_client")
    assert "It stops with its next request" in admin_page.get(address).content.decode()
    assert admin_page.post(address, {"reason": ""}).status_code == 422
    assert ApiClient.objects.get().deactivated_at is None


def test_a_deactivated_client_is_shut_out_until_it_is_reactivated(admin_page, world):
    made = create_client(by=world.admin, organisation=world.community, facts=facts_of_client(world.nursing))
    partner = made.client
    for _ in range(2):
        answer = admin_page.post(page_of(partner, "admin_deactivate_client"), {"reason": "Agreement withdrawn"})
        assert answer.headers["Location"] == page_of(partner)
    assert token_for(partner.client_id, made.secret).status_code == 401
    page = admin_page.get(page_of(partner)).content.decode()
    assert "It gets no token and opens nothing." in page
    assert page_of(partner, "admin_deactivate_client") not in page
    admin_page.post(page_of(partner, "admin_reactivate_client"), {"reason": "Signed again"})
    assert token_for(partner.client_id, made.secret).status_code == 200
    assert told(partner) == ["client.created", "client.deactivated", "client.reactivated"]
    reasons = AuditEntry.objects.filter(about_id=partner.id).exclude(reason="").values_list("verb", "reason")
    assert dict(reasons) == {"client.deactivated": "Agreement withdrawn", "client.reactivated": "Signed again"}


# --- who is told --------------------------------------------------------------------------------------------------
def test_the_privacy_officers_read_what_the_system_may_do(client, world):
    partner = made_client(world, world.ward, name="Ward record system")
    relay()
    alert = Alert.objects.get(kind="client.created", about_id=partner.id)
    assert alert.team.kind == TeamKind.PRIVACY
    team = Team.objects.get(organisation=alert.team.organisation, kind=TeamKind.PRIVACY)
    world.add_person("officer", team.organisation, Role.PRIVACY_OFFICER, [team])
    sign_in(client, world, "officer")
    page = client.get(reverse("alert_open", args=[alert.id]), follow=True).content.decode()
    for word in ("A partner system was let in", "Ward record system", "Ward 7", EVERY_SCOPE["residents.read"]):
        assert word in page
