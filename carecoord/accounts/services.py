"""Making and ending accounts. What a person may do comes from memberships, one floor up."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from carecoord import audit
from carecoord.accounts.models import User
from carecoord.errors import RuleError


@transaction.atomic
def create_person(
    *, by: audit.Actor, email: str, name: str, phone: str = "", password: str | None = None
) -> User:
    """An account for one person (IG-01). Without a password they set one through the reset page.

    Raises RuleError where the address has an account, ValidationError for a weak password.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise RuleError("This address has an account already.", field="email")
    user = User(email=email.strip().lower(), name=name, phone=phone)
    if password:
        validate_password(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record("person.created", by=by, about=("user", user.id))
    return user


@transaction.atomic
def create_service_account(*, by: audit.Actor, name: str) -> User:
    """A named account for something that acts by itself; nobody can sign in with it. One per name."""
    email = f"{name.lower().replace(' ', '-')}@service.invalid"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name, is_service=True)
        audit.record("service_account.created", by=by, about=("user", user.id))
    return user


@transaction.atomic
def deactivate_person(*, by: audit.Actor, user_id: UUID, reason: str) -> User:
    """End somebody's access everywhere, on their next request."""
    user = User.objects.select_for_update().get(id=user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("person.deactivated", by=by, about=("user", user.id), reason=reason)
    return user
