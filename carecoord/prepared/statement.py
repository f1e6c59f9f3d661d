"""SQL that the database is asked to prepare, once a connection."""

import itertools
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from carecoord.prepared.stand_ins import Place

ONE_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan"


@dataclass(frozen=True)
class Statement:
    """For each parameter of the SQL: where its value comes from. `one_plan`: the plan is the same whatever they are."""

    name: str
    sql: str
    places: tuple[Place, ...]
    one_plan: bool = False

    def asking(self, connection: Any, values: list[Any]) -> tuple[str, tuple[Any, ...]]:
        """What to execute on this connection, with what."""
        params: list[Any] = [place(values) for place in self.places]
        if not self._is_prepared(connection):
            return self.sql, tuple(params)
        given = [one for param, place in zip(params, self.places, strict=True) for one in place.given(param)]
        executed = f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(given))})" if given else "")
        return (f"{ONE_PLAN}; {executed}" if self.one_plan else executed), tuple(given)

    def _is_prepared(self, connection: Any) -> bool:
        """False where the database cannot tell the type of a value, or a pooler changes it from one transaction to the
        next: then the statement is sent as it is."""
        if settings.DATABASE_IS_POOLED:
            return False
        connection.ensure_connection()
        known = connection.__dict__.get("prepared_here")
        if known is None or known[0] is not connection.connection:
            known = connection.prepared_here = (connection.connection, {})
        names: dict[str, bool] = known[1]
        if self.name not in names:
            names[self.name] = self._prepare(connection)
        return names[self.name]

    def _prepare(self, connection: Any) -> bool:
        numbers = itertools.count(1)
        try:
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                written = cursor.mogrify(self.sql, [place.numbered(numbers) for place in self.places]).decode()
                cursor.execute(f"PREPARE {self.name} AS {written}")
        except DatabaseError:
            return False
        return True
