"""Writing a section, choosing between two wordings, and reading the earlier ones."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui.components import Notice
from careplans import forms, services
from careplans.display.clashes import marked
from careplans.display.people import written
from careplans.headings import Heading
from careplans.merging import together
from careplans.models import CarePlan, DraftOf, PlanSection
from careplans.reading import section_of, version_of
from careplans.services import Slot
from careplans.views.common import heading_or_404, page, plan_or_404, refuse
from careplans.views.drafting import Drafting
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident

WORDS = "Words"


@for_members
def section_edit(request: MemberRequest, resident_id: UUID, key: str) -> HttpResponse:
    heading = heading_or_404(key)
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    section = section_of(request.principal, plan, key)
    drafting = Drafting(request, Slot(resident.id, DraftOf.SECTION, key))
    if request.method == "POST" and "choice_asked" in request.POST:
        return _choose(request, resident, plan, heading, section, drafting)
    form = drafting.form(
        forms.SectionForm,
        initial=_initial(section, heading),
        called=resident.called,
        is_voice=heading.about_me,
        can_be_empty=section is not None,
    )
    if request.method == "POST" and form.is_valid():
        typed = {"in_own_words": False} | form.cleaned_data
        try:
            services.write_section(by=request.principal, plan_id=plan.id, key=key, **typed)
        except StaleVersion:
            drafting.keep()
            return _ask(request, resident, heading, section_of(request.principal, plan, key), typed, drafting)
        except RuleError as problem:
            refuse(form, problem)
        else:
            return _saved(request, resident, heading, drafting)
    drafting.keep()
    context = {"form": form, "heading": heading, "draft": drafting.frame()}
    return page(request, "section_edit", resident, context, refused=bool(form.errors))


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
        return {"version": 0, "in_own_words": heading.about_me}
    return {"body": section.body, "in_own_words": section.in_own_words, "version": section.version}
