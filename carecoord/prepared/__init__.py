"""Querysets whose SQL is worked out once. Composing the SQL of a wide query costs more than running it.

    @prepared
    def _open_entries(principal: Principal, team_id: UUID) -> QuerySet[CaseloadEntry]:
        return CaseloadEntry.objects.visible_to(principal).filter(team_id=team_id, ended_at=None)

    rows = _open_entries(principal, team.id)

The first call builds the queryset twice with stand-ins for what was given, and for the present moment; wherever a
stand-in is found among the parameters, later calls put their own value. What the function derives from a value (the day
after, a part of a name) cannot be found again and raises: derive it before, and give it. Numbers, words and None that
are given are no stand-ins: each makes a queryset of its own, so give ids, moments and days, and what people type as
`AsTyped`; several words of theirs as one array (`as_array`), so that their number makes no shape either.

The database prepares the statement too, once a connection, and so plans it a few times instead of each time. The role's
policies are part of its plan, and PostgreSQL plans anew where the role is another.

Where PostgreSQL expects more of a plan for these very values than it saves, it plans each time all the same.
`@prepared_with_one_plan` is for a statement of which that was measured: it, and what follows in the transaction, is
planned once a connection.

`@prepared_together` is the same for a function that gives several querysets: one statement asks for the rows of all.
`@prepared_update` is for a function that gives a queryset and what its rows become; a call says how many there were.
`add`, `add_alike`, `add_or_replace` and `add_together` write new rows, `change` some columns of one that is there.
"""

from carecoord.prepared.changes import change
from carecoord.prepared.inserts import add, add_alike, add_or_replace, add_together
from carecoord.prepared.querysets import (
    Prepared,
    PreparedTogether,
    PreparedUpdate,
    prepared,
    prepared_together,
    prepared_update,
    prepared_with_one_plan,
)
from carecoord.prepared.stand_ins import AsTyped, DerivedError, as_array

__all__ = [
    "AsTyped",
    "DerivedError",
    "Prepared",
    "PreparedTogether",
    "PreparedUpdate",
    "add",
    "add_alike",
    "add_or_replace",
    "add_together",
    "as_array",
    "change",
    "prepared",
    "prepared_together",
    "prepared_update",
    "prepared_with_one_plan",
]
