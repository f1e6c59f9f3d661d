"""Naughty text in every text field of every form on the pages: shown escaped, kept as it is, or refused in words.

The forms are found by reading the pages, as a browser does; nobody has to name a new one here.
"""

from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.urls import get_resolver, resolve, reverse
from django.urls.resolvers import URLPattern

from neighbourhoods.definitions import definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry
from neighbourhoods.services import EntryFacts, record_entry
from tests.hostile.strings import OURS, kept_beside

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TEXT = {"text", "search", "tel", "url", ""}
NOT_HERE = (
    "healthz",
    "readyz",
    "status",
    "metrics",
    "account",
    "mfa",
    "socialaccount",
    "api:",
    "idp",
    "openid",
    "oidc",
)


def _has_a_form(told):
    """A number, a time, an address: text in it would hide what becomes of the fields beside it."""
    return told.get("inputmode") == "numeric" or told["name"].endswith("_time")


class Forms(HTMLParser):
    """Forms of a page that are posted: where to, names of text fields, and what stands in the others."""

    def __init__(self, page):
        super().__init__()
        self.found, self.form, self.option_of = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "").lower() == "post":
            self.form = {"action": told.get("action", ""), "text": [], "others": {}}
            self.found.append(self.form)
        elif self.form is not None and told.get("name"):
            self._field(tag, told)
        elif tag == "option" and self.form is not None and self.option_of and told.get("value"):
            self.form["others"].setdefault(self.option_of, told["value"])

    def _field(self, tag, told):
        name, kind = told["name"], told.get("type", "")
        self.option_of = name if tag == "select" else None
        if tag == "textarea" or (tag == "input" and kind in TEXT and not _has_a_form(told)):
            self.form["text"].append(name)
        elif tag == "input" and (kind not in ("radio", "checkbox") or "checked" in told):
            self.form["others"][name] = told.get("value", "")
        elif tag == "input" and kind == "radio":
            self.form["others"].setdefault(name, told.get("value", ""))
        elif tag == "button" and told.get("value"):
            self.form["others"].setdefault(name, told["value"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.option_of = None


def pages(place):
    """Addresses of pages with the ids of what is there."""

    def walk(entries):
        for entry in entries:
            if isinstance(entry, URLPattern):
                yield entry
            elif not getattr(entry, "namespace", None):
                yield from walk(entry.url_patterns)

    there = place.ids | {"key": ["most_important", "needs"]}
    for entry in walk(get_resolver().url_patterns):
        if not entry.name or entry.name.startswith(NOT_HERE):
            continue
        names = list(entry.pattern.converters)
        if all(there.get(name) for name in names):
            for which in range(len(there["kind"])) if "kind" in names else (0, -1):
                chosen = {name: there[name][which if name == "kind" else min(which, 0)] for name in names}
                yield entry.name, reverse(entry.name, kwargs=chosen)


def forms_of(client, place):
    """Every form with text that this person is shown, once by page and fields."""
    found = {}
    for _, address in pages(place):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            for form in Forms(answer.content.decode()).found:
                if form["text"]:
                    leads_to = resolve(urlsplit(form["action"] or address).path).url_name
                    found.setdefault((leads_to, *form["text"]), form | {"page": address})
    return found


def text_columns():
    for model in apps.get_models():
        columns = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        if columns and model.__module__.startswith(("carecoord", "neighbourhoods", "careplans", "referrals")):
            yield model, columns


def is_kept(text):
    if any(text in entry.data.values() for entry in Entry.objects.all()):
        return True
    return any(
        model._base_manager.filter(Q(*((column, text) for column in columns), _connector=Q.OR)).exists()
        for model, columns in text_columns()
    )


def posted(client, form, text, *, asks_kept):
    """What is wrong with the answer to this form filled with this text, in sentences; and if it was taken and kept."""
    wrong = []
    with transaction.atomic():
        address = form["action"] or form["page"]
        answer = client.post(address, form["others"] | dict.fromkeys(form["text"], text))
        is_taken = answer.status_code in (302, 303)
        shown = client.get(answer.headers["Location"]) if is_taken else answer
        page = shown.content.decode(errors="replace")
        if answer.status_code >= 500 or shown.status_code >= 500:
            wrong.append(f"answered {answer.status_code}, then {shown.status_code}")
        if "<" in text and text in page:
            wrong.append("shown as markup")
        if answer.status_code == 422 and "error" not in page:
            wrong.append("refused without a word")
        if answer.status_code == 200 and text.strip() not in unescape(page) and "error" not in page:
            wrong.append("neither taken, nor refused, nor shown")
        is_kept_whole = is_taken and asks_kept and is_kept(text.strip().replace("\r\n", "\n"))
        transaction.set_rollback(True)
    return wrong, is_taken, is_kept_whole


def walk(client, place, texts, share=1):
    """Every text in every form; with a share of 5, each text in every fifth form, and each form all the same."""
    wrong, taken, kept = [], set(), set()
    for place_of_form, (name, form) in enumerate(forms_of(client, place).items()):
        for text in texts[place_of_form % share :: share]:
            faults, is_taken, is_kept_whole = posted(client, form, text, asks_kept=name not in kept)
            wrong += [f"{name} {text!r}: {fault}" for fault in faults]
            taken |= {name} if is_taken else set()
            kept |= {name} if is_kept_whole else set()
    return wrong, taken, kept


def recorded(world, place):
    """An entry about each of the two residents; and a form for every kind of entry."""
    place.ids["entry_id"], place.ids["kind"] = [], list(definitions())
    for resident_id in place.ids["resident_id"]:
        with acting_as(world.nurse):
            made = record_entry(by=world.nurse, resident_id=resident_id, facts=EntryFacts("problem", "Leg ulcer"))
        place.ids["entry_id"].append(str(made.id))


@pytest.mark.parametrize("person", ["nurse", "admin"])
def test_our_own_few_are_kept_or_refused(world, furnished, signed_in, person):
    recorded(world, furnished)
    wrong, taken, kept = walk(signed_in(person), furnished, [*OURS[:3], "a\x00b"], share=2)
    assert not wrong, "\n".join(wrong)
    assert taken
    assert taken - kept == set()


@pytest.mark.parametrize("person", ["nurse", "admin"])
def test_all_that_is_known_is_kept_or_refused(furnished, signed_in, person):
    texts = kept_beside()
    if not texts:
        pytest.skip("The naughty strings are not beside the project.")
    wrong, _, _ = walk(signed_in(person), furnished, [*OURS, *texts], share=6)
    assert not wrong, "\n".join(wrong)
