"""Administrators link an account to a subject at the identity provider; it is as grave as a role."""

import pytest
from django.utils import timezone

from carecoord import clock
from carecoord.accounts.models import LinkedSignIn
from carecoord.alerts.privacy import PrivacyFacts
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox import Event
from carecoord.outbox.models import OutboxMessage
from carecoord.wiring import TOLD_TO_PRIVACY_OFFICERS
from neighbourhoods import services
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role, Team, TeamKind
from tests.world import sign_in

pytestmark = pytest.mark.django_db
ISSUER = "https://login.example.org/realm"


@pytest.fixture(autouse=True)
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture(autouse=True)
def a_provider(settings):
    settings.OIDC_NAME, settings.OIDC_ISSUER = "Test Identity", ISSUER
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "us", "word"


@pytest.fixture
def nurse_page(world):
    return f"/admin/people/{world.nurse.actor_id}/"


@pytest.fixture
def admin_page(signed_in):
    return signed_in("admin")


def told():
    return [
        (message.topic, str(message.about_id), message.payload["organisation_id"])
        for message in OutboxMessage.objects.filter(topic__startswith="sign_in.").order_by("id")
    ]


def test_an_account_is_linked_audited_and_told(admin_page, nurse_page, world):
    assert "Link to Test Identity" in admin_page.get(nurse_page).content.decode()
    assert ISSUER in admin_page.get(f"{nurse_page}link/").content.decode().replace("<wbr>", "")
    answer = admin_page.post(f"{nurse_page}link/", {"subject": " U-7 "})
    assert answer.headers["Location"] == nurse_page
    link = LinkedSignIn.objects.get()
    assert (link.user_id, link.issuer, link.subject) == (world.nurse.actor_id, ISSUER, "U-7")
    entry = AuditEntry.objects.get(verb="sign_in.linked")
    assert (entry.actor_id, entry.about_id) == (world.admin.actor_id, world.nurse.actor_id)
    assert entry.detail == {"link": str(link.id)}
    assert told() == [("sign_in.linked", str(world.nurse.actor_id), str(world.community.id))]
    page = admin_page.get(nurse_page).content.decode()
    assert "Linked to U-7" in page
    assert "Unlink from Test Identity" in page


def test_it_is_unlinked_with_a_reason_and_every_sign_in_ends(admin_page, nurse_page, world, django_user_model):
    services.link_sign_in(by=world.admin, user_id=world.nurse.actor_id, issuer=ISSUER, subject="U-7")
    before = django_user_model.objects.get(id=world.nurse.actor_id).sign_in_round
    assert admin_page.post(f"{nurse_page}unlink/", {"reason": ""}).status_code == 422
    assert LinkedSignIn.objects.filter(ended_at=None).exists()
    admin_page.post(f"{nurse_page}unlink/", {"reason": "Left the trust"})
    assert not LinkedSignIn.objects.filter(ended_at=None).exists()
    assert django_user_model.objects.get(id=world.nurse.actor_id).sign_in_round == before + 1
    assert AuditEntry.objects.get(verb="sign_in.unlinked").reason == "Left the trust"
    assert [topic for topic, _, _ in told()] == ["sign_in.linked", "sign_in.unlinked"]
    admin_page.post(f"{nurse_page}link/", {"subject": "U-7"})
    assert LinkedSignIn.objects.filter(ended_at=None, subject="U-7").count() == 1


def test_every_organisation_of_a_person_is_told(world):
    services.create_membership(
        by=world.admin,
        user_id=world.nurse.actor_id,
        organisation=world.charity,
        role=Role.LINK_WORKER,
        teams=[world.carers],
    )
    services.link_sign_in(by=world.admin, user_id=world.nurse.actor_id, issuer=ISSUER, subject="U-7")
    assert {organisation for _, _, organisation in told()} == {str(world.community.id), str(world.charity.id)}


@pytest.mark.parametrize("topic", ["sign_in.linked", "sign_in.unlinked"])
def test_privacy_officers_are_alerted(world, topic):
    assert topic in TOLD_TO_PRIVACY_OFFICERS
    services.link_sign_in(by=world.admin, user_id=world.nurse.actor_id, issuer=ISSUER, subject="U-7")
    message = OutboxMessage.objects.get(topic="sign_in.linked")
    event = Event(message.id, topic, message.about_type, message.about_id, message.created_at, message.payload)
    facts = PrivacyFacts(topic)(event)
    assert facts.team_id == Team.objects.get(organisation=world.community, kind=TeamKind.PRIVACY).id
    assert facts.resident_id is None


def test_a_subject_of_somebody_else_is_refused_with_a_sentence(admin_page, nurse_page, world):
    services.link_sign_in(by=world.admin, user_id=world.lead.actor_id, issuer=ISSUER, subject="U-7")
    answer = admin_page.post(f"{nurse_page}link/", {"subject": "U-7"})
    assert answer.status_code == 422
    assert "This subject is linked to an account already." in answer.content.decode()
    assert LinkedSignIn.objects.count() == 1


@pytest.mark.parametrize("subject", ["", "x" * 256, "nul\x00"])
def test_what_is_no_subject(admin_page, nurse_page, subject):
    assert admin_page.post(f"{nurse_page}link/", {"subject": subject}).status_code == 422
    assert not LinkedSignIn.objects.exists()


def test_nobody_links_their_own_account_or_one_that_is_not_all_theirs(client, world):
    own = world.add_person(
        "community_admin",
        world.community,
        Role.ADMINISTRATOR,
        [Team.objects.get(organisation=world.community, kind=TeamKind.ADMINISTRATION)],
    )
    with pytest.raises(RuleError):
        services.link_sign_in(by=own, user_id=own.actor_id, issuer=ISSUER, subject="U-7")
    for by, user_id in ((own, world.gp.actor_id), (world.nurse, world.lead.actor_id)):
        with acting_as(by), pytest.raises(NotYours):
            services.link_sign_in(by=by, user_id=user_id, issuer=ISSUER, subject="U-7")
        with acting_as(by), pytest.raises(NotYours):
            services.unlink_sign_in(by=by, user_id=user_id, issuer=ISSUER, reason="x")
    sign_in(client, world, "community_admin")
    assert client.post(f"/admin/people/{world.gp.actor_id}/link/", {"subject": "U-7"}).status_code == 404
    assert not LinkedSignIn.objects.exists()
    assert told() == []


def test_without_a_provider_there_is_nothing_to_link(admin_page, nurse_page, settings):
    settings.OIDC_ISSUER = ""
    assert admin_page.get(f"{nurse_page}link/").status_code == 404
    assert "Test Identity" not in admin_page.get(nurse_page).content.decode()
