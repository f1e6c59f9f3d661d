"""When the weekly round of a care home is, and who leads it."""

from uuid import UUID

from django.db import transaction

from carecoord import audit
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import Organisation, OrganisationKind
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words


@transaction.atomic
def set_home_round(
    *, by: Principal, organisation_id: UUID, weekday: int | None, clinical_lead: str, cqc_id: str
) -> Organisation:
    """For whoever works for the home: the clinical lead comes to them. Raises NotYours for anybody else."""
    if by.organisation_id != organisation_id:
        raise NotYours("The home itself says when its round is. Ring them.")
    homes = Organisation.objects.select_for_update().filter(kind=OrganisationKind.CARE_HOME)
    home = homes.get(id=organisation_id)
    if weekday is not None and not 0 <= weekday <= 6:
        raise RuleError("Choose a day of the week.", field="weekday")
    lead, cqc = words(clinical_lead, "clinical_lead", 150), words(cqc_id, "cqc_id", 20)
    if (home.round_weekday, home.clinical_lead, home.cqc_id) != (weekday, lead, cqc):
        home.round_weekday, home.clinical_lead, home.cqc_id = weekday, lead, cqc
        home.save_changes("round_weekday", "clinical_lead", "cqc_id")
        audit.record("home.round_set", by=by, about=("organisation", home.id), weekday=weekday)
    return home
