"""Forms as a browser reads them from a page: where they lead, what is typed in them and what is chosen."""

from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from carecoord import clock

TYPED = {"text", "search", "tel", "url", "email", "password", "number", "time", ""}
# Text in these has a form of its own (a number, a time, an address). What fits stands in them while others are tried.
FITTING = {
    "_time": "09:05",
    "opens_at": "09:05",
    "closes_at": "17:05",
    "digest_at": "08:00",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "number": "",
    "toolkit_year": "2026",
    "site_codes": "",
    "contact": "07700 900123",
    "uprn": "",
    "postcode": "",
    "ods_code": "",
    "email": "somebody.else@example.org",
    "password": "a word of theirs",
}
# How many days from now, by the beginning of a name; a moment whose name says nothing is tried in both directions.
DAYS = {"birth_date": -30_000, "agreed_on": -1, "agreement_ends_on": 200, "review_due_on": 30, "due_on": 9, "until": 9}


@dataclass
class Form:
    """`free` are fields that take any text, `formed` those that do not, with what fits; `chosen` is all the others.

    `options` and `ticks` are what could be chosen, `fixed` what is sent along: hidden fields and the button.
    """

    page: str
    action: str
    method: str
    free: list[str] = field(default_factory=list)
    formed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    ticks: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def address(self):
        return self.action or self.page

    @property
    def leads_to(self):
        """Name of the page that takes it, and which of its moves."""
        try:
            match = resolve(urlsplit(self.address).path)
        except Resolver404:
            return "elsewhere"
        words = [match.kwargs[name] for name in ("verb", "key") if name in match.kwargs]
        return " ".join([match.url_name or "unnamed", *words])

    @property
    def key(self):
        chosen = tuple(sorted({*self.options, *self.ticks}))
        return (
            self.leads_to,
            self.method,
            tuple(self.free),
            tuple(self.formed),
            chosen,
            *(self.fixed.get(name, "") for name in ("step", "verb")),
        )

    def ways(self):
        """What to choose besides the text, in turn, until the form is taken."""
        first = {name: values[0] for name, values in self.options.items()}
        last = {name: values[-1] for name, values in self.options.items()}
        ticked = {name: values[0] for name, values in self.ticks.items()}
        shared = {name: values[0] for values in list(self.ticks.values())[-1:] for name in self.ticks}
        kinds = [one | {"kind": kind} for one in (first | self.chosen, last) for kind in self.options.get("kind", ())]
        choices = [first | self.chosen | ticked, first | self.chosen, last | ticked, first | shared, last, *kinds]
        directions = (-1, 1) if any(name.endswith("_year") for name in self.formed) else (1,)
        before = []
        for chosen, days in product(choices, directions):
            way = self.fixed | chosen | self.formed | self._dated(days)
            if way not in before:
                before.append(way)
                yield way

    def _dated(self, days):
        dated = {}
        for name in self.formed:
            start, _, part = name.rpartition("_")
            if part in ("day", "month", "year") and f"{start}_month" in self.formed:
                away = next((away for begins, away in DAYS.items() if start.endswith(begins)), days)
                dated[name] = str(getattr(clock.today() + timedelta(days=away), part))
        return dated


class Page(HTMLParser):
    def __init__(self, address, page):
        super().__init__()
        self.address, self.forms, self.form, self.select = address, [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(self.address, told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and tag == "option" and self.select:
            self._option(told)
        elif self.form is not None and told.get("name"):
            self.select = told["name"] if tag == "select" else None
            self._field(tag, told)

    def _option(self, told):
        if told.get("value"):
            self.form.options.setdefault(self.select, []).append(told["value"])
            if "selected" in told:
                self.form.chosen[self.select] = told["value"]

    def _field(self, tag, told):
        form, name, kind, value = self.form, told["name"], told.get("type", ""), told.get("value", "")
        if tag == "button":
            form.fixed.setdefault(name, value)
        elif tag == "textarea" or (tag == "input" and kind in TYPED and _fitting(told) is None):
            form.free.append(name)
        elif tag == "input" and kind in TYPED:
            form.formed[name] = _fitting(told)
        elif tag == "input" and kind in ("radio", "checkbox"):
            (form.options if kind == "radio" else form.ticks).setdefault(name, []).append(value)
            if "checked" in told:
                form.chosen[name] = value
        elif tag == "input":
            form.fixed[name] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None


def _fitting(told):
    """What fits the form of a field, or None where any text does."""
    name, kind, value = told["name"], told.get("type", ""), told.get("value", "")
    for ends, fits in FITTING.items():
        if name.endswith(ends):
            return value or fits
    if kind in ("number", "email", "password", "time") or told.get("inputmode") == "numeric":
        return value or FITTING.get(kind, "1")
    return None


def forms_in(address, page):
    return Page(address, page).forms
