"""The groups of a resident as partner systems name them: each word is an entry, with its author and its end."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from neighbourhoods.cohorts.worklists import OTHER, word_of
from neighbourhoods.definitions import COHORT, cohorts
from neighbourhoods.models import Entry, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services.entries import end_entry, record_entry
from neighbourhoods.services.entry_facts import EntryFacts
from neighbourhoods.services.locks import locked_resident

NO_LONGER = "No longer in this group"


@transaction.atomic
def set_cohorts(
    *, by: Principal, resident_id: UUID, words: Iterable[str], team_id: UUID | None = None, is_version: bool = True
) -> Resident:
    """Record what is new and end what is left out, of what `by` may read. A word that no file defines is kept as it is.

    Where anything changed the resident becomes a new version, unless the caller has made one (`is_version`). Raises
    NotYours where a group that is left out was written by another organisation (IG-38), Resident.DoesNotExist where not
    seen.
    """
    resident, wanted = locked_resident(by, resident_id), set(words)
    mine = Entry.objects.visible_to(by).for_role(by).current().filter(resident=resident, kind__startswith=COHORT)
    there = {word_of(one): one for one in mine}
    for word in sorted(wanted - there.keys()):
        record_entry(by=by, resident_id=resident_id, facts=_facts(word), team_id=team_id)
    for word in sorted(there.keys() - wanted):
        end_entry(by=by, resident_id=resident_id, entry_id=there[word].id, reason=NO_LONGER)
    if is_version and wanted != there.keys():
        resident.save_changes()
    return resident


def _facts(word: str) -> EntryFacts:
    kind = f"{COHORT}{word}"
    if word in cohorts() and kind != OTHER:
        return EntryFacts(kind)
    return EntryFacts(OTHER, data={"group": word})
