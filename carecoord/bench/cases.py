"""What is measured, against which floor, and how far it may be from it (shared goals: must and aim)."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from math import inf
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings

from carecoord.bench.large_plans import WRITTEN, WRITTEN_BY_API
from carecoord.bench.subjects import Person, Subjects
from carecoord.ids import new_id

API = "/api/v1"
CSRF = "measuring" * 3 + "Token"


@dataclass(frozen=True)
class Ask:
    """One request. `status` is what it must be answered with, else nothing was measured."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: int = 200


@dataclass(frozen=True)
class Answer:
    """Names of headers are in small letters."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """`must` and `aim` are multiples of `of`, a floor or, for pages, the API's own case; infinite where there is no
    goal."""

    name: str
    of: str
    must: float
    aim: float
    statements: float
    asks: Callable[[], Sequence[Ask]]
    follow: Callable[[Answer], Sequence[Ask]] | None = None


@dataclass(frozen=True)
class Floor:
    name: str
    asks: Callable[[], Sequence[Ask]]


RAW_AUDIT, RAW_ONE, RAW_SEARCH, RAW_LOOK_UP, INSERT3 = "raw-audit", "raw-one", "raw-search", "raw-look-up", "insert3"
CASELOAD, RESIDENTS, SEARCH = "caseload, API", "residents, API", "search by name, API"
NUMBER, PHONE = "NHS number, API", "phone, API"
DETAIL, INBOX, TIMELINE = "resident with plan, API", "referral inbox, API", "timeline, API"
LARGE_PLAN, SAVE_SECTION = "open a plan of 60 items, API", "save a section of it, API"
WRITE, WRITE_THEN_SEND = "write a referral (draft), API", "write a referral, then send it, API"
REASON = "Unsteady since the winter. Lives alone."
RECORD, MY_DAY = "resident, page", "my day, page"
GUARDED = (CASELOAD, SEARCH, DETAIL, WRITE, RECORD, "timeline, page", MY_DAY)
"""What is asked with row-level security and without it."""
WHOLE = "page_size=100"
Pairs = Iterator[tuple[UUID, UUID]]


def floors(who: Subjects) -> list[Floor]:
    token, people, inbox = cycle(who.tokens), cycle(who.people), cycle(who.inbox)

    def get(path: str) -> Sequence[Ask]:
        return [Ask("GET", path, _bearer(next(token)))]

    return [
        Floor("hello", lambda: get("/bench/hello")),
        Floor("django", lambda: get("/bench/django")),
        Floor("raw-page", lambda: get(f"/bench/raw-page?team={who.team_id}")),
        Floor(RAW_AUDIT, lambda: get(f"/bench/raw-audit?team={who.team_id}")),
        Floor(RAW_ONE, lambda: get(f"/bench/raw-one?resident={next(people).resident_id}")),
        Floor(
            RAW_SEARCH,
            lambda: get(f"/bench/raw-search?team={who.team_id}&q={quote(next(people).family_name)}"),
        ),
        Floor(RAW_LOOK_UP, lambda: get(f"/bench/raw-look-up?nhs_number={next(people).nhs_number}")),
        Floor(INSERT3, lambda: get(f"/bench/insert3?referral={next(inbox)}")),
        Floor("drf-list", lambda: get(f"/bench/drf-list?team={who.team_id}")),
    ]


def cases(who: Subjects) -> list[Case]:
    # Of drafts there may be many; what is sent a second time is refused.
    unasked, drafts = iter(who.unasked), cycle(who.unasked)
    return [*_api(who, unasked, drafts), *_pages(who, unasked, drafts)]


def chosen(of: Sequence[Case], pattern: str) -> list[Case]:
    """Those whose name matches, and those they are multiples of."""
    wanted = [one for one in of if re.search(pattern, one.name)]
    names = {name for one in wanted for name in (one.name, one.of)}
    return [one for one in of if one.name in names]


def _api(who: Subjects, unasked: Pairs, drafts: Pairs) -> list[Case]:
    token, people, keys, large = cycle(who.tokens), cycle(who.people), count(), cycle(who.large_plans)

    def get(path: str) -> Ask:
        return Ask("GET", f"{API}{path}", _bearer(next(token)))

    def detail() -> Sequence[Ask]:
        person = next(people)
        return [get(f"/residents/{person.resident_id}/"), get(f"/care-plans/?resident={person.resident_id}")]

    def post(path: str, body: object, status: int) -> Ask:
        headers = _bearer(next(token)) | {
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{next(keys)}-{who.tokens[0][:8]}",
        }
        return Ask("POST", path, headers, json.dumps(body).encode(), status)

    def written(of: Pairs, **more: object) -> Sequence[Ask]:
        resident, service = next(of)
        asked = {
            "resident": str(resident),
            "service": str(service),
            "reason": REASON,
            "urgency": "routine",
            "no_known_risks": True,
        }
        return [post(f"{API}/referrals/", asked | more, 201)]

    def sent(answer: Answer) -> Sequence[Ask]:
        return [post(f"{API}/referrals/{json.loads(answer.body)['id']}/send/", {}, 200)]

    def large_plan() -> Sequence[Ask]:
        plan = next(large)
        of_plan = f"/care-plans/{plan.plan_id}/"
        return [get(of_plan), get(f"{of_plan}goals/?{WHOLE}"), get(f"/actions/?resident={plan.resident_id}&{WHOLE}")]

    def section_saved() -> Sequence[Ask]:
        path = f"{API}/care-plans/{next(large).plan_id}/sections/{WRITTEN_BY_API}/"
        headers = _bearer(next(token)) | {"Content-Type": "application/json", "If-Match": "*"}
        return [Ask("PATCH", path, headers, json.dumps({"body": f"Speaks slowly, {new_id()}"}).encode())]

    return [
        Case(CASELOAD, RAW_AUDIT, 4, 2.5, 6, lambda: [get(f"/teams/{who.team_id}/caseload/")]),
        Case(RESIDENTS, RAW_AUDIT, 4, 2.5, 6, lambda: [get("/residents/")]),
        Case(SEARCH, RAW_SEARCH, 4, 2.5, 6, lambda: [get(f"/residents/?q={quote(next(people).family_name)}")]),
        Case(NUMBER, RAW_LOOK_UP, 6, 4, 6, lambda: [get(f"/residents/?nhs_number={next(people).nhs_number}")]),
        Case(PHONE, RAW_LOOK_UP, 6, 4, 6, lambda: [get(f"/residents/?phone={quote(next(people).phone)}")]),
        Case(DETAIL, RAW_ONE, 10, 6, 9, detail),
        Case(TIMELINE, RAW_AUDIT, 4, 2.5, 6, lambda: [get(f"/residents/{next(people).resident_id}/timeline/")]),
        Case(INBOX, RAW_AUDIT, 4, 2.5, 6, lambda: [get(f"/referrals/?to_team={who.team_id}")]),
        # Three lists.
        Case(LARGE_PLAN, RAW_AUDIT, 12, 7.5, 18, large_plan),
        Case(SAVE_SECTION, INSERT3, 8, 5, 14, section_saved),
        Case(WRITE, INSERT3, 8, 5, 14, lambda: written(drafts)),
        Case("write and send a referral, API", INSERT3, 8, 5, 14, lambda: written(unasked, send=True)),
        Case(WRITE_THEN_SEND, INSERT3, inf, inf, inf, lambda: written(unasked), sent),
    ]


def _pages(who: Subjects, unasked: Pairs, drafts: Pairs) -> list[Case]:
    people, large = cycle(who.people), cycle(who.large_plans)
    versions = {one.plan_id: one.version for one in who.large_plans}
    # As a browser sends them, after its first page.
    signed_in = {"Cookie": f"{who.session_cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"}

    def get(path: str) -> Sequence[Ask]:
        return [Ask("GET", path, signed_in)]

    def post(path: str, status: int, **form: object) -> Sequence[Ask]:
        headers = {
            **signed_in,
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return [Ask("POST", path, headers, urlencode(form).encode(), status)]

    def found(of: Callable[[Person], str]) -> Callable[[], Sequence[Ask]]:
        """Posted: what somebody looks for stands in no address."""
        return lambda: post("/residents/", 200, q=of(next(people)))

    def written(of: Pairs, **more: object) -> Sequence[Ask]:
        resident, service = next(of)
        asked = {"made": new_id(), "from_team": who.team_id, "reason": REASON, "urgency": "routine"}
        return post(f"/residents/{resident}/refer/{service}/", 302, **asked, no_known_risks="on", **more)

    def sent(answer: Answer) -> Sequence[Ask]:
        return post(answer.headers["location"], 302)

    def large_plan() -> Sequence[Ask]:
        return get(f"/residents/{next(large).resident_id}/plan/")

    def section_saved() -> Sequence[Ask]:
        plan = next(large)
        version, versions[plan.plan_id] = versions[plan.plan_id], versions[plan.plan_id] + 1
        path = f"/residents/{plan.resident_id}/plan/sections/{WRITTEN}/edit/"
        return post(path, 302, version=version, body=f"Speaks slowly, {new_id()}")

    return [
        Case("caseload, page", CASELOAD, 2, 1.5, 10, lambda: get(f"/teams/{who.team_id}/caseload/")),
        Case("find by name, page", SEARCH, 2, 1.5, 10, found(lambda person: person.family_name)),
        Case("find by NHS number, page", NUMBER, 2, 1.5, 10, found(lambda person: person.nhs_number)),
        Case("find by phone, page", PHONE, 2, 1.5, 10, found(lambda person: person.phone)),
        Case(RECORD, DETAIL, 2, 1.5, 13, lambda: get(f"/residents/{next(people).resident_id}/")),
        Case("timeline, page", TIMELINE, 2, 1.5, 10, lambda: get(f"/residents/{next(people).resident_id}/timeline/")),
        Case("open a plan of 60 items, page", LARGE_PLAN, 2, 1.5, 22, large_plan),
        Case("save a section of it, page", SAVE_SECTION, 2, 1.5, 18, section_saved),
        Case("referral inbox, page", INBOX, 2, 1.5, 10, lambda: get("/referrals/")),
        Case("write a referral (draft), page", WRITE, 2, 1.5, 18, lambda: written(drafts)),
        Case(
            "write a referral, then send it, page",
            WRITE_THEN_SEND,
            2,
            1.5,
            inf,
            lambda: written(unasked, see="1"),
            sent,
        ),
        Case(MY_DAY, RAW_AUDIT, 8, 6, 12, lambda: get("/")),
        # Every open page asks it every few seconds.
        Case("alerts, asked by an open page", RAW_ONE, inf, inf, 3, lambda: get("/alerts/poll/")),
    ]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
