"""Between those who send tasks and those who take them: carries each message late, twice, or not at all."""

import heapq
import json
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

ARRIVED = "carecoord-arrived"
"""Where the workers of a run look for tasks."""
LATE, TWICE, LOST = 0.3, 0.2, 0.05
LONGEST_SECONDS = 3.0


class Post(threading.Thread):
    def __init__(self, broker_url: str, rng: random.Random) -> None:
        super().__init__(name="post", daemon=True)
        self._url, self._rng = broker_url, rng
        self._ends, self._is_calm = threading.Event(), threading.Event()
        self.counted: Counter[str] = Counter()
        self._carried: list[tuple[float, int, bytes]] = []

    def run(self) -> None:
        while not self._ends.is_set():
            try:
                with Redis.from_url(self._url, socket_timeout=2, socket_connect_timeout=1) as broker:
                    while not self._ends.is_set():
                        self._carry(broker)
            except (RedisError, OSError):
                time.sleep(0.1)

    def calm_down(self) -> None:
        """From now on each message arrives once and at once."""
        self._is_calm.set()

    def end(self) -> None:
        self._ends.set()
        self.join(5)

    def _carry(self, broker: "Redis") -> None:
        taken: Any = broker.brpop([settings.CELERY_TASK_DEFAULT_QUEUE], timeout=0.1)
        if taken:
            self._post(taken[1])
        while self._carried and self._carried[0][0] <= time.monotonic():
            _, _, message = heapq.heappop(self._carried)
            broker.lpush(ARRIVED, message)

    def _post(self, message: bytes) -> None:
        self.counted["carried"] += 1
        for number in range(self._copies()):
            late = 0.0
            if not self._is_calm.is_set() and self._rng.random() < LATE:
                late = self._rng.uniform(0.05, LONGEST_SECONDS)
                self.counted["late"] += 1
            copy = _as_another(message) if number else message
            heapq.heappush(self._carried, (time.monotonic() + late, self.counted["carried"] * 2 + number, copy))

    def _copies(self) -> int:
        drawn = self._rng.random()
        if self._is_calm.is_set() or drawn >= TWICE + LOST:
            return 1
        self.counted["twice" if drawn < TWICE else "lost"] += 1
        return 2 if drawn < TWICE else 0


def lose_everything(broker_url: str) -> None:
    """All that the broker and the cache hold."""
    with suppress(RedisError, OSError), Redis.from_url(broker_url) as broker:
        broker.flushall()


def _as_another(message: bytes) -> bytes:
    """The same task, delivered as if it had been sent a second time."""
    told = json.loads(message)
    told["properties"]["delivery_tag"] = str(uuid4())
    return json.dumps(told).encode()
