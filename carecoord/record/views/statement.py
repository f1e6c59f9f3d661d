"""What a resident may be given of their record, to read on the screen together and on paper."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from carecoord.pdf import pdf_of
from carecoord.record.display.statement import content_of_pdf, statement_of
from carecoord.record.forms.statement import StatementForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_statement(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "statement.viewed")
    return _page(request, resident, StatementForm.for_somebody(resident.preferred_written_format))


@for_members
def statement_print(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The same as a page to be printed, with nothing around it; `?size=large` for large print."""
    resident = seen_resident(request, resident_id, "statement.printed")
    context = {
        "resident_id": resident.id,
        "statement": statement_of(request.principal, resident),
        "is_large": request.GET.get("size") == "large",
    }
    return render(request, "record/statement_print.html", context)


@require_POST
@for_members
def statement_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The same as a file, which is an export and says what it is for (IG-27). Nothing personal in its name."""
    form = StatementForm(request.POST)
    if not form.is_valid():
        return _page(request, seen_resident(request, resident_id, "statement.viewed"), form)
    size, purpose = form.cleaned_data["size"], form.cleaned_data["purpose"]
    resident = seen_resident(request, resident_id, "statement.exported", purpose=purpose, size=size)
    content = content_of_pdf(statement_of(request.principal, resident), is_large=size == "large")
    headers = {"Content-Disposition": 'attachment; filename="statement.pdf"'}
    return HttpResponse(pdf_of("record/statement_pdf.typ", content), content_type="application/pdf", headers=headers)


def _page(request: MemberRequest, resident: Resident, form: StatementForm) -> HttpResponse:
    context = {
        "resident": record_frame(request.principal, resident, "resident_access"),
        "resident_id": resident.id,
        "statement": statement_of(request.principal, resident),
        "form": form,
    }
    return render(request, "record/resident_statement.html", context, status=422 if form.errors else 200)
