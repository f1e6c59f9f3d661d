"""A walk that goes where answers lead: to ids they named, to what they said is possible, with the ETags they gave."""

import copy
from collections import Counter
from itertools import count
from random import Random

from django.db import IntegrityError, connection, transaction
from hypothesis import given, seed

from tests.hostile.asking import Asking, always_the_same

NAMES = {
    "actions": "action_id",
    "additional-plans": "additional_id",
    "alerts": "alert_id",
    "attachments": "attachment_id",
    "care-packages": "package_id",
    "care-plans": "plan_id",
    "contacts": "contact_id",
    "goal-outcomes": "outcome_id",
    "goals": "goal_id",
    "handovers": "handover_id",
    "needs": "need_id",
    "options": "option_id",
    "neighbourhoods": "neighbourhood_id",
    "organisations": "organisation_id",
    "people": "person_id",
    "plan-reviews": "review_id",
    "proxies": "proxy_id",
    "referrals": "referral_id",
    "residents": "resident_id",
    "section-versions": "version_id",
    "services": "service_id",
    "stage-goals": "stage_id",
    "stays": "stay_id",
    "teams": "team_id",
}
"""What the address calls an id of each list."""
# Rows of which the address names no single one.
OF_ANOTHER = ("caseload", "timeline", "sections", "versions", "reviews", "set-aside", "outcomes", "doubles")


class Led(Asking):
    """`answers` counts them by operation and status, `matches` by what was sent as If-Match and status."""

    def __init__(self, place, name, schema):
        super().__init__(place, name)
        self.schema = schema
        self.known = {parameter: list(ids) for parameter, ids in place.ids.items()}
        self.known["key"] = ["most_important", "needs"]
        self.possible, self.tags = {}, {address: [tag] for address, tag in place.tags_before.items()}
        self.answers, self.matches = Counter(), Counter()
        self._match = ""
        for kind in sorted(NAMES):
            if f"/api/v1/{kind}/" not in self.schema.raw_schema["paths"]:
                continue
            answer = self._read(f"/api/v1/{kind}/")
            if answer.status_code == 200:
                self._learn(NAMES[kind], answer.json()["results"])

        self._learnt = copy.deepcopy((self.known, self.possible, self.tags))

    def begin(self):
        """Another way from the same beginning: what the last one did and learnt is forgotten."""
        self.known, self.possible, self.tags = copy.deepcopy(self._learnt)
        self._turn = count()

    def lead(self, case):
        """What chance and the link have made of the request, turned to what was learnt."""
        chance = Random(next(self._turn))
        self.mean(case, chance)
        for name in case.path_parameters or {}:
            case.path_parameters[name] = self._id_for(case, name, chance)
        self._match = ""
        if case.operation.method == "patch":
            self._match, case.headers["If-Match"] = self._tag_for(case, chance)

    def hear(self, case, response):
        self.check(case, response)
        label, status = case.operation.label, response.status_code
        self.answers[label, status] += 1
        if self._match:
            self.matches[self._match, status] += 1
        if status in (200, 201):
            self._keep(case, response)
        if status < 300 and case.method != "GET":
            self._look_at_the_end(case, response)

    def _look_at_the_end(self, case, response):
        """A walk commits nothing: what the database looks at when a transaction ends is looked at now."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError as problem:
            self.faults.setdefault((case.operation.label, "commit"), self._told(case, response, problem))

    def insist(self, operation, times):
        """Asks it again and again, from the beginning each time, until it is answered with what it is for."""

        @seed(7)
        @always_the_same(times)
        @given(case=operation.as_strategy())
        def asked(case):
            if operation.label in self.successes():
                return
            with transaction.atomic():
                self.lead(case)
                self.hear(case, case.call(headers=self.headers))
                transaction.set_rollback(True)

        self.begin()
        asked()

    def there(self, parameter):
        return self.known.get(parameter)

    def mean(self, case, chance):
        super().mean(case, chance)
        is_claim = case.operation.path.endswith("/claim/") and "residents" in case.operation.path
        if is_claim and self.name == "writer" and isinstance(case.body, dict) and chance.random() < 0.6:
            case.body = {"purpose": "direct care", "reason": "A visit"} | chance.choice(self.place.claimable)
        if isinstance(case.body, dict) and "read_back" in case.body and chance.random() < 0.6:
            case.body["read_back"] = [True]

    def successes(self):
        """How often each operation was answered with 2xx."""
        found = Counter()
        for (label, status), number in self.answers.items():
            if status < 300:
                found[label] += number
        return found

    def _id_for(self, case, name, chance):
        given, known = case.path_parameters[name], self.known.get(name, [])
        verb = case.operation.path.rstrip("/").rpartition("/")[2]
        able = [one for one in known if verb in self.possible.get(one, ())]
        if able and chance.random() < 0.8:
            return chance.choice(able)
        if known and (given not in known or chance.random() < 0.5) and chance.random() < 0.9:
            return chance.choice(known)
        return given

    def _tag_for(self, case, chance):
        """Mostly the tag of the last answer, or of one before; now and then any, or what chance has made."""
        address = case.formatted_path
        if len(self.tags.get(address, ())) < 2:
            self._keep_tag(address, self._read(case.operation.path, dict(case.path_parameters)))
        kept = self.tags.get(address, [])
        way = chance.random()
        if len(kept) > 1 and way < 0.3:
            return "before", chance.choice(kept[:-1])
        if kept and way < 0.85:
            return "last", kept[-1]
        return ("any", "*") if way < 0.95 or "If-Match" not in case.headers else ("chance", case.headers["If-Match"])

    def _read(self, path, ids=None):
        case = self.schema[path]["GET"].Case(path_parameters=ids or {})
        answer = case.call(headers=self.headers)
        self.check(case, answer)
        return answer

    def _keep(self, case, response):
        body = response.json()
        self._keep_tag(_address_of(case, response), response)
        parts = [part for part in case.operation.path.split("/") if part in (*NAMES, *OF_ANOTHER)]
        if parts[-1] in NAMES:
            self._learn(NAMES[parts[-1]], body.get("results", [body]))

    def _keep_tag(self, address, response):
        tag = _header(response, "etag")
        if tag and tag not in self.tags.setdefault(address, []):
            self.tags[address].append(tag)

    def _learn(self, name, rows):
        for row in rows:
            if row["id"] not in self.known.setdefault(name, []):
                self.known[name].append(row["id"])
            self.possible[row["id"]] = row.get("allowed_actions", ())


def _address_of(case, response):
    """Of what the answer shows: where it was made, else without the verb."""
    if made := _header(response, "location"):
        return made
    path = case.formatted_path
    return path if case.operation.method != "post" else path.rstrip("/").rpartition("/")[0] + "/"


def _header(response, name):
    return next(iter(response.headers.get(name, ())), "")


def machine_of(schema, led, beside=None, **settings_of):
    """Walks from answer to answer: what one operation gave is where the next one goes.

    Who goes `beside` asks the same a moment before: without a token there is no way of one's own.
    """

    class Walker(schema.as_state_machine()):
        def setup(self):
            led.begin()
            self.beginning = transaction.savepoint()

        def teardown(self):
            transaction.savepoint_rollback(self.beginning)

        def get_call_kwargs(self, _case):
            return {"headers": led.headers}

        def before_call(self, case):
            led.lead(case)
            if beside:
                beside.hear(case, case.call(headers=beside.headers))

        def validate_response(self, response, case, **_):
            led.hear(case, response)

    return lambda: Walker.run(settings=always_the_same(**settings_of))
