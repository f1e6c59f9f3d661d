"""Which scope each path and method needs: the one table. A test walks every address and finds it here."""

import re
from collections.abc import Mapping
from functools import cache

Methods = Mapping[str, str]


def _read_and_write(kind: str) -> Methods:
    return {"GET": f"{kind}.read", "POST": f"{kind}.write"}


def _one(kind: str) -> Methods:
    return {"GET": f"{kind}.read", "PATCH": f"{kind}.write"}


def _move(kind: str) -> Methods:
    return {"POST": f"{kind}.write"}


def _moves(kind: str, path: str, verbs: str) -> Mapping[str, Methods]:
    return {f"{path}{verb}/": _move(kind) for verb in verbs.split()}


REFERRAL_VERBS = """
    send receive claim accept undo-acceptance request-information reply decline redirect reroute start hold resume
    complete fail cancel amend acknowledge-outcome enter-in-error
"""
HANDOVER_VERBS = "offer accept decline withdraw close end-cover enter-in-error"
PROXY_VERBS = "activate reject end enter-in-error review"
STAY_VERBS = "discharge meet-assessment meet-plan enter-in-error"
PACKAGE_VERBS = "arrange start suspend restart end"
DIRECTORY = {"GET": "directory.read"}

SCOPES: Mapping[str, Methods] = {
    "/residents/": _read_and_write("residents"),
    "/residents/claim/": {"POST": "residents.claim"},
    "/residents/{resident_id}/": _one("residents"),
    "/residents/{resident_id}/timeline/": {"GET": "residents.read"},
    "/contacts/": _read_and_write("contacts"),
    "/contacts/{contact_id}/": _one("contacts"),
    "/people/": _read_and_write("people"),
    "/people/{person_id}/": _one("people"),
    "/people/{person_id}/end/": _move("people"),
    "/proxies/": _read_and_write("people"),
    "/proxies/{proxy_id}/": {"GET": "people.read"},
    **_moves("people", "/proxies/{proxy_id}/", PROXY_VERBS),
    "/stays/": _read_and_write("care"),
    "/stays/{stay_id}/": _one("care"),
    **_moves("care", "/stays/{stay_id}/", STAY_VERBS),
    "/care-packages/": _read_and_write("care"),
    "/care-packages/{package_id}/": _one("care"),
    **_moves("care", "/care-packages/{package_id}/", PACKAGE_VERBS),
    "/organisations/": DIRECTORY,
    "/organisations/{organisation_id}/": DIRECTORY,
    "/neighbourhoods/": DIRECTORY,
    "/neighbourhoods/{neighbourhood_id}/": DIRECTORY,
    "/teams/": DIRECTORY,
    "/teams/{team_id}/": DIRECTORY,
    "/teams/{team_id}/caseload/": {"GET": "caseloads.read"},
    "/services/": DIRECTORY,
    "/services/{service_id}/": DIRECTORY,
    "/care-plans/": _read_and_write("plans"),
    "/care-plans/{plan_id}/": _one("plans"),
    "/care-plans/{plan_id}/sections/{key}/": _one("plans"),
    "/care-plans/{plan_id}/attachments/": _read_and_write("plans"),
    "/attachments/{attachment_id}/": {"GET": "plans.read"},
    "/attachments/{attachment_id}/content/": {"GET": "plans.read"},
    "/care-plans/{plan_id}/goals/": _read_and_write("plans"),
    "/care-plans/{plan_id}/needs/": _read_and_write("plans"),
    "/needs/{need_id}/": _one("plans"),
    "/care-plans/{plan_id}/options/": _read_and_write("plans"),
    "/options/{option_id}/": _one("plans"),
    "/care-plans/{plan_id}/sections/{key}/versions/": {"GET": "plans.read"},
    "/section-versions/{version_id}/": {"GET": "plans.read"},
    "/section-versions/{version_id}/enter-in-error/": _move("plans"),
    "/care-plans/{plan_id}/set-aside/": {"GET": "plans.read"},
    "/care-plans/{plan_id}/reviews/": _read_and_write("plans"),
    "/plan-reviews/{review_id}/": {"GET": "plans.read"},
    "/care-plans/{plan_id}/additional-plans/": _read_and_write("plans"),
    "/additional-plans/{additional_id}/": _one("plans"),
    "/additional-plans/{additional_id}/enter-in-error/": _move("plans"),
    "/goals/{goal_id}/": _one("plans"),
    "/goals/{goal_id}/stage-goals/": _read_and_write("plans"),
    "/stage-goals/{stage_id}/": _one("plans"),
    "/goals/{goal_id}/outcomes/": _read_and_write("plans"),
    "/goal-outcomes/{outcome_id}/": {"GET": "plans.read"},
    "/residents/{resident_id}/measures/": {"GET": "plans.read"},
    "/goal-outcomes/{outcome_id}/enter-in-error/": _move("plans"),
    "/actions/": _read_and_write("plans"),
    "/actions/{action_id}/": _one("plans"),
    "/actions/{action_id}/doubles/": _read_and_write("plans"),
    "/actions/{action_id}/complete/": _move("plans"),
    "/referrals/": _read_and_write("referrals"),
    "/referrals/{referral_id}/": _one("referrals"),
    **_moves("referrals", "/referrals/{referral_id}/", REFERRAL_VERBS),
    "/handovers/": _read_and_write("handovers"),
    "/handovers/{handover_id}/": _one("handovers"),
    **_moves("handovers", "/handovers/{handover_id}/", HANDOVER_VERBS),
    "/fhir/R4/$process-message": _move("handovers"),
    "/alerts/": {"GET": "alerts.read"},
    "/alerts/{alert_id}/": {"GET": "alerts.read"},
    "/alerts/{alert_id}/acknowledge/": _move("alerts"),
    "/changes/": {"GET": "changes.read"},
    "/webhooks/": {"GET": "webhooks.manage", "POST": "webhooks.manage"},
    "/webhooks/{webhook_id}/": {"GET": "webhooks.manage", "PATCH": "webhooks.manage", "DELETE": "webhooks.manage"},
    "/webhooks/{webhook_id}/deliveries/": {"GET": "webhooks.manage"},
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/resend/": {"POST": "webhooks.manage"},
}

# In the order in which an administrator reads them.
EVERY_SCOPE: Mapping[str, str] = {
    "residents.read": "Read residents in relationship, and their timeline",
    "residents.write": "Register residents and change what is known about them",
    "residents.claim": "Open the record of somebody known by number and birth date",
    "contacts.read": "Read visits, calls and notes",
    "contacts.write": "Write visits, calls and notes",
    "people.read": "Read the people around residents, and who acts for them",
    "people.write": "Write down the people around residents, and who acts for them",
    "care.read": "Read stays and care packages",
    "care.write": "Write stays and care packages",
    "plans.read": "Read care plans, goals and actions",
    "plans.write": "Write care plans, goals and actions",
    "referrals.read": "Read referrals",
    "referrals.write": "Send and answer referrals",
    "handovers.read": "Read handovers",
    "handovers.write": "Offer and answer handovers",
    "alerts.read": "Read alerts",
    "alerts.write": "Acknowledge alerts",
    "caseloads.read": "Read caseloads of its teams",
    "directory.read": "Read organisations, neighbourhoods, teams and services",
    "directory.write": "Change the directory",
    "changes.read": "Read the change feed",
    "webhooks.manage": "Set up webhooks and see their deliveries",
}

# Known, and kept by whoever holds them, but there is nothing yet that they open.
NOT_YET = frozenset({"directory.write", "changes.read", "webhooks.manage"})
OFFERED: Mapping[str, str] = {scope: words for scope, words in EVERY_SCOPE.items() if scope not in NOT_YET}

_PREFIX = "/api/v1"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def template_of(route: str) -> str:
    """`api/v1/residents/<uuid:resident_id>/` as the table names it: `/residents/{resident_id}/`."""
    return _PARAMETER.sub(r"{\1}", f"/{route.lstrip('/')}".removeprefix(_PREFIX))


def scope_of(route: str, method: str) -> str | None:
    """The scope for a route of the URLconf; None where the path has no such method."""
    return SCOPES.get(template_of(route), {}).get("GET" if method == "HEAD" else method)
