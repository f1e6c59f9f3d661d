"""The plan's own words, heading by heading. The unit of merge is one section (domain.md 2.6)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import derived_id
from carecoord.prepared import prepared
from careplans.answers import Answer, refuse_unknown, stored, values_of
from careplans.headings import Heading, headings
from careplans.merging import merge
from careplans.models import CarePlan, PlanSection, SectionVersion
from careplans.models.plans import WORDING, Worded
from careplans.services.clashes import Clash
from careplans.services.mistakes import refuse_others
from careplans.services.rules import author_name, current_plan, fresh, plain, reason_for
from neighbourhoods.principal import Principal
from neighbourhoods.services.entry_facts import typed

ASKED_ANEW = "This section asks something else since you opened it. Check what you typed, then save it again."
NOT_ASKED = "is not written any more. Copy what you typed into another section."


# Begins anew with every wording, and with every review in which the section is still right.
CLOCK = ("looked_at", "told_at")
# The heading may be called something else by now, and what was written still be the same.
SAME = ("definition_version", "body", "answers", "in_own_words")


class AskedAnew(RuleError):
    """The definition has changed since the form was opened. Nothing was changed."""


@transaction.atomic
def write_section(
    *,
    by: Principal,
    plan_id: UUID,
    key: str,
    body: str,
    in_own_words: bool,
    version: int,
    answers: Mapping[str, Any] | None = None,
    asked: int | None = None,
) -> PlanSection:
    """Save a new wording and keep the one before. `version` is the one that was read; 0 where nothing stood.

    `answers` are those to all fields of the section by key, None where they stay as they are; `asked` is the version of
    the definition that was asked. The same words again change nothing. Raises StaleVersion with the section as
    `current` where it says something else by now, or Clash where it has fields and both changed the same of them;
    AskedAnew where the definition is another by now.
    """
    heading = _asked(key, asked)
    refuse_unknown(heading, answers or {})
    plan, body = current_plan(by, plan_id), plain(body)
    if len(body) > _most(heading):
        raise RuleError(f"Use {_most(heading)} characters or fewer.", field="body")
    section: PlanSection | None = next(iter(_locked(by, plan.id, key)), None)
    said = list(section.answers) if section else []
    mine = _merged(
        heading, section, version, {**values_of(said), **(answers or {}), "body": body, "in_own_words": in_own_words}
    )
    wording = _wording(heading, mine, said)
    if section and all(getattr(section, name) == wording[name] for name in SAME):
        return section
    if not heading.fields:
        fresh(section, section.version if section else 0, version, "section")
    section = _write(by, plan, section, heading, wording)
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
    of = {"section": wording.section.key, "version": wording.number}
    refuse_others(by, wording, "section.written", ("care_plan", plan.id), **of)
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
    for name in WORDING:
        setattr(section, name, getattr(before, name))
    section.looked_at, section.told_at = before.created_at, None
    section.save_changes(*WORDING, *CLOCK)
    _keep(section)


@prepared
def _locked(by: Principal, plan_id: UUID, key: str) -> QuerySet[PlanSection]:
    return PlanSection.objects.select_for_update().visible_to(by).filter(care_plan_id=plan_id, key=key)


def section_id(plan: CarePlan, key: str) -> UUID:
    """The name of a section from the day its plan was made, so that it can be read before anybody has written it."""
    return derived_id(plan.id, plan.id, key)


def facts_of_section(wording: Worded | None, names: Iterable[str]) -> dict[str, Any]:
    """What a wording says, by the names under which it is merged: fields that are asked now, and the words."""
    values = values_of(wording.answers) if wording else {}
    body = wording.body if wording else ""
    return {name: body if name == "body" else values.get(name) for name in names}


def _asked(key: str, asked: int | None) -> Heading:
    heading = headings().get(key)
    if heading is None:
        raise RuleError("The plan has no such section.", code="no_section")
    if heading.retired:
        raise RuleError(f"“{heading.title}” {NOT_ASKED}", code="no_section")
    if asked is not None and asked != heading.version:
        raise AskedAnew(ASKED_ANEW, code="section_asked_anew")
    return heading


def _most(heading: Heading) -> int:
    return heading.text.most if heading.text else 0


def _merged(heading: Heading, section: PlanSection | None, read: int, mine: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a section with fields, what others changed of it since it was read comes along. Raises Clash where both
    changed the same."""
    if not heading.fields or section is None or section.version == read:
        return mine
    answers = values_of(stored(heading, _answers(heading, mine), section.answers))
    names = (*heading.field_by_key, *(["body"] if heading.text else []))
    own = {name: mine["body"] if name == "body" else answers.get(name) for name in names}
    was = SectionVersion.objects.filter(section=section, number=read).first()
    base = facts_of_section(was, names) if was or read == 0 else None
    theirs = facts_of_section(section, names)
    merged = merge(base, theirs, own)
    if merged.clashes:
        raise Clash("section", section, base, theirs, own)
    return {**mine, **{name: typed(value) for name, value in merged.values.items()}}


def _answers(heading: Heading, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: typed(facts.get(key)) for key in heading.field_by_key}


def _wording(heading: Heading, facts: Mapping[str, Any], said: Iterable[Answer]) -> dict[str, Any]:
    """What is to stand, and as what it was asked."""
    answers = stored(heading, _answers(heading, facts), said)
    if heading.text and heading.text.required and not facts["body"] and answers:
        raise RuleError("Say it in words.", field="body")
    return {
        "title": heading.title,
        "definition_version": heading.version,
        "body": facts["body"],
        "answers": answers,
        "in_own_words": facts["in_own_words"],
    }


def _write(
    by: Principal, plan: CarePlan, section: PlanSection | None, heading: Heading, wording: Mapping[str, Any]
) -> PlanSection:
    if section is None:
        if not (wording["body"] or wording["answers"]):
            first = "body" if heading.text else heading.fields[0].key
            raise RuleError("Write something, or go back to the plan.", field=first)
        section_key = {"id": section_id(plan, heading.key), "key": heading.key}
        section = PlanSection(care_plan=plan, resident_id=plan.resident_id, **section_key)
    for name, value in wording.items():
        setattr(section, name, value)
    section.written_by_id, section.written_by_name = by.membership_id, author_name(by)
    section.looked_at, section.told_at = clock.now(), None
    if section._state.adding:
        section.save(force_insert=True)
    else:
        section.save_changes(*WORDING, *CLOCK)
    return section


def _keep(section: PlanSection) -> None:
    SectionVersion(
        section=section,
        resident_id=section.resident_id,
        number=section.version,
        created_at=clock.now(),
        **{name: getattr(section, name) for name in WORDING},
    ).save(force_insert=True)
