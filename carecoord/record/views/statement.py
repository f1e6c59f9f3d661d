"""What a resident may be given of their record, or somebody who acts for them: for staff to check, and on paper."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.pdf import pdf_of
from carecoord.record.display.statement import Statement, content_of_pdf, statement_of
from carecoord.record.forms.statement import StatementForm
from carecoord.ui.components import Link, Notice
from neighbourhoods.display.proxies import basis_words, refused_words
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Proxy, Resident
from neighbourhoods.models.clinical import unread_kinds
from neighbourhoods.principal import Principal
from neighbourhoods.proxies import Ages, ages_of, child_of, may_be_given, one_proxy
from neighbourhoods.proxies import acting_for as acting
from neighbourhoods.web import MemberRequest, for_members, seen_resident

VIEWED = {False: "statement.viewed", True: "statement.viewed_for_other"}
EXPORTED = {False: "statement.exported", True: "statement.exported_for_other"}
PRINTED = {False: "statement.printed", True: "statement.printed_for_other"}


@dataclass(frozen=True)
class Given:
    """To whom it is given: the resident, or `proxy`. `refused` says why not, and what to do."""

    proxy: Proxy | None
    refused: str
    statement: Statement | None

    @property
    def query(self) -> str:
        return f"for={self.proxy.id}" if self.proxy else ""


@for_members
def resident_statement(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, VIEWED["for" in request.GET])
    return _page(request, resident, StatementForm.for_somebody(resident.preferred_written_format))


@for_members
def statement_print(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The same as a page to be printed, with nothing around it; `?size=large` for large print."""
    resident = seen_resident(request, resident_id, PRINTED["for" in request.GET])
    given = _given(request, resident, ages_of(request.principal.place_id))
    context = {
        "resident_id": resident.id,
        "name": f"{resident.given_name} {resident.family_name}",
        "given": given,
        "statement": given.statement,
        "refused": _notice(given, resident),
        "is_large": request.GET.get("size") == "large",
    }
    return render(request, "record/statement_print.html", context, status=403 if given.refused else 200)


@require_POST
@for_members
def statement_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The same as a file, which is an export and says what it is for (IG-27). Nothing personal in its name."""
    form = StatementForm(request.POST)
    is_for_other = "for" in request.GET
    if not form.is_valid():
        return _page(request, seen_resident(request, resident_id, VIEWED[is_for_other]), form)
    size, purpose = form.cleaned_data["size"], form.cleaned_data["purpose"]
    resident = seen_resident(request, resident_id, EXPORTED[is_for_other], purpose=purpose, size=size)
    given = _given(request, resident, ages_of(request.principal.place_id))
    if given.statement is None:
        return _page(request, resident, form)
    content = content_of_pdf(given.statement, is_large=size == "large")
    headers = {"Content-Disposition": 'attachment; filename="statement.pdf"'}
    return HttpResponse(pdf_of("record/statement_pdf.typ", content), content_type="application/pdf", headers=headers)


def _page(request: MemberRequest, resident: Resident, form: StatementForm) -> HttpResponse:
    ages = ages_of(request.principal.place_id)
    given = _given(request, resident, ages)
    context = {
        "resident": record_frame(request.principal, resident, "resident_access"),
        "resident_id": resident.id,
        "called": resident.called,
        "given": given,
        "statement": given.statement,
        "others": _others(request.principal, resident, ages, given.proxy),
        "refused": _notice(given, resident),
        "is_not_clinical": bool(unread_kinds(request.principal)),
        "form": form,
    }
    wrong = 422 if form.errors else 200
    return render(request, "record/resident_statement.html", context, status=403 if given.refused else wrong)


def _given(request: MemberRequest, resident: Resident, ages: Ages) -> Given:
    """404 for somebody who was never written down as acting for this resident."""
    proxy = _proxy(request, resident)
    refused = refused_words(resident, child_of(request.principal, resident, ages), proxy, ages)
    return Given(proxy, refused, None if refused else statement_of(request.principal, resident, proxy))


def _proxy(request: MemberRequest, resident: Resident) -> Proxy | None:
    if "for" not in request.GET:
        return None
    try:
        found = one_proxy(request.principal, resident.id, UUID(request.GET["for"]))
    except ValueError:
        found = None
    if found is None:
        raise Http404("Nobody who acts for this resident")
    return found


def _others(principal: Principal, resident: Resident, ages: Ages, shown: Proxy | None) -> tuple[Link, ...]:
    """For whom else it may be printed."""
    here, child = reverse("resident_statement", args=[resident.id]), child_of(principal, resident, ages)
    links = [
        Link(f"For {one.contact.name}, who acts for {resident.called}: {basis_words(one)}", f"{here}?for={one.id}")
        for one in acting(principal, resident, ages)
        if may_be_given(one, child) and one != shown
    ]
    return (*([Link(f"For {resident.called}", here)] if shown else []), *links)


def _notice(given: Given, resident: Resident) -> Notice | None:
    if not given.refused:
        return None
    people = Link("Who acts for them", f"{reverse('resident_people', args=[resident.id])}#acting")
    return Notice("amber", "This statement is not given out.", given.refused, links=(people,))
