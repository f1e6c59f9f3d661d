"""Writing a section, choosing between two wordings, and reading the earlier ones."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui.components import Notice
from careplans import forms, services
from careplans.answers import title_of, values_of
from careplans.display.clashes import marked
from careplans.display.people import written
from careplans.headings import Heading
from careplans.merging import together
from careplans.models import CarePlan, DraftOf, PlanSection
from careplans.reading import section_of, version_of
from careplans.services import Clash, Slot
from careplans.views.answering import SectionClashing, asked_anew, refuse_answer, stood_and_left, typed_and_left
from careplans.views.common import heading_or_404, page, plan_or_404, refuse
from careplans.views.drafting import Drafting, typed_in
from neighbourhoods.codes import choices_of
from neighbourhoods.forms.entries import shown_answer
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident

WORDS = "Words"


@for_members
def section_edit(request: MemberRequest, resident_id: UUID, key: str) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    section = section_of(request.principal, plan, key)
    drafting = Drafting(request, Slot(resident.id, DraftOf.SECTION, key))
    is_known = section is not None or drafting.draft is not None or request.method == "POST"
    heading = heading_or_404(key, is_known=is_known)
    if heading.retired:
        return _gone(request, resident, heading, section, drafting)
    if request.method == "POST" and "choice_asked" in request.POST and not heading.fields:
        return _choose(request, resident, plan, heading, section, drafting)
    form = drafting.form(
        forms.SectionForm,
        initial=_initial(section, heading),
        called=resident.called,
        heading=heading,
        can_be_empty=section is not None,
        lists=choices_of(*heading.lists) if heading.lists else {},
    )
    anew = asked_anew(form)
    if request.method == "POST" and anew is None and form.is_valid():
        answered = _save(request, resident, plan, heading, section, form, drafting)
        if answered is not None:
            return answered
    drafting.keep()
    context = {
        "form": form,
        "heading": heading,
        "draft": drafting.frame(),
        "anew": anew,
        "left": form.left(),
        "not_asked": [*stood_and_left(section, heading), *typed_and_left(form.left(), section)],
    }
    is_refused = bool(form.errors) or (anew is not None and request.method == "POST")
    return page(request, "section_edit", resident, context, refused=is_refused)


def _save(
    request: MemberRequest,
    resident: Resident,
    plan: CarePlan,
    heading: Heading,
    section: PlanSection | None,
    form: forms.SectionForm,
    drafting: Drafting,
) -> HttpResponse | None:
    """None where the form is shown again with what is wrong in it."""
    facts, aside = form.facts(), dict(typed_and_left(form.left(), section))
    read = {"version": form.cleaned_data["version"], "asked": form.cleaned_data["asked"]}
    try:
        if section and heading.fields:
            clashing = SectionClashing.of(request, resident, section, drafting, form)
            if clashing.is_asked:
                answered = clashing.choose()
                if isinstance(answered, HttpResponse):
                    return answered
                facts, aside = facts | clashing.chosen(answered[0]), aside | answered[1]
        saved = services.write_section(by=request.principal, plan_id=plan.id, key=heading.key, **facts, **read)
    except Clash as clash:
        drafting.keep()
        theirs = cast("PlanSection", clash.current)
        return SectionClashing.of(request, resident, theirs, drafting, form).ask(clash)
    except StaleVersion:
        drafting.keep()
        typed = {"body": facts["body"], "in_own_words": facts["in_own_words"], "version": read["version"]}
        return _ask(request, resident, heading, section_of(request.principal, plan, heading.key), typed, drafting)
    except RuleError as problem:
        refuse_answer(form, problem)
        return None
    services.set_aside(by=request.principal, beside=saved, words=aside)
    return _saved(request, resident, heading, drafting)


def _gone(
    request: MemberRequest, resident: Resident, heading: Heading, section: PlanSection | None, drafting: Drafting
) -> HttpResponse:
    """The section is not asked any more: whatever was typed into it is shown, to be copied."""
    typed = typed_in(request.POST, DraftOf.SECTION) if request.method == "POST" else {}
    if drafting.draft is not None:
        typed = drafting.draft.typed
    answers = {name: text for name, text in typed.items() if name.startswith(forms.ANSWER)}
    context = {
        "heading": heading,
        "title": title_of(heading.key, section),
        "typed": [*typed_and_left(answers, section), *([(WORDS, typed["body"])] if typed.get("body") else [])],
        "draft": drafting.frame() if drafting.draft is not None else None,
        "versions": reverse("section_versions", args=[resident.id, heading.key]) if section else "",
    }
    return page(request, "section_gone", resident, context, refused=request.method == "POST")


def _ask(
    request: MemberRequest,
    resident: Resident,
    heading: Heading,
    theirs: PlanSection | None,
    typed: dict[str, Any],
    drafting: Drafting,
    form: forms.ConflictForm | None = None,
) -> HttpResponse:
    """What stood before, theirs and mine side by side. The version of theirs goes with the form: a third change asks
    again. So does the version that was read, however often it is asked.
    """
    body = theirs.body if theirs else ""
    read = typed.get("read_version") or typed.get("version") or 0
    before = version_of(request.principal, theirs, read) if theirs else None
    form = form or forms.ConflictForm(
        initial={
            "both": together(before.body if before else "", body, typed["body"]),
            "body": typed["body"],
            "in_own_words": typed["in_own_words"],
            "version": theirs.version if theirs else 0,
            "read_version": read,
        }
    )
    stood = before.body if before else "" if read == 0 else None
    by = written(theirs.written_by, theirs.updated_at, theirs.written_by_name) if theirs else ""
    context = {
        "form": form,
        "heading": heading,
        "before": before.body if before else "",
        "before_by": written(before.written_by, before.created_at, before.written_by_name) if before else "",
        "theirs": marked(stood, body),
        "theirs_by": by,
        "mine": marked(stood, typed["body"]),
        "draft": drafting.frame(),
        "saved": _notice(heading, theirs),
        "kept": Notice("blue", "What you typed is kept.", "Choose which version stands in the plan.", icon="tick"),
    }
    return page(request, "section_conflict", resident, context, refused=True)


def _notice(heading: Heading, theirs: PlanSection | None) -> Notice:
    member = theirs.written_by if theirs else None
    who = member.user.name if member else (theirs.written_by_name if theirs else "") or "Somebody"
    return Notice("amber", f"{who} saved “{heading.title}” while you were typing.", icon="pencil", is_live=True)


def _choose(
    request: MemberRequest,
    resident: Resident,
    plan: CarePlan,
    heading: Heading,
    section: PlanSection | None,
    drafting: Drafting,
) -> HttpResponse:
    form = forms.ConflictForm(request.POST)
    form.fields["choice"].error_messages["required"] = f"Choose which version of “{heading.title}” to keep"
    if not form.is_valid():
        read = form.cleaned_data.get("read_version")
        mine = {"body": request.POST.get("body", ""), "in_own_words": False, "read_version": read}
        return _ask(request, resident, heading, section, mine, drafting, form)
    answers = form.cleaned_data
    if answers["choice"] == "theirs":
        _set_aside(request, section, answers["body"])
        drafting.saved()
        messages.info(request, f"Kept: “{heading.title}” as your colleague wrote it.")
        return redirect("care_plan", resident.id)
    typed = {
        "body": answers["both"] if answers["choice"] == "both" else answers["body"],
        "in_own_words": answers["in_own_words"],
    }
    read = {"read_version": answers["read_version"]}
    try:
        saved = services.write_section(
            by=request.principal, plan_id=plan.id, key=heading.key, version=answers["version"], **typed
        )
    except StaleVersion:
        now = section_of(request.principal, plan, heading.key)
        return _ask(request, resident, heading, now, typed | read, drafting)
    except RuleError as problem:
        refuse(form, problem)
        return _ask(request, resident, heading, section, typed | read, drafting, form)
    if answers["choice"] == "both":
        _set_aside(request, saved, answers["body"])
    return _saved(request, resident, heading, drafting)


def _set_aside(request: MemberRequest, section: PlanSection | None, body: str) -> None:
    """What was typed and not chosen stays beside the history."""
    if section and body.strip() != section.body:
        services.set_aside(by=request.principal, beside=section, words={WORDS: body})


def _saved(request: MemberRequest, resident: Resident, heading: Heading, drafting: Drafting) -> HttpResponse:
    drafting.saved()
    messages.success(request, f"Saved: “{heading.title}”. Earlier versions are kept.")
    return redirect("care_plan", resident.id)


def _initial(section: PlanSection | None, heading: Heading) -> dict[str, Any]:
    if section is None:
        return {"version": 0, "asked": heading.version, "in_own_words": heading.own_words}
    answers = values_of(section.answers)
    kinds = {one["key"]: one["kind"] for one in section.answers}
    return {
        "body": section.body,
        "in_own_words": section.in_own_words,
        "version": section.version,
        "asked": heading.version,
        **{
            f"{forms.ANSWER}{field.key}": shown_answer(field, answers[field.key])
            for field in heading.fields
            if kinds.get(field.key) == field.kind
        },
    }
