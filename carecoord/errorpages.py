"""Pages for what went wrong before or outside a view: they say what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not match: signed out in another tab, or a form kept open for too long."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
