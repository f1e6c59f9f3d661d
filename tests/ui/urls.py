"""Pages that only these tests serve: the gallery, one record, one plain page, one refused form."""

from dataclasses import replace
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from carecoord.ui.components import ResidentFrame

from .gallery import BANNER, DIED, RESTRICTED, SAMPLES, SHELL, EveryField, gallery_page

HERE = Path(__file__).parent
RECORD = (
    "{% extends 'ui/record.html' %}{% load components %}{% block page_title %}Summary{% endblock %}"
    "{% block heading %}<h1>Summary</h1>{% endblock %}{% block content %}{% for n in rows %}"
    "{% panel 'Latest' link=link %}<div class='rows'>{% component row %}</div>{% endpanel %}{% endfor %}{% endblock %}"
)
PLAIN = (
    "{% extends 'base.html' %}{% load components nhsuk %}{% block title %}My day{% endblock %}"
    "{% block heading %}<h1>My day</h1>{% endblock %}"
    "{% block content %}{% component items %}{% if form %}{% form_fields form %}{% endif %}{% endblock %}"
)


def shown(request, source, **context):
    return HttpResponse(engines["django"].from_string(source).render({"page": SHELL, **context}, request))


def gallery(request):
    return shown(request, (HERE / "gallery.html").read_text(), **gallery_page())


def record(request):
    resident = ResidentFrame(BANNER, SAMPLES["strip"], SAMPLES["tabs"])
    row, link = SAMPLES["timeline_normal"], SAMPLES["items"].more
    return shown(request, RECORD, resident=resident, rows=range(8), row=row, link=link)


def died(request):
    resident = ResidentFrame(DIED, SAMPLES["strip"])
    return shown(request, RECORD, resident=resident, rows=())


def restricted(request):
    return shown(request, RECORD, resident=ResidentFrame(RESTRICTED), rows=())


def plain(request):
    return shown(request, PLAIN, items=SAMPLES["items"])


def refused(request):
    return shown(request, PLAIN, items=None, form=EveryField({}))


def alerts_poll(request):
    """The count has grown since the page was made; a request without the header of the poll has no answer."""
    assert request.headers["X-Poll"] == "1"
    alerts = replace(SHELL.navigation[1], count=4)
    shell = replace(SHELL, navigation=(alerts, *SHELL.navigation[2:]))
    return render(request, "ui/alerts_poll.html", {"page": shell, "announcement": "1 new alert"})


urlpatterns = [
    path("alerts/poll/", alerts_poll),
    path("gallery/", gallery),
    path("record/", record),
    path("died/", died),
    path("restricted/", restricted),
    path("plain/", plain),
    path("refused/", refused),
]
