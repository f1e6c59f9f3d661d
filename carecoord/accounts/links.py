"""Whose account an identity provider's subject opens. Linked and unlinked by administrators, one floor up."""

from uuid import UUID

from django.db import IntegrityError, transaction

from carecoord import audit, clock
from carecoord.accounts.models import LinkedSignIn, User
from carecoord.accounts.services import end_sign_ins
from carecoord.errors import RuleError

TAKEN = "This subject is linked to an account already. Unlink it there first."


def linked_user(*, issuer: str, subject: str) -> User | None:
    link = LinkedSignIn.objects.select_related("user").filter(issuer=issuer, subject=subject, ended_at=None).first()
    return link.user if link else None


def link_of(user: User, issuer: str) -> LinkedSignIn | None:
    return LinkedSignIn.objects.filter(user=user, issuer=issuer, ended_at=None).first()


@transaction.atomic
def link_sign_in(*, by: audit.Actor, user_id: UUID, issuer: str, subject: str) -> LinkedSignIn:
    """From now on whoever the provider calls `subject` signs in to this account. Subjects differ by every letter.

    Raises RuleError where the account is linked, or the subject is somebody else's.
    """
    user = User.objects.select_for_update().get(id=user_id)
    if user.is_service:
        raise RuleError("Nobody signs in with a service account.")
    if link_of(user, issuer):
        raise RuleError("This account is linked already. Unlink it first.")
    link = LinkedSignIn(user=user, issuer=issuer, subject=subject)
    link.clean_fields()
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError:
        raise RuleError(TAKEN, field="subject") from None
    audit.record("sign_in.linked", by=by, about=("user", user.id), link=link.id)
    return link


@transaction.atomic
def unlink_sign_in(*, by: audit.Actor, user_id: UUID, issuer: str, reason: str) -> User:
    """The subject opens nothing any more, and every sign-in of the account ends on its next request."""
    user = User.objects.select_for_update().get(id=user_id)
    link = link_of(user, issuer)
    if link:
        link.ended_at = clock.now()
        link.save(update_fields=["ended_at"])
        end_sign_ins(user)
        audit.record("sign_in.unlinked", by=by, about=("user", user.id), reason=reason, link=link.id)
    return user
