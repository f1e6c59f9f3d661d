"""Whether somebody has two records, making one of them, and undoing that."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord import audit
from carecoord.errors import RuleError
from neighbourhoods.codes import Choices, words_of
from neighbourhoods.display.merges import (
    alike_rows,
    compared,
    counts_of,
    has_two_numbers,
    later_rows,
    make_one,
    merge_rows,
    to_choose,
)
from neighbourhoods.duplicates import people_like
from neighbourhoods.forms.merges import MergeForm, UnmergeForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Merge, Resident
from neighbourhoods.services import identity_of
from neighbourhoods.services.merges import NOT_YOURS, REFUSALS, may_merge, merge_residents, parts_of, undo_merge
from neighbourhoods.services.residents import CODED
from neighbourhoods.web import MemberRequest, for_members, seen_by, seen_resident


@for_members
def resident_duplicates(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Who may be the same person, for whoever could merge them; and what was merged, for everybody who sees it."""
    resident = seen_resident(request, resident_id, "merge.viewed")
    is_theirs = may_merge(request.principal)
    alike = people_like(identity_of(resident)) if is_theirs else []
    merges = Merge.objects.visible_to(request.principal).filter(resident_id=resident.id)
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "called": resident.called,
        "is_theirs": is_theirs,
        "not_yours": NOT_YOURS,
        "alike": alike_rows(resident, alike),
        "merges": merge_rows(merges, may_undo=is_theirs),
        "back": reverse("resident_people", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_duplicates.html", context)


@for_members
def resident_merge(request: MemberRequest, resident_id: UUID, other_id: UUID) -> HttpResponse:
    """Side by side: what differs is chosen, and everything of the other comes into this record."""
    resident = seen_resident(request, resident_id, "merge.viewed")
    other = seen_by(request.principal, other_id)
    if other is None or other.id == resident.id:
        raise Http404("No other resident of yours")
    audit.looked("merge.viewed", by=request.principal, resident_id=other.id, about=("resident", other.id))
    rows = compared(resident, other, _words_of(resident, other))
    form = MergeForm(request.POST or None, differing=to_choose(resident, other, rows))
    if request.method == "POST" and form.is_valid():
        try:
            merge_residents(
                by=request.principal,
                survivor_id=resident.id,
                merged_id=other.id,
                reason=form.cleaned_data["reason"],
                chosen=form.chosen(),
            )
        except RuleError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "The two records are one now. The teams around it are told.")
            return redirect("resident_record", resident.id)
    hindrance = REFUSALS["two_numbers"] if has_two_numbers(resident, other) else ""
    context = {
        "interruption": make_one(resident, reverse("resident_duplicates", args=[resident.id])),
        "rows": rows,
        "form": form if may_merge(request.principal) and not hindrance else None,
        "hindrance": hindrance or NOT_YOURS,
        "swapped": reverse("resident_merge", args=[other.id, resident.id]),
        "back": reverse("resident_duplicates", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_merge.html", context, status=422 if form.errors else 200)


@for_members
def resident_unmerge(request: MemberRequest, resident_id: UUID, merge_id: UUID) -> HttpResponse:
    """What would go where, before anything does."""
    resident = seen_resident(request, resident_id, "merge.viewed")
    merges = Merge.objects.visible_to(request.principal).filter(resident_id=resident.id)
    merge = merges.filter(id=merge_id).first()
    if merge is None:
        raise Http404("No merge of this resident")
    is_theirs = may_merge(request.principal) and merge.undone_at is None
    parts = parts_of(merge) if is_theirs and merge.survivor_id == resident.id else []
    form = UnmergeForm(request.POST or None, later=later_rows(request.principal, parts))
    if request.method == "POST" and is_theirs and form.is_valid():
        try:
            undo_merge(by=request.principal, merge_id=merge.id, reason=form.cleaned_data["reason"], also=form.going())
        except RuleError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "They are two records again. The teams around both are told.")
            return redirect("resident_duplicates", resident.id)
    hindrance = REFUSALS["merged_on"] if merge.survivor_id != resident.id else NOT_YOURS
    if merge.undone_at:
        hindrance = REFUSALS["undone_already"]
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "merge": next(iter(merge_rows([merge], may_undo=False))),
        "back_rows": counts_of(parts, "back"),
        "hanging": counts_of(parts, "hangs"),
        "form": form if is_theirs and merge.survivor_id == resident.id else None,
        "hindrance": hindrance,
        "back": reverse("resident_duplicates", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_unmerge.html", context, status=422 if form.errors else 200)


def _words_of(*residents: Resident) -> Choices:
    said: dict[str, str] = {}
    found: Choices = {}
    for resident in residents:
        said = {key: code for name, key in CODED.items() if (code := getattr(resident, name))}
        for key, words in (words_of(said) if said else {}).items():
            found = {**found, key: {**found.get(key, {}), **words}}
    return found


merges_urls = [
    path("residents/<uuid:resident_id>/duplicates/", resident_duplicates, name="resident_duplicates"),
    path("residents/<uuid:resident_id>/merge/<uuid:other_id>/", resident_merge, name="resident_merge"),
    path("residents/<uuid:resident_id>/merges/<uuid:merge_id>/", resident_unmerge, name="resident_unmerge"),
]
