"""The plan's own words, heading by heading. The unit of merge is one section (domain.md 2.6)."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import derived_id
from carecoord.prepared import prepared
from careplans.headings import BY_KEY
from careplans.models import CarePlan, PlanSection, SectionVersion
from careplans.services.rules import author_name, current_plan, fresh, plain
from neighbourhoods.principal import Principal

MAX_BODY = 10_000


@transaction.atomic
def write_section(
    *, by: Principal, plan_id: UUID, key: str, body: str, in_own_words: bool, version: int
) -> PlanSection:
    """Save a new wording and keep the one before. `version` is the one that was read; 0 where nothing stood.

    The same words again change nothing. Raises StaleVersion with the section as `current` where it says
    something else by now.
    """
    if key not in BY_KEY:
        raise RuleError("The plan has no such section.")
    plan, body = current_plan(by, plan_id), plain(body)
    if len(body) > MAX_BODY:
        raise RuleError(f"Use {MAX_BODY} characters or fewer.", field="body")
    section: PlanSection | None = next(iter(_locked(by, plan.id, key)), None)
    if section and (section.body, section.in_own_words) == (body, in_own_words):
        return section
    fresh(section, section.version if section else 0, version, "section")
    section = _write(by, plan, section, key, body, in_own_words)
    _keep(section)
    about = ("care_plan", plan.id)
    audit.record(
        "section.written",
        by=by,
        resident_id=plan.resident_id,
        about=about,
        section=key,
        version=section.version,
    )
    outbox.publish("section.written", about=about, resident_id=plan.resident_id, section=key, version=section.version)
    return section


@prepared
def _locked(by: Principal, plan_id: UUID, key: str) -> QuerySet[PlanSection]:
    return PlanSection.objects.select_for_update().visible_to(by).filter(care_plan_id=plan_id, key=key)


def section_id(plan: CarePlan, key: str) -> UUID:
    """The name of a section from the day its plan was made, so that it can be read before anybody has written it."""
    return derived_id(plan.id, plan.id, key)


def _write(
    by: Principal, plan: CarePlan, section: PlanSection | None, key: str, body: str, in_own_words: bool
) -> PlanSection:
    if section is None:
        if not body:
            raise RuleError("Write something, or go back to the plan.", field="body")
        section = PlanSection(id=section_id(plan, key), care_plan=plan, resident_id=plan.resident_id, key=key)
    section.body, section.in_own_words = body, in_own_words
    section.written_by_id, section.written_by_name = by.membership_id, author_name(by)
    if section._state.adding:
        section.save(force_insert=True)
    else:
        section.save_changes("body", "in_own_words", "written_by", "written_by_name")
    return section


def _keep(section: PlanSection) -> None:
    SectionVersion(
        section=section,
        resident_id=section.resident_id,
        number=section.version,
        body=section.body,
        in_own_words=section.in_own_words,
        written_by_id=section.written_by_id,
        written_by_name=section.written_by_name,
        created_at=clock.now(),
    ).save(force_insert=True)
