"""How a new person gets their password: a link that works once, by email, or handed over where there is no email."""

import logging
from datetime import datetime, timedelta
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction

from carecoord import clock
from carecoord.accounts.models import User

log = logging.getLogger(__name__)

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_BACKEND != NO_MAIL)


def invitation_link(user: User) -> str:
    """An address to set a password at. It works once, and for PASSWORD_RESET_TIMEOUT seconds."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return str(get_adapter().get_reset_password_from_key_url(key))


def invitation_ends_at() -> datetime:
    return clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def invite(user: User) -> None:
    """Mail the link once the account is really there: nothing is sent from inside a transaction."""
    transaction.on_commit(partial(_send, user), robust=True)


def _send(user: User) -> None:
    days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
    get_adapter().send_mail("account/email/invitation", user.email, {"link": invitation_link(user), "days": days})
