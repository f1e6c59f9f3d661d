"""The plan's own words, heading by heading. The unit of merge is one section (domain.md 2.6)."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ids import derived_id
from carecoord.prepared import prepared
from careplans.headings import BY_KEY
from careplans.models import CarePlan, PlanSection, SectionVersion
from careplans.services.rules import author_name, current_plan, fresh, plain, reason_for
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


@transaction.atomic
def enter_wording_in_error(*, by: Principal, version_id: UUID, reason: str) -> SectionVersion:
    """Say that a wording was a mistake. It stays, struck out, with the reason.

    Where it is what stands in the plan now, the last wording before it that was none stands again, as its author's.
    Raises NotYours for what another organisation wrote (IG-38), RuleError without a reason or where it is said already.
    """
    wording = SectionVersion.objects.visible_to(by).select_related("section", "written_by").get(id=version_id)
    plan = current_plan(by, wording.section.care_plan_id)
    wording = SectionVersion.objects.select_for_update(of=("self",)).select_related("written_by").get(id=version_id)
    reason = reason_for("enter_in_error", reason)
    if wording.error_at:
        raise RuleError("This wording is marked as entered in error already.", code="error_already")
    if wording.written_by is None or wording.written_by.organisation_id != by.organisation_id:
        raise NotYours("Only the organisation that wrote it says that it was an error. Ring them, or write it anew.")
    error = {"error_at": clock.now(), "error_reason": reason, "error_by_id": by.membership_id}
    SectionVersion.objects.filter(id=version_id).update(**error)
    section = _locked.get(by, plan.id, wording.section.key)
    if section.version == wording.number:
        _stand_again(section)
    about = ("care_plan", plan.id)
    key, number, resident_id = section.key, wording.number, plan.resident_id
    audit.record(
        "section.entered_in_error",
        by=by,
        resident_id=resident_id,
        about=about,
        reason=reason,
        section=key,
        version=number,
    )
    outbox.publish("section.entered_in_error", about=about, resident_id=resident_id, section=key, version=number)
    return SectionVersion.objects.get(id=version_id)


def _stand_again(section: PlanSection) -> None:
    """What was said before the error, or nothing."""
    kept = SectionVersion.objects.filter(section=section, error_at=None, number__lt=section.version)
    before = kept.order_by("-number").first() or SectionVersion()
    section.body, section.in_own_words = before.body, before.in_own_words
    section.written_by_id, section.written_by_name = before.written_by_id, before.written_by_name
    section.save_changes("body", "in_own_words", "written_by", "written_by_name")
    _keep(section)


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
