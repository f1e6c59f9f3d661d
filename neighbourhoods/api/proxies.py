"""Who acts for a resident: proposed, let act with what was seen, reviewed, ended."""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from carecoord.api.words import action_name
from neighbourhoods.api.authored import with_authors
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.naming import fields_named
from neighbourhoods.api.person_shapes import (
    NewProxy,
    ProxyActivation,
    ProxyEnd,
    ProxyInError,
    ProxyQuery,
    ProxyRejection,
    ProxyReview,
    ProxyShape,
)
from neighbourhoods.models import Proxy
from neighbourhoods.models.contacts import is_restricted
from neighbourhoods.models.proxies import ProxyQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.proxies import Ages, ages_of
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy, review_proxy

# Of whom the client sees, with one or two each: fewer are read one by one.
FEW = 1_000
FILTERS = {"resident": "resident_id", "status": "status"}
PROBLEMS = (412,)
# The service names the fields as the page has them.
ON_PAGES = {"reason": "reason_code", "note": "reason", "contact": "person"}


class ProxyEndpoint(Endpoint):
    shape = ProxyShape

    @cached_property
    def ages(self) -> Ages:
        return ages_of(self.by.place_id)

    def read(self, proxy_id: UUID) -> Proxy:
        found = _shown(self.by).filter(id=proxy_id).first()
        if found is None:
            raise not_found()
        return found

    def moved(self, proxy_id: UUID, service: Callable[..., Any], **given: Any) -> Response:
        """Locks the row, so that what If-Match names is what is moved."""
        if not Proxy.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=proxy_id).exists():
            raise not_found()
        proxy = self.read(proxy_id)
        if self.names_a_version:
            self.require_match(proxy)
        with fields_named(ON_PAGES):
            service(by=self.by, resident_id=proxy.resident_id, proxy_id=proxy_id, **given)
        return self.one(self.read(proxy_id))

    def moved_by(self, proxy_id: UUID, verb: str) -> Response:
        given = {"reason": self.given["reason_code"], "note": self.given.get("reason", "")}
        evidence = self.given.get("evidence", "")
        return self.moved(proxy_id, move_proxy, verb=verb, evidence=evidence, **given)


class Proxies(ProxyEndpoint):
    @operation("List who acts for residents", page=ProxyShape, query=ProxyQuery)
    def get(self, _request: object) -> Response:
        """Of residents in relationship, in every state; who was proposed last comes first."""
        filters = {column: self.asked[name] for name, column in FILTERS.items() if name in self.asked}
        page = page_of(_shown(self.by).filter(self.own(FEW), **filters), self.request, order=("-id",))
        with_authors(page.rows)
        if page.rows and (resident_id := self.asked.get("resident")):
            audit.looked("people.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("people.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, ProxyShape)

    @operation(
        "Propose who acts for a resident",
        answer=ProxyShape,
        status=201,
        body=NewProxy,
        examples={
            "by lasting power of attorney": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "person": "0190a000-0000-7000-8000-000000000061",
                "legal_basis": "health-and-welfare-lasting-power-of-attorney",
                "evidence": "Registered document, seen at the practice",
            }
        },
    )
    def post(self, _request: object) -> Response:
        """They act once somebody has let them: see `activate`. Without a known basis (`UNK`) nobody ever does."""
        given = {name: value for name, value in self.given.items() if name not in ("resident", "person")}
        with fields_named(ON_PAGES):
            proxy = propose_proxy(
                by=self.by,
                resident_id=self.given["resident"],
                contact_id=self.given["person"],
                facts=ProxyFacts(**given),
            )
        return self.one(self.read(proxy.id), at=reverse("api:proxy", args=[proxy.id]))


class OneProxy(ProxyEndpoint):
    @operation("Read who acts for a resident", answer=ProxyShape)
    def get(self, _request: object, proxy_id: UUID) -> Response:
        proxy = self.read(proxy_id)
        audit.looked("people.viewed", by=self.by, resident_id=proxy.resident_id, about=("proxy", proxy.id))
        return self.one(proxy)


class Activate(ProxyEndpoint):
    @operation(
        "Let them act",
        answer=ProxyShape,
        body=ProxyActivation,
        problems=PROBLEMS,
        examples={"usual": {"reason_code": "evidence-seen", "evidence": "Registered document, seen today"}},
    )
    def post(self, _request: object, proxy_id: UUID) -> Response:
        """Needs a known basis and what was seen. For a child: parental responsibility, or that the child was judged to
        decide themselves."""
        return self.moved_by(proxy_id, "activate")


class Reject(ProxyEndpoint):
    @operation(
        "Say that it is not agreed",
        answer=ProxyShape,
        body=ProxyRejection,
        problems=PROBLEMS,
        examples={"usual": {"reason_code": "not-agreed"}},
    )
    def post(self, _request: object, proxy_id: UUID) -> Response:
        return self.moved_by(proxy_id, "reject")


class End(ProxyEndpoint):
    @operation(
        "End their acting",
        answer=ProxyShape,
        body=ProxyEnd,
        problems=PROBLEMS,
        examples={
            "usual": {"reason_code": "withdrawn"},
            "in words": {"reason_code": "other", "reason": "They live abroad now"},
        },
    )
    def post(self, _request: object, proxy_id: UUID) -> Response:
        """Today is the last day."""
        return self.moved_by(proxy_id, "end")


class EnterInError(ProxyEndpoint):
    @operation(
        "Mark it as entered in error",
        answer=ProxyShape,
        body=ProxyInError,
        problems=PROBLEMS,
        examples={"usual": {"reason_code": "mistake", "reason": "It was for somebody else."}},
    )
    def post(self, _request: object, proxy_id: UUID) -> Response:
        return self.moved_by(proxy_id, "enter_in_error")


class Review(ProxyEndpoint):
    @operation(
        "Say that they go on acting",
        answer=ProxyShape,
        body=ProxyReview,
        problems=PROBLEMS,
        examples={"usual": {"reason": "Seen together, both agree."}},
    )
    def post(self, _request: object, proxy_id: UUID) -> Response:
        """Looked at today. Of a parent it is due each year from the age of the place on."""
        return self.moved(proxy_id, review_proxy, note=self.given["reason"])


def _path(verb: str, endpoint: type[ProxyEndpoint]) -> URLPattern:
    return path(f"proxies/<uuid:proxy_id>/{action_name(verb)}/", endpoint.as_view(), name=f"{verb}_proxy")


MOVES = [
    _path("activate", Activate),
    _path("reject", Reject),
    _path("end", End),
    _path("enter_in_error", EnterInError),
    _path("review", Review),
]


def _shown(by: Principal) -> ProxyQuerySet:
    """Of contacts whom the client may see: they are the same resident's, so that this alone is left to ask of them."""
    is_shown = Q(contact__resident_link=None) | ~Q(is_restricted(F("contact__resident_link")))
    proxies = Proxy.objects.visible_to(by).filter(is_shown)
    return proxies.select_related("contact", "resident", "recorded_by_organisation")
