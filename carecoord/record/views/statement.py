"""What a resident may be given of their record, to read on the screen together and on paper."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from carecoord.record.display.statement import statement_of
from neighbourhoods.frame import record_frame
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_statement(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "statement.viewed")
    context = {
        "resident": record_frame(request.principal, resident, "resident_access"),
        "resident_id": resident.id,
        "statement": statement_of(request.principal, resident),
    }
    return render(request, "record/resident_statement.html", context)


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
