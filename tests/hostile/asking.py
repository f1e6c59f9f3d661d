"""Requests made from the API's own document, sent through WSGI, and what is wrong with the answers."""

from random import Random

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.hostile.place import words_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Names in bodies and what may stand there; all others with these endings are ids of nothing.
MEANT = {
    "resident": "resident_id",
    "care_plan": "plan_id",
    "goal": "goal_id",
    "service": "service_id",
    "id": "action_id",
    "gp_practice": "organisation_id",
    "organisation": "organisation_id",
    "provider": "organisation_id",
    "person": "person_id",
} | dict.fromkeys(("team", "from_team", "to_team", "accountable_team", "review_team", "return_to_team"), "team_id")
# By chance these are hardly ever a number, a postcode, or a moment that lies on the right side of now.
SELDOM_RIGHT = (
    *(
        "nhs_number",
        "postcode",
        "at",
        "died_on",
        "agreed_on",
        "due_on",
        "review_due_on",
        "admitted_at",
        "discharged_at",
    ),
    *("roles", "parental_responsibility", "household_member", "carer_hours_a_week", "carer_is_willing"),
    *("carer_is_able", "carer_assessment_offered_on", "carer_has_emergency_plan", "carer_is_young_carer"),
)


def document():
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())


def always_the_same(examples, **more):
    """No chance, no memory between runs, no search for the smallest: one bounded walk."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        **more,
    )


class Asking:
    """One asker's walk through every operation. `faults` are sentences, each once."""

    def __init__(self, place, name):
        self.place, self.name, self.asker = place, name, place.asker(name)
        self.headers = {"Authorization": f"Bearer {self.asker.token}"} if self.asker else {}
        self.faults, self.statuses = {}, {}

    def walk(self, schema, examples, mode=GenerationMode.POSITIVE):
        for found in schema.get_all_operations():
            self.ask(found.ok(), examples, mode)

    def ask(self, operation, examples, mode):
        checks = [*CHECKS, negative_data_rejection] if mode.is_negative else CHECKS

        @seed(7)
        @always_the_same(examples)
        @given(case=self._cases(operation, mode), chance=st.integers(0, 2**16))
        def asked(case, chance):
            if mode.is_positive:
                self.mean(case, Random(chance))
            self.check(case, case.call(headers=self.headers), checks)

        try:
            asked()
        except Unsatisfiable:  # some operations cannot be asked wrongly: they take nothing
            assert mode.is_negative, operation.label

    def check(self, case, response, checks=CHECKS):
        label = case.operation.label
        self.statuses.setdefault(label, set()).add(response.status_code)
        try:
            case.validate_response(response, checks=list(checks), headers=self.headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.faults.setdefault((label, type(failure).__name__), self._told(case, response, failure))
        if self.name in ("nobody", "stranger"):
            told = words_of(response)
            for word in self.place.hidden:
                if word in told:
                    self.faults.setdefault((label, "leak"), self._told(case, response, word))

    def mean(self, case, chance):
        """Most of what chance has made is given a meaning, so that more of it is taken."""
        case.body = self._meant(case.body, chance)
        if chance.random() < 0.8:
            case.query.pop("cursor", None)
            for name in SELDOM_RIGHT:
                if isinstance(case.body, dict):
                    case.body.pop(name, None)
            if case.operation.label == "POST /api/v1/residents/" and isinstance(case.body, dict):
                case.body |= {"birth_date": "1950-05-05", "birth_date_status": "exact", "confirm_new": True}

    def there(self, parameter):
        """Ids that stand for something, by what the address calls them."""
        return self.place.ids.get(parameter)

    def _told(self, case, response, failure):
        told = response.content[:400].decode(errors="replace")
        sent = f"{case.formatted_path} {dict(case.query or {})} {str(case.body)[:400]}"
        return f"{self.name} {case.method} {sent}\n  -> {response.status_code} {told}\n  {failure}"[:1800]

    def _cases(self, operation, mode):
        """Some ask for what is there, some for what the document allows and is not there."""
        names = [one.name for one in operation.path_parameters]
        match = {"If-Match": "*"} if operation.method == "patch" else {}
        ways = []
        for place in (0, -1):
            there = {name: self.place.ids[name][place] for name in names if self.place.ids.get(name)}
            ways.append(operation.as_strategy(generation_mode=mode, path_parameters=there, headers=match))
        # The first is what a walk of few steps takes: what is hidden from strangers.
        return st.one_of(*ways, operation.as_strategy(generation_mode=mode))

    def _meant(self, body, chance):
        if isinstance(body, list):
            return [self._meant(inner, chance) for inner in body]
        if not isinstance(body, dict):
            return body
        meant = {name: self._meant(inner, chance) for name, inner in body.items()}
        for name in meant:
            there = self.there(MEANT.get(name, ""))
            if there and isinstance(meant[name], str) and chance.random() < 0.9:
                meant[name] = chance.choice(there)
        return meant
