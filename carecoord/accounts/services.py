"""Making and ending accounts. What a person may do comes from memberships, one floor up."""

from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import F

from carecoord import audit
from carecoord.accounts.models import User
from carecoord.errors import RuleError

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@transaction.atomic
def create_person(*, by: audit.Actor, email: str, name: str, phone: str = "", password: str | None = None) -> User:
    """An account for one person (IG-01). Without a password they set one through the reset page.

    Raises RuleError where the address has an account, ValidationError for a weak password or a wrong address.
    """
    user = User(email=email.strip().lower(), name=name.strip(), phone=phone.strip())
    if User.objects.filter(email__iexact=user.email).exists():
        raise RuleError("This address has an account already.", field="email")
    user.clean_fields(exclude={"password"})
    if password:
        validate_password(password, user)
    user.set_password(password)
    _insert(user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record("person.created", by=by, about=("user", user.id))
    return user


def _insert(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:  # somebody else made it since we looked
        raise RuleError("This address has an account already.", field="email") from None


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
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sign_ins(user)  # one that outlived a closed account must not come back when it is opened again
        audit.record("person.deactivated", by=by, about=("user", user.id), reason=reason)
    return user


@transaction.atomic
def reactivate_person(*, by: audit.Actor, user_id: UUID, reason: str) -> User:
    """Open a closed account again, with the memberships that are still open."""
    user = User.objects.select_for_update().get(id=user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record("person.reactivated", by=by, about=("user", user.id), reason=reason)
    return user


@transaction.atomic
def set_up_totp(user: User, secret: str) -> None:
    """Give an account this second factor, a base32 secret, as if its owner had set up an app with it. Repeatable."""
    Authenticator.objects.update_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": get_adapter().encrypt(secret)}},
    )


@transaction.atomic
def remove_second_factor(*, by: audit.Actor, user_id: UUID, reason: str) -> User:
    """For somebody who lost their phone and their codes: the next sign-in sets up a new one. Every other one ends."""
    user = User.objects.select_for_update().get(id=user_id)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    end_sign_ins(user)
    if removed:
        audit.record("second_factor.removed", by=by, about=("user", user.id), reason=reason)
    return user


@transaction.atomic
def end_sign_ins(user: User) -> None:
    """Sign somebody out in every browser, on their next request there. A new password does so by itself."""
    User.objects.filter(id=user.id).update(sign_in_round=F("sign_in_round") + 1)
    user.refresh_from_db(fields=["sign_in_round"])


@transaction.atomic
def share_password(*, by: audit.Actor, user_ids: Iterable[UUID], password: str) -> None:
    """Give several accounts one password, hashed once: for demonstrations. How strong it must be is the caller's."""
    encoded = make_password(password)
    for user in User.objects.select_for_update().filter(id__in=list(user_ids)):
        user.password = encoded
        user.save(update_fields=["password"])
        audit.record("password.set", by=by, about=("user", user.id))


def has_second_factor(user: User) -> bool:
    """Whether they have an app or a passkey; recovery codes only stand in for one."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def count_passkeys(user: User) -> int:
    return int(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count())


def has_app(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())
