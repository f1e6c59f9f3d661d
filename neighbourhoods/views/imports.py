"""Bring a list of people: the file, its columns, each row reviewed, written, and taken back. All of it posted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.ui.components import Link, Pagination, Steps
from carecoord.uploads import was_too_large
from neighbourhoods.display.imports import (
    for_all,
    import_lines,
    next_of,
    progress_of,
    row_shown,
    state_of,
    tabs_of,
)
from neighbourhoods.forms.imports import ColumnsForm, UploadForm, decisions_in
from neighbourhoods.imports import (
    decisions_of,
    importing_teams,
    may_import,
    outcomes_of,
    restricted_among,
    rows_of,
    seen_among,
    touched_rows,
    verdicts_of,
)
from neighbourhoods.models import ImportVerdict, ResidentImport, ResidentImportRow
from neighbourhoods.services.imports import (
    decide_all,
    decide_rows,
    discard_import,
    name_columns,
    start_import,
    undo_import,
    write_import,
)
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.web import MemberRequest, for_members

PAGE, IMPORTS_SHOWN = 25, 50
STEPS = ("File", "Columns", "Review", "Written")
STEP_OF = {"mapping": 2, "reading": 2, "review": 3, "writing": 3}


@for_members
def import_list(request: MemberRequest) -> HttpResponse:
    teams = {team.id for team in importing_teams(request.principal)}
    found = ResidentImport.objects.visible_to(request.principal).filter(team_id__in=teams).select_related("team")
    shown = list(found.defer("content", "preview")[:IMPORTS_SHOWN])
    return render(request, "neighbourhoods/import_list.html", {"imports": import_lines(shown), "may": bool(teams)})


@for_members
def import_new(request: MemberRequest) -> HttpResponse:
    teams = importing_teams(request.principal)
    if not teams:
        # That page says who brings them.
        return redirect("import_list")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        teams=teams,
        was_too_large=was_too_large(request),
        initial={"team": str(teams[0].id)},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = start_import(
                by=request.principal,
                team_id=UUID(form.cleaned_data["team"]),
                file_name=file.name or "",
                content=file.read(),
            )
            return redirect("import_columns", made.id)
        except RuleError as refusal:
            refuse(form, refusal)
    context = {"form": form, "steps": Steps(STEPS, 1)}
    return render(request, "neighbourhoods/import_new.html", context, status=422 if form.errors else 200)


@for_members
def import_columns(request: MemberRequest, import_id: UUID) -> HttpResponse:
    found = _mine(request, import_id)
    if found.state != "mapping":
        return redirect("import_detail", found.id)
    form = ColumnsForm(
        request.POST or None, headings=found.headings, guessed=found.columns, month_first=found.month_first
    )
    if request.method == "POST" and form.is_valid():
        try:
            name_columns(by=request.principal, import_id=found.id, columns=form.columns, month_first=form.month_first)
            return redirect("import_detail", found.id)
        except RuleError as refusal:
            refuse(form, refusal)
    columns = [
        {"heading": heading, "field": form[f"column_{at}"], "cells": [row[at] for row in found.preview if row[at]]}
        for at, heading in enumerate(found.headings)
    ]
    context = {"form": form, "columns": columns, "found": found, "steps": Steps(STEPS, 2)}
    return render(request, "neighbourhoods/import_columns.html", context, status=422 if form.errors else 200)


@for_members
def import_detail(request: MemberRequest, import_id: UUID) -> HttpResponse:
    found = _mine(request, import_id)
    if found.state == "mapping":
        return redirect("import_columns", found.id)
    if found.is_at_work:
        return _at_work(request, found)
    if request.htmx:
        return HttpResponseClientRefresh()
    return _rows_page(request, found)


def _at_work(request: MemberRequest, found: ResidentImport) -> HttpResponse:
    rows = ResidentImportRow.objects.filter(resident_import=found)
    total = {
        "reading": lambda: found.rows_total,
        "writing": lambda: found.rows_done + rows.filter(decision__in=["register", "join"], done_at=None).count(),
        "undoing": lambda: found.rows_done + rows.filter(outcome__in=["registered", "joined"], told="").count(),
    }[found.state]()
    context = {
        "found": found,
        "progress": progress_of(found, total),
        "steps": Steps(STEPS, STEP_OF.get(found.state, 4)),
    }
    part = "neighbourhoods/import_progress.html" if request.htmx else "neighbourhoods/import_working.html"
    return render(request, part, context)


def _rows_page(request: MemberRequest, found: ResidentImport) -> HttpResponse:
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in ImportVerdict.values else ""
    after = _number(request.GET.get("after", ""))
    rows = list(rows_of(found, verdict, after)[: PAGE + 1])
    shown = rows[:PAGE]
    people = {UUID(one["id"]) for row in shown for one in row.candidates}
    people |= {row.resident_id for row in shown if row.resident_id}
    seen = seen_among(request.principal, people)
    # Who it may be was shown when the row was read, and is shown again now (IG-12, IG-27).
    audit.looked_each("resident.compared", by=request.principal, resident_ids=sorted(people))
    restricted = restricted_among(people)
    counts, may_decide = verdicts_of(found), found.state == "review"
    decided = decisions_of(found)
    context = {
        "found": found,
        "state": state_of(found),
        "steps": Steps(STEPS, STEP_OF.get(found.state, 4)),
        "tabs": tabs_of(found, counts, verdict),
        "rows": [row_shown(row, found.headings, seen, restricted, may_decide=may_decide) for row in shown],
        "may_decide": may_decide,
        "verdict": verdict,
        "for_all": for_all(counts, verdict) if may_decide else (),
        "to_write": sum(decided.get(what, 0) for what in ("register", "join")),
        "undecided": decided.get("", 0) - counts.get("invalid", 0),
        "outcomes": outcomes_of(found),
        "pages": Pagination(next=next_of(found, verdict, shown[-1].number) if len(rows) > PAGE else None),
        "after": after,
    }
    return render(request, "neighbourhoods/import_rows.html", context)


@for_members
@require_POST
def import_decide(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """About the rows of a page, or about all of a verdict."""
    found = _mine(request, import_id)
    verdict, what = request.POST.get("verdict", ""), request.POST.get("all", "")
    try:
        if what:
            changed = decide_all(by=request.principal, import_id=found.id, verdict=verdict, what=what)
        else:
            decisions = decisions_in(request.POST.dict())
            changed = decide_rows(by=request.principal, import_id=found.id, decisions=decisions)
    except RuleError as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _decided(changed))
    return redirect(_back(request, found))


def _decided(changed: int) -> str:
    return f"Decided about {changed:,} {'row' if changed == 1 else 'rows'}. Nothing is written yet."


@for_members
def import_write(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _confirmed(request, import_id, "write")


@for_members
def import_undo(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _confirmed(request, import_id, "undo")


@for_members
def import_discard(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _confirmed(request, import_id, "discard")


ACTIONS = {"write": write_import, "undo": undo_import, "discard": discard_import}
POSSIBLE_IN = {"write": {"review"}, "undo": {"written"}, "discard": {"mapping", "review"}}


def _confirmed(request: MemberRequest, import_id: UUID, verb: str) -> HttpResponse:
    """Say what will happen, and do it once that is pressed."""
    found = _mine(request, import_id)
    if found.state not in POSSIBLE_IN[verb]:
        messages.info(request, f"This list is not waiting for that: it says {state_of(found).word.lower()}.")
        return redirect("import_detail", found.id)
    problem = ""
    if request.method == "POST":
        try:
            ACTIONS[verb](by=request.principal, import_id=found.id)
            return redirect("import_detail" if verb != "discard" else "import_list", *_of(found, verb))
        except RuleError as refusal:
            problem = refusal.sentence
    context = {"found": found, "problem": problem, "verb": verb, **_said_before(request, found, verb)}
    return render(request, f"neighbourhoods/import_{verb}.html", context, status=422 if problem else 200)


def _of(found: ResidentImport, verb: str) -> list[UUID]:
    return [] if verb == "discard" else [found.id]


def _said_before(request: MemberRequest, found: ResidentImport, verb: str) -> dict[str, Any]:
    if verb != "undo":
        counts = decisions_of(found)
        return {"register": counts.get("register", 0), "join": counts.get("join", 0), "leave": counts.get("leave", 0)}
    touched = touched_rows(request.principal, found)
    seen = seen_among(request.principal, [one.resident_id for one in touched])
    return {
        "outcomes": outcomes_of(found),
        "touched": [
            Link(f"Row {one.number}", reverse("resident_record", args=[one.resident_id]))
            for one in touched
            if one.resident_id in seen
        ],
        "touched_count": len(touched),
    }


def _mine(request: MemberRequest, import_id: UUID) -> ResidentImport:
    found = ResidentImport.objects.visible_to(request.principal).select_related("team").defer("content")
    mine = found.filter(id=import_id).first()
    if mine is None or not may_import(request.principal, mine.team_id):
        raise Http404("No list of yours")
    return mine


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _back(request: MemberRequest, found: ResidentImport) -> str:
    """The page of rows that was left, never anywhere else."""
    here = reverse("import_detail", args=[found.id])
    verdict, after = request.POST.get("verdict", ""), _number(request.POST.get("after", ""))
    return f"{here}?verdict={verdict}&after={after}" if verdict in {"", *ImportVerdict.values} else here


imports_urls = [
    path("imports/", import_list, name="import_list"),
    path("imports/new/", import_new, name="import_new"),
    path("imports/<uuid:import_id>/", import_detail, name="import_detail"),
    path("imports/<uuid:import_id>/columns/", import_columns, name="import_columns"),
    path("imports/<uuid:import_id>/decide/", import_decide, name="import_decide"),
    path("imports/<uuid:import_id>/write/", import_write, name="import_write"),
    path("imports/<uuid:import_id>/undo/", import_undo, name="import_undo"),
    path("imports/<uuid:import_id>/discard/", import_discard, name="import_discard"),
]
