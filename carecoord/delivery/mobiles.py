"""A person's mobile number: said by themselves, confirmed by a code that went to it, taken away."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from carecoord import audit, clock
from carecoord.accounts.models import User
from carecoord.delivery.models import Delivery, Mobile
from carecoord.delivery.services import asked_to_send
from carecoord.errors import RuleError
from carecoord.prepared import add

CODE_LASTS = timedelta(minutes=10)
MOST_WRONG_CODES = 5
MOST_CODES, CODES_COUNT_FOR = 5, timedelta(hours=1)
WRITTEN = re.compile(r"(?:\+?44|0044|0)(7\d{9})")
CODE = "mobile"


def clean_mobile(typed: str) -> str:
    """`07700 900123` as `+447700900123`. Raises RuleError for what is no mobile number of the United Kingdom."""
    found = WRITTEN.fullmatch(re.sub(r"[\s().-]", "", typed).replace("+440", "+44"))
    if found is None:
        raise RuleError("Enter a UK mobile number, such as 07700 900 123.", field="number")
    return f"+44{found[1]}"


def as_written(number: str) -> str:
    """`+447700900123` as people write it: `07700 900 123`."""
    return f"0{number[3:7]} {number[7:10]} {number[10:]}"


def mobile_of(user: User) -> Mobile | None:
    """None where there is no number, confirmed or not."""
    return Mobile.objects.filter(user_id=user.id).exclude(number="").first()


@transaction.atomic
def say_mobile(*, by: audit.Actor, user: User, number: str) -> Mobile:
    """Keep this number and text a code to it; nothing else goes there until the code was typed.

    Raises RuleError for a wrong number, and for more codes than MOST_CODES in an hour.
    """
    cleaned, now = clean_mobile(number), clock.now()
    Mobile.objects.get_or_create(user=user, defaults={"code_sent_at": now - CODES_COUNT_FOR})
    mobile = Mobile.objects.select_for_update().get(user=user)
    codes = 0 if mobile.code_sent_at <= now - CODES_COUNT_FOR else mobile.codes_sent
    if codes >= MOST_CODES:
        raise RuleError("Too many codes were sent. Wait an hour, then ask for another.", field="number")
    mobile.number, mobile.code_sent_at, mobile.codes_sent = cleaned, now, codes + 1
    mobile.wrong_codes, mobile.confirmed_at = 0, None
    mobile.save()
    message = asked_to_send(
        recipients=[user.id],
        cause=f"mobile:{user.id}:{now.isoformat()}",
        about=(CODE, user.id),
        subject="CareCoord: your code",
        line="Your code",
        path="/",
        channel=Delivery.Channel.SMS,
    )
    add(message)
    audit.record("mobile.said", by=by, about=("user", user.id))
    return mobile


def confirm_mobile(*, by: audit.Actor, user: User, code: str) -> Mobile:
    """The code has come: urgent alerts are texted from now on. Confirming twice changes nothing.

    A wrong code counts, whatever else fails. Raises RuleError for one that is wrong or good no longer.
    """
    with transaction.atomic():
        mobile = Mobile.objects.select_for_update().filter(user=user).exclude(number="").first()
        if mobile is None:
            raise RuleError("Enter your mobile number first.", field="number")
        if mobile.confirmed_at:
            return mobile
        if clock.now() > mobile.code_sent_at + CODE_LASTS or mobile.wrong_codes >= MOST_WRONG_CODES:
            raise RuleError("This code is good no longer. Ask for another.", field="code")
        is_right = constant_time_compare(code_of(mobile), "".join(code.split()))
        if is_right:
            mobile.confirmed_at, mobile.codes_sent = clock.now(), 0
            audit.record("mobile.confirmed", by=by, about=("user", user.id))
        else:
            mobile.wrong_codes += 1
        mobile.save()
    if not is_right:
        raise RuleError("This is not the code. Type the six digits of the last text.", field="code")
    return mobile


@transaction.atomic
def take_mobile_away(*, by: audit.Actor, user: User) -> None:
    """Nothing is texted to them any more. Twice changes nothing."""
    mobile = Mobile.objects.select_for_update().filter(user=user).exclude(number="").first()
    if mobile:
        mobile.number, mobile.confirmed_at = "", None
        mobile.save()
        audit.record("mobile.taken_away", by=by, about=("user", user.id))


def code_of(mobile: Mobile) -> str:
    """The six digits that were texted last: kept nowhere, and other ones with each number and each text."""
    said = f"{mobile.user_id}:{mobile.number}:{mobile.code_sent_at.isoformat()}"
    digest = salted_hmac("carecoord.delivery.mobiles", said, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"
