"""Whom an identity provider signs in to whose account: as grave as a role, so audited and told like one."""

from uuid import UUID

from django.db import transaction

from carecoord import outbox
from carecoord.accounts import links
from carecoord.accounts.models import LinkedSignIn, User
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal
from neighbourhoods.services.memberships import require_whole_person


@transaction.atomic
def link_sign_in(*, by: Principal, user_id: UUID, issuer: str, subject: str) -> LinkedSignIn:
    """Let whoever `issuer` calls `subject` sign in to this account. Told to the person's privacy officers.

    Raises RuleError for one's own account, an account that is linked, or a subject that is taken.
    """
    require_whole_person(by, user_id)
    link = links.link_sign_in(by=by, user_id=user_id, issuer=issuer, subject=subject)
    _tell("sign_in.linked", user_id)
    return link


@transaction.atomic
def unlink_sign_in(*, by: Principal, user_id: UUID, issuer: str, reason: str) -> User:
    """End it, and every sign-in of the account with it. Told to the person's privacy officers."""
    require_whole_person(by, user_id)
    user = links.unlink_sign_in(by=by, user_id=user_id, issuer=issuer, reason=reason)
    _tell("sign_in.unlinked", user_id)
    return user


def _tell(topic: str, user_id: UUID) -> None:
    """Everywhere they work: whoever signs in to this account acts in each of its roles."""
    roles = Membership.objects.open_now().filter(user_id=user_id)
    for organisation_id in sorted(set(roles.values_list("organisation_id", flat=True))):
        outbox.publish(topic, about=("user", user_id), organisation_id=organisation_id)
