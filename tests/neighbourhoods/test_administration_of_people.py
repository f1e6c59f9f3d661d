"""Administrators give people roles, and take them away; privacy officers are told of each grant."""

import pytest
from django.core import mail
from django.test import Client

from carecoord.accounts.models import User
from carecoord.accounts.services import has_second_factor, set_up_totp
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.models import OutboxMessage
from neighbourhoods import gate, services
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Membership, Role
from tests.neighbourhoods.conftest import told
from tests.world import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_moment", "a_provider")]


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
