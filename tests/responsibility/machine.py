"""People of one place who make moves, legal and illegal, each of which is checked as it is made."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.outbox.tasks import relay
from careplans.services import create_action
from neighbourhoods import gate
from neighbourhoods.services import open_caseload_entry
from referrals.services import handovers
from referrals.services import referrals as services
from tests.responsibility.facts import (
    check_nothing_failed,
    check_responsibility,
    check_written_down,
    facts,
    touched,
)
from tests.responsibility.verbs import ACTIONS, HANDOVERS, KINDS, REFERRALS

PEOPLE = ("nurse", "second_nurse", "ward_nurse", "link_worker", "gp", "outsider", "admin")
TEAMS = ("nursing", "ward", "surgery", "carers", "highcross_nursing")
HANDOVER_KINDS = ("team", "discharge", "organisation", "shift", "out_of_hours")


@dataclass(frozen=True)
class Seen:
    """How often each (kind, state) was reached, and each (kind, state before, verb) made."""

    states: Counter = field(default_factory=Counter)
    moves: Counter = field(default_factory=Counter)

    def steps_to_news(self, kind, state, verb):
        """0 where this move was never made, else how far from it such a move can be made; 99 where none can."""
        if not self.moves[kind.name, state, verb]:
            return 0
        near, passed = {kind.table.move(verb, state).target}, set()
        for steps in range(1, len(kind.table.states)):
            onward = [(here, move) for here in near for move in kind.table.moves if here in move.origins]
            if any(not self.moves[kind.name, here, move.verb] for here, move in onward):
                return steps
            passed |= near
            near = {move.target for _, move in onward} - passed
        return 99


class Life:
    """Three residents and what is done for them; `seen` may be shared by several lives, to see all there is to see."""

    def __init__(self, world, seen):
        self.world, self.seen = world, seen
        self.residents = [
            world.resident(given_name="Sheila"),
            world.resident(given_name="Ken", by=world.ward_nurse, team=world.ward),
            world.resident(given_name="Una", on_caseload=False),
        ]
        # Una is on a caseload and nobody leads yet: the first open item makes that team lead.
        with gate.acting_as(world.nurse):
            open_caseload_entry(by=world.nurse, resident_id=self.residents[2].id, team_id=world.nursing.id)

    def create_action(self, who, whom):
        by = self.world.people[who]
        return self.make(
            by,
            lambda: create_action(by=by, resident_id=self.residents[whom].id, title="Visit", team_id=by.team_ids[0]),
            ("action", "created"),
        )

    def draft_referral(self, who, whom, service="carers_service"):
        by = self.world.people[who]
        return self.make(
            by,
            lambda: services.draft_referral(
                by=by,
                resident_id=self.residents[whom].id,
                service_id=getattr(self.world, service).id,
                from_team_id=by.team_ids[0],
                ask=services.Ask(reason="A break", no_known_risks=True),
            ),
            ("referral", "drafted"),
        )

    def draft_handover(self, who, whom, to, kind="team", *, goes=False, stays=False, read_back=()):
        by, resident_id = self.world.people[who], self.residents[whom].id

        def write():
            items = handovers.open_items_of(by=by, resident_id=resident_id) if goes else []
            return handovers.draft_handover(
                by=by,
                resident_id=resident_id,
                from_team_id=by.team_ids[0],
                to_team_id=getattr(self.world, to).id,
                kind=kind,
                situation="Going home",
                read_back_items=list(read_back),
                items=[item.ref for item in items if item.team_id == by.team_ids[0]],
                giver_stays_involved=stays,
                ends_at=clock.now() + timedelta(hours=8) if kind == "out_of_hours" else None,
            )

        return self.make(by, write, ("handover", "drafted"))

    def make(self, by, write, said):
        """Somebody writes something new; gives it, or None where they were refused."""
        kind, past = said
        before = facts()
        made = self.attempt(by, write)
        if made is None:
            assert facts() == before, "what was refused changed something"
            return None
        check_written_down(by, made, (kind, made.id), ([f"{kind}.{past}"],), before, facts())
        self.seen.states[kind, made.status] += 1
        check_responsibility(self.residents)
        return made

    def move(self, by, kind, item, verb):
        """Somebody makes, or tries to make, one move; gives whether it was made."""
        how, origin = kind.verbs[verb], item.status
        possible = verb in kind.table.allowed(origin, kind.sides(item, by))
        before = facts()
        made = self.attempt(by, lambda: how.do(by, item, self.world))
        after = facts()
        if made is None:
            assert after == before, "a refused move changed something"
            return False
        assert possible, "the table has no such move, and yet it was made"
        said = [[f"{kind.name}.{past}"] for past in (how.past, *how.or_else)]
        if kind is HANDOVERS and verb == "accept":
            # Where there was nothing to read back.
            said.append(["handover.accepted", "handover.closed"])
        check_written_down(by, item, (kind.name, item.id), said, before, after)
        assert (kind.name, str(item.id)) in touched(before, after)
        self.note(kind, item, origin, verb)
        check_responsibility(self.residents)
        return True

    def move_on(self, kind, which):
        """Somebody who may makes a move that nobody has made yet, or one on the way there; chance chooses.

        Where there is none to make, something new begins.
        """
        possible = [
            (self.seen.steps_to_news(kind, item.status, verb), item, by, verb)
            for item in newest(kind)
            for by, verb in moves_open_to(self.world, kind, item)
        ]
        nearest = min((steps for steps, *_ in possible), default=0)
        best = [chosen for steps, *chosen in possible if steps == nearest]
        if not best:
            return self.begin(kind, which % 3)
        item, by, verb = best[which % len(best)]
        return self.move(by, kind, item, verb)

    def begin(self, kind, whom=0):
        """Something new: for Sheila or Una by the nurse, for Ken by his ward."""
        who = ("nurse", "ward_nurse", "nurse")[whom]
        if kind is ACTIONS:
            return self.create_action(who, whom)
        if kind is REFERRALS:
            return self.draft_referral(who, whom)
        return self.draft_handover(who, whom, "surgery", goes=True, stays=True, read_back=("Oxygen",))

    def attempt(self, by, change):
        """A refusal is caught where pages catch it: inside the transaction, which then goes on and commits."""
        with gate.acting_as(by):
            try:
                return change()
            except (RuleError, ObjectDoesNotExist, ValidationError):
                return None

    def note(self, kind, item, origin, verb):
        item.refresh_from_db()
        self.seen.states[kind.name, item.status] += 1
        if item.status == kind.table.move(verb, origin).target:
            self.seen.moves[kind.name, origin, verb] += 1

    def tell(self):
        """What waits is delivered: alerts rise and fall."""
        relay()
        check_nothing_failed()


def machine(world, seen):
    """The machine of Hypothesis; its stories add to `seen`."""
    people, whom, some = st.sampled_from(PEOPLE), st.integers(0, 2), st.integers(0, 10_000)
    hows = st.fixed_dictionaries(
        {
            "service": st.sampled_from(("carers_service", "other_service")),
            "to": st.sampled_from(TEAMS),
            "kind": st.sampled_from(HANDOVER_KINDS),
            "goes": st.booleans(),
            "stays": st.booleans(),
            "read_back": st.sampled_from([(), ("Oxygen",)]),
        }
    )

    class Responsibility(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        @initialize()
        def three_residents(self):
            self.life = Life(world, seen)

        @rule(who=people, whom=whom, kind=st.sampled_from(KINDS), how=hows)
        def somebody_begins_something(self, who, whom, kind, how):
            service = how.pop("service")
            if kind is ACTIONS:
                self.life.create_action(who, whom)
            elif kind is REFERRALS:
                self.life.draft_referral(who, whom, service)
            else:
                self.life.draft_handover(who, whom, **how)

        @rule(who=people, kind=st.sampled_from(KINDS), which=some, verb=some)
        def somebody_tries_something(self, who, kind, which, verb):
            rows, verbs = newest(kind), sorted(kind.verbs)
            if rows:
                self.life.move(world.people[who], kind, rows[which % len(rows)], verbs[verb % len(verbs)])

        @rule(which=some)
        def an_action_moves_on(self, which):
            self.life.move_on(ACTIONS, which)

        @rule(which=some)
        def a_referral_moves_on(self, which):
            self.life.move_on(REFERRALS, which)

        @rule(which=some)
        def a_handover_moves_on(self, which):
            self.life.move_on(HANDOVERS, which)

        @rule()
        def everybody_is_told(self):
            self.life.tell()

    return Responsibility


def newest(kind):
    """The newest eight of a kind, so that what was just made is moved on."""
    return list(kind.model.objects.order_by("-id")[:8])


def moves_open_to(world, kind, item):
    """(who, verb) for everybody who stands on a side of the item, by the table."""
    return [
        (world.people[name], verb)
        for name in PEOPLE
        for verb in dict.fromkeys(kind.table.allowed(item.status, kind.sides(item, world.people[name])))
    ]
