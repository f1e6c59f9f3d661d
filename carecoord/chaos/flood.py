"""Handovers, more and more of them: through the web server, through the services, some rolled back, some answered."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import Error, connection, transaction

from carecoord.chaos.place import ChaosPlace
from carecoord.errors import IllegalMove, RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services import Identity, open_caseload_entry, register_resident
from referrals.services.handovers import (
    accept_handover,
    decline_handover,
    draft_handover,
    offer_handover,
    withdraw_handover,
)

KINDS = ("discharge", "shift", "team")
TRIES = 4


class _TakenBack(Exception):
    """Raised to roll a change back."""


@dataclass
class Kept:
    """What was said to have been done, and what was taken back, by every thread of the flood."""

    offered: list[UUID] = field(default_factory=list)
    answered: set[UUID] = field(default_factory=set)
    rolled_back: list[UUID] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


class Flood(threading.Thread):
    """`web` is the port of the web server; without one everything goes through the services."""

    def __init__(self, place: ChaosPlace, kept: Kept, rng: random.Random, *, web: int = 0, pause: float = 0.2) -> None:
        super().__init__(daemon=True)
        self._place, self._kept, self._rng, self._web, self._pause = place, kept, rng, web, pause
        self._ends = threading.Event()

    def end(self) -> None:
        self._ends.set()
        self.join(60)

    def run(self) -> None:
        while not self._ends.wait(self._rng.uniform(0, 2 * self._pause)):
            try:
                self._rng.choices((self._offer, self._take_back, self._answer), weights=(6, 2, 2))[0]()
            except (Error, OSError, http.client.HTTPException) as trouble:
                self._kept.counted[f"not done: {type(trouble).__name__}"] += 1
                connection.close()
            except (RuleError, IllegalMove, Resident.DoesNotExist):
                # The clock went back between two steps, so that what was there a moment ago is not there yet.
                self._kept.counted["refused"] += 1
        connection.close()

    def _offer(self) -> None:
        if self._web and self._rng.random() < 0.7:
            self._offer_through_the_web()
            return
        with acting_as(self._place.giver):
            offered = self._offered(self._somebody())
        self._kept.offered.append(offered)
        self._kept.counted["offered through the services"] += 1

    def _take_back(self) -> None:
        """The whole offer is written, and then the transaction ends as if it had not been."""
        made: list[UUID] = []
        try:
            with acting_as(self._place.giver), transaction.atomic():
                made.append(self._offered(self._somebody()))
                raise _TakenBack
        except _TakenBack:
            self._kept.rolled_back += made

    def _answer(self) -> None:
        """Whoever answers, answers what was offered a while ago; most are never answered."""
        open_ones = [one for one in self._kept.offered[:-5] if one not in self._kept.answered]
        if not open_ones:
            return
        handover_id = self._rng.choice(open_ones)
        self._kept.answered.add(handover_id)
        giver, receiver = self._place.giver, self._place.receiver
        match self._rng.choice(("accept", "decline", "withdraw")):
            case "accept":
                with acting_as(receiver):
                    accept_handover(by=receiver, handover_id=handover_id, read_back=[])
            case "decline":
                with acting_as(receiver):
                    decline_handover(by=receiver, handover_id=handover_id, reason="No bed")
            case _:
                with acting_as(giver):
                    withdraw_handover(by=giver, handover_id=handover_id, reason="Stays another night")
        self._kept.counted["answered"] += 1

    def _somebody(self) -> UUID:
        by, team_id = self._place.giver, self._place.ward.id
        who = Identity(given_name="Nobody", family_name=f"Who exists {uuid4().hex[:8]}", birth_date=date(1950, 1, 1))
        resident = register_resident(by=by, identity=who, team_id=team_id)
        open_caseload_entry(by=by, resident_id=resident.id, team_id=team_id, is_lead=True)
        return resident.id

    def _offered(self, resident_id: UUID) -> UUID:
        by = self._place.giver
        draft = draft_handover(
            by=by,
            resident_id=resident_id,
            from_team_id=self._place.ward.id,
            to_team_id=self._place.nursing.id,
            kind=self._rng.choice(KINDS),
            situation="Goes home today.",
        )
        return offer_handover(by=by, handover_id=draft.id).id

    def _offer_through_the_web(self) -> None:
        """As a hospital's system does: what gets no answer is asked again, under the same key."""
        with acting_as(self._place.giver):
            resident_id = self._somebody()
        told = {
            "resident": str(resident_id),
            "to_team": str(self._place.nursing.id),
            "kind": self._rng.choice(KINDS),
            "situation": "Goes home today.",
        }
        draft = self._asked("handovers/", told)
        offered = self._asked(f"handovers/{draft['id']}/offer/", {}) if draft else None
        if offered:
            self._kept.offered.append(UUID(offered["id"]))
            self._kept.counted["offered through the web"] += 1

    def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self._place.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
        }
        for attempt in range(TRIES):
            web = http.client.HTTPConnection("127.0.0.1", self._web, timeout=20)
            try:
                web.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
                answer = web.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                self._kept.counted["web: no answer"] += 1
            else:
                if answer.status in (200, 201):
                    found: dict[str, Any] = json.loads(said)
                    return found
                self._kept.counted[f"web: {answer.status}"] += 1
                if answer.status < 500:
                    return None
            finally:
                web.close()
            if self._ends.is_set():
                break
            time.sleep(0.5 * (attempt + 1))
        return None
