"""Some columns of one row written anew, in a statement whose SQL is kept, as `save(update_fields=...)` writes them."""

from itertools import count
from typing import Any

from django.db import DatabaseError, connections, models, router, transaction

from carecoord.prepared.inserts import placeholder
from carecoord.prepared.stand_ins import Place
from carecoord.prepared.statement import Statement

MOST_KEPT = 300
"""What comes after them is saved by the ORM: the database forgets no statement it has prepared."""
_numbers = count(1)
_kept: dict[tuple[type[models.Model], tuple[str, ...]], Statement] = {}


def change(row: models.Model, *names: str) -> None:
    """Write these fields of a row that is there. Raises DatabaseError where it is not, or may not be changed."""
    model = type(row)
    statement = _statement(model, names)
    if statement is None:
        models.Model.save(row, update_fields=names)
        return
    connection = connections[router.db_for_write(model, instance=row)]
    fields: list[Any] = [model._meta.get_field(name) for name in (*names, model._meta.pk.name)]
    given = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    with transaction.mark_for_rollback_on_error(connection.alias):
        sql, params = statement.asking(connection, given)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            if cursor.rowcount != 1:
                raise DatabaseError(f"No row of {model._meta.db_table} was changed.")


def _statement(model: type[models.Model], names: tuple[str, ...]) -> Statement | None:
    key = (model, names)
    if key not in _kept and len(_kept) < MOST_KEPT:
        _kept[key] = _composed(model, names)
    return _kept.get(key)


def _composed(model: type[models.Model], names: tuple[str, ...]) -> Statement:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    table, written = model._meta.db_table, ", ".join(f'"{field.column}" = {placeholder(field)}' for field in fields)
    sql = f'UPDATE "{table}" SET {written} WHERE "{model._meta.pk.column}" = %s'
    places = tuple(Place(number) for number in range(len(fields) + 1))
    return Statement(f"kept_{next(_numbers)}_change_of_{table}"[:60], sql, places)
