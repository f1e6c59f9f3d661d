"""A form is opened with the id of what it will make, so that sending it twice makes one thing.

Sent again with other words (Back, then send) it makes nothing and loses nothing: SentAlready brings what stands there,
and the page (carecoord/ui/sent_already.py) shows the form again with what was typed.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from carecoord.errors import SentAlready

M = TypeVar("M", bound=Model)


def made_before(typed: M, among: QuerySet[M] | Sequence[M], facts: Iterable[str]) -> M | None:
    """What its form made when it was sent first, None where this is the first time.

    `among` is where it is looked for, or what has been found under its id.

    `typed` is the row it would make now, not saved, its text as it is stored. Raises SentAlready where one of the
    `facts` is not what stands there.
    """
    made = next(iter(among.filter(pk=typed.pk) if isinstance(among, QuerySet) else among), None)
    if made is not None and any(getattr(made, name) != getattr(typed, name) for name in facts):
        raise SentAlready(made)
    return made


def insert(row: Model) -> None:
    """Write a new row under the id its form was opened with; SentAlready where that is in use out of sight."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as problem:
        if "_pkey" not in str(problem):
            raise
        raise SentAlready(None) from problem
