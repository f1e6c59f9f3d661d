"""Every wording of a section: who wrote it and when, what changed between any two, and which was an error."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import Link, Status
from careplans import forms, services
from careplans.answers import in_words, title_of
from careplans.display.clashes import marked
from careplans.display.people import author, written
from careplans.models import PlanSection, SectionVersion
from careplans.reading import section_of, set_aside_of, version_of, versions_of
from careplans.services.mistakes import is_ours
from careplans.views.common import page, plan_or_404, refuse
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@dataclass(frozen=True)
class Wording:
    """One version as it is read; `title` where it was called something else than today. `error` says when it was marked
    as an error, by whom and why; empty where none."""

    version: SectionVersion
    by: str
    error: str
    mistake: Link | None
    title: str = ""

    @property
    def words(self) -> str:
        return in_words(self.version)

    @property
    def label(self) -> str:
        return f"Version {self.version.number}, {self.by}"


@dataclass(frozen=True)
class Difference:
    title: str
    words: SafeString


@for_members
def section_versions(request: MemberRequest, resident_id: UUID, key: str) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    section = section_of(request.principal, plan_or_404(request.principal, resident), key)
    if section is None:
        raise Http404("Not yet written")
    wordings = [_wording(request.principal, section, one) for one in versions_of(request.principal, section)]
    asked = request.GET if {"older", "newer"} & set(request.GET) else None
    form = forms.CompareForm(
        asked,
        versions=[(str(one.version.number), one.label) for one in wordings],
        initial={"older": str(max(section.version - 1, 1)), "newer": str(section.version)},
    )
    context = {
        "title": title_of(key, section),
        "wordings": wordings,
        "form": form if len(wordings) > 1 else None,
        "difference": _difference(form, wordings) if form.is_valid() else None,
        "aside": [(one, written(one.written_by, one.created_at)) for one in set_aside_of(request.principal, section)],
        "now": Status("In the plan now", "green"),
    }
    return page(request, "section_versions", resident, context, refused=bool(form.errors))


@for_members
def section_error(request: MemberRequest, resident_id: UUID, key: str, number: int) -> HttpResponse:
    """Saying that a wording was an error, and why."""
    resident = seen_resident(request, resident_id, "plan.viewed")
    section = section_of(request.principal, plan_or_404(request.principal, resident), key)
    wording = version_of(request.principal, section, number) if section else None
    if section is None or wording is None:
        raise Http404("Not yet written")
    form = forms.ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_wording_in_error(by=request.principal, version_id=wording.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Version {number} is marked as entered in error. It stays, struck out.")
            return redirect("section_versions", resident.id, key)
    context = {
        "form": form,
        "key": key,
        "title": title_of(key, section),
        "wording": _wording(request.principal, section, wording),
        "is_now": number == section.version,
    }
    return page(request, "section_error", resident, context, refused=bool(form.errors))


def _wording(principal: Principal, section: PlanSection, version: SectionVersion) -> Wording:
    ours = is_ours(principal, version)
    url = reverse("section_error", args=[section.resident_id, section.key, version.number])
    mistake = Link("It was entered in error", url, f"version {version.number}")
    return Wording(
        version,
        written(version.written_by, version.created_at, version.written_by_name),
        _error(version),
        mistake if ours and version.error_at is None else None,
        version.title if version.title != title_of(section.key, section) else "",
    )


def _error(version: SectionVersion) -> str:
    if version.error_at is None:
        return ""
    at = dates.moment_inside(version.error_at, now=clock.now())
    return f"Entered in error: {version.error_reason} ({author(version.error_by)}, {at})"


def _difference(form: forms.CompareForm, wordings: list[Wording]) -> Difference:
    found = {one.version.number: one.version for one in wordings}
    older, newer = sorted((form.cleaned_data["older"], form.cleaned_data["newer"]))
    return Difference(
        f"From version {older} to version {newer}", marked(in_words(found[older]), in_words(found[newer]))
    )
