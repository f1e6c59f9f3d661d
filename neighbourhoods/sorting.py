"""Who came by import and waits for somebody to say whose they are."""

from django.db.models import Exists, OuterRef

from carecoord import clock
from neighbourhoods.models import CaseloadEntry, Relationship, Resident, Source
from neighbourhoods.models.relationships import RelationshipQuerySet
from neighbourhoods.models.residents import ResidentQuerySet
from neighbourhoods.principal import Principal


def people_to_sort(principal: Principal) -> ResidentQuerySet:
    """Residents whom an import left with my teams and whom nobody has taken on since.

    Whoever came with something open is on a caseload from the first, and waits as that action.
    """
    came = came_by_import(principal).filter(resident_id=OuterRef("id"))
    taken_on = CaseloadEntry.objects.filter(resident_id=OuterRef("id"))
    seen = Resident.objects.visible_to(principal)
    return seen.filter(Exists(came), ~Exists(taken_on)).order_by("sort_name", "id")


def came_by_import(principal: Principal) -> RelationshipQuerySet:
    """My teams' open relationships with people for no other reason than that they were imported."""
    mine = Relationship.objects.open_at(clock.now()).filter(team_id__in=principal.team_ids)
    return mine.filter(source_kind=Source.IMPORT)
