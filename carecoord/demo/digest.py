"""One number for all content of the place: the same seed and day give the same, whatever ids chance has given.

Every column of every table counts, except ids, random ones and numbers that the database counts up (a row is known by
what it says), references of referrals and alerts, which are drawn at random, and secrets. A column that names another
row counts as what that row says.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

# In the order in which one says who another is: what a row names stands before it.
TABLES = (
    "accounts.User",
    "account.EmailAddress",
    "delivery.Mobile",
    "alerts.MessageHours",
    "neighbourhoods.Place",
    "neighbourhoods.Neighbourhood",
    "neighbourhoods.Area",
    "neighbourhoods.Postcode",
    "neighbourhoods.Organisation",
    "neighbourhoods.Team",
    "neighbourhoods.Service",
    "neighbourhoods.Membership",
    "neighbourhoods.MembershipTeam",
    "allauth_idp_oidc.Client",
    "neighbourhoods.ApiClient",
    "neighbourhoods.ApiClient_teams",
    "neighbourhoods.Resident",
    "neighbourhoods.ResidentDetail",
    "neighbourhoods.Merge",
    "neighbourhoods.SharingDecision",
    "neighbourhoods.DutyTurn",
    "neighbourhoods.Absence",
    "neighbourhoods.ResidentImport",
    "neighbourhoods.ResidentImportRow",
    "neighbourhoods.Contact",
    "neighbourhoods.Proxy",
    "neighbourhoods.ResidentMessage",
    "neighbourhoods.Entry",
    "neighbourhoods.Stay",
    "neighbourhoods.CarePackage",
    "neighbourhoods.CaseloadEntry",
    "neighbourhoods.Encounter",
    "careplans.CarePlan",
    "careplans.PlanSection",
    "careplans.SectionVersion",
    "careplans.Goal",
    "careplans.StageGoal",
    "careplans.GoalOutcome",
    "careplans.PlanReview",
    "careplans.AdditionalPlan",
    "careplans.Action",
    "referrals.Referral",
    "referrals.ReferralEvent",
    "referrals.Handover",
    "referrals.HandoverItem",
    "referrals.HandoverConcern",
    "referrals.HandoverNeedMark",
    "neighbourhoods.Relationship",
    "neighbourhoods.EmergencyAccess",
    "privacy.PrivacyReview",
    "outbox.OutboxMessage",
    "alerts.AlertRule",
    "alerts.Alert",
    "alerts.AlertRung",
    "alerts.AlertRecipient",
    "delivery.Delivery",
    "audit.AuditEntry",
    "audit.PastRow",
    "neighbourhoods.MergeChange",
)
# Made by migrations, or secrets.
NO_CONTENT = frozenset(
    {
        "auth.Permission",
        "contenttypes.ContentType",
        "mfa.Authenticator",
        "neighbourhoods.Code",
        "neighbourhoods.CodeList",
        "neighbourhoods.Seal",
    }
)
# By the clock on the wall, and what the provider keeps for itself.
OF_THE_PROVIDER = {"allauth_idp_oidc.Client": frozenset({"created_at", "data"})}
LEFT_OUT = frozenset({"password", "secret", "last_login", "date_joined", "reference"})
REFERENCE = re.compile(r"\b[A-Z]{2,3}-\d{4,8}\b")
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def digest() -> str:
    """Of what is stored now. The order in which rows were written, and their ids, do not matter."""
    known: dict[str, str] = {}
    whole = hashlib.sha256()
    for label in TABLES:
        whole.update(f"{label} {_of_table(apps.get_model(label), known)}\n".encode())
    return whole.hexdigest()[:32]


def _of_table(model: type[models.Model], known: dict[str, str]) -> str:
    key = model._meta.pk.attname
    left_out = LEFT_OUT | OF_THE_PROVIDER.get(model._meta.label, frozenset())
    fields = [field for field in model._meta.concrete_fields if field.name not in left_out]
    # A sequence goes on counting where a load was taken back: such a number says nothing about its row.
    names = [field.attname for field in fields if not isinstance(field, models.AutoField)]
    says: Counter[str] = Counter()
    for row in _rows(model, [*names, key]):
        told = {name: _plain(row[name], known) for name in names if name != key or not isinstance(row[key], UUID)}
        said = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
        if isinstance(row[key], UUID):
            known[str(row[key])] = said
        says[said] += 1
    return hashlib.sha256(json.dumps(sorted(says.items())).encode()).hexdigest()


def _rows(model: type[models.Model], names: list[str]) -> Iterator[dict[str, Any]]:
    """Earlier rows first, so that a referral that replaces another is read after it."""
    manager = model._default_manager
    has_moment = any(field.name == "created_at" for field in model._meta.concrete_fields)
    ordered = manager.order_by("created_at", "pk") if has_moment else manager.order_by("pk")
    return iter(ordered.values(*dict.fromkeys(names)))


def _plain(value: Any, known: dict[str, str]) -> Any:
    match value:
        case UUID():
            return known.get(str(value), "another")
        case datetime():
            return value.isoformat()
        case dict():
            return {_plain(name, known): _plain(inner, known) for name, inner in value.items()}
        case list() | tuple():
            plain = [_plain(inner, known) for inner in value]
            # Ids are drawn at random, and so is an order by them; what people have said stays as they said it.
            return sorted(plain) if all(_is_id(inner) for inner in value) else plain
        case str():
            return _without_ids(value, known) if "-" in value else value
        case int() | float() | bool() | None:
            return value
    return str(value)


def _is_id(value: Any) -> bool:
    return isinstance(value, UUID) or (isinstance(value, str) and bool(IDENTIFIER.fullmatch(value)))


def _without_ids(text: str, known: dict[str, str]) -> str:
    named: Callable[[re.Match[str]], str] = lambda found: known.get(found[0], "another")  # noqa: E731
    return REFERENCE.sub("reference", IDENTIFIER.sub(named, text))
