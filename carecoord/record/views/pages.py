"""Pages that only say something: help, accessibility, privacy. Open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "record/help.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "record/accessibility.html")


def privacy_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "record/privacy_notice.html")
