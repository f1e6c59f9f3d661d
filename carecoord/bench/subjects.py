"""Whom the requests of the benchmark are about, and as whom they are made: read as the owner before it begins."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from uuid import UUID

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q, QuerySet
from django.utils import timezone

from carecoord.accounts import sessions
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.bench.large_plans import LargePlan, large_plans
from carecoord.bench.place import CARE, THERAPY, find_place, nurse, partners
from neighbourhoods.middleware import ACTING_AS
from neighbourhoods.models import CaseloadEntry, Membership, Service
from referrals.models import Referral

# Names and numbers are taken in turn, so that no answer is the one before.
SEVERAL = 200


@dataclass(frozen=True)
class Person:
    resident_id: UUID
    nhs_number: str
    phone: str
    family_name: str


@dataclass(frozen=True)
class Subjects:
    """`unasked` are residents of the measured team and services of which nothing is asked for them yet."""

    team_id: UUID
    people: Sequence[Person]
    unasked: Sequence[tuple[UUID, UUID]]
    inbox: Sequence[UUID]
    tokens: Sequence[str]
    session_cookie: str
    large_plans: Sequence[LargePlan]


def subjects() -> Subjects:
    place = find_place()
    assert place is not None
    mine = CaseloadEntry.objects.filter(team=place.nursing, ended_at=None).order_by("id")
    known = mine.filter(resident__nhs_number__isnull=False).select_related("resident")[:SEVERAL]
    people = [
        Person(one.id, str(one.nhs_number), one.phone, one.sort_name.split(",")[0])
        for one in (entry.resident for entry in known)
    ]
    return Subjects(
        team_id=place.nursing.id,
        people=people,
        unasked=_unasked(mine),
        inbox=list(
            Referral.objects.filter(to_team=place.nursing, accountable_team__isnull=False)
            .order_by("id")
            .values_list("id", flat=True)[:SEVERAL]
        ),
        tokens=[_token(client.client) for client in partners()],
        session_cookie=_signed_in(),
        large_plans=large_plans(place.nursing),
    )


def _unasked(mine: QuerySet[CaseloadEntry]) -> list[tuple[UUID, UUID]]:
    places = Q(team__name__startswith=CARE) | Q(team__name__startswith=THERAPY)
    services = Service.objects.filter(places).order_by("name").values_list("id", flat=True)
    residents = list(mine.values_list("resident_id", flat=True))
    asked = set(Referral.objects.filter(resident_id__in=residents).values_list("resident_id", "service_id"))
    pairs = ((resident, service) for service in services for resident in residents)
    return [pair for pair in pairs if pair not in asked]


def _token(client: object) -> str:
    """As the token endpoint makes them, without its limit on attempts."""
    word = secrets.token_urlsafe(32)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=client,
        hash=hashlib.sha256(word.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(hours=12),
    )
    token.set_scopes(list(EVERY_SCOPE))
    token.save()
    return word


def _signed_in() -> str:
    """A session of the first nurse of the measured team, past both factors."""
    user = nurse()
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[ACTING_AS] = str(Membership.objects.get(user=user).id)
    store[sessions.SECOND_FACTOR] = True
    sessions.begin(store)
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
