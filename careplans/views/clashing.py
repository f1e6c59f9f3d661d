"""Choosing, field by field, where two people changed the same part of a plan (decision 0043)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse

from carecoord import clock
from carecoord.audit.past import version_of
from carecoord.ui import dates
from carecoord.ui.forms import Form
from careplans import forms, services
from careplans.display.clashes import ClashField, Side, marked
from careplans.merging import merge, together
from careplans.services import Clash
from careplans.services.clashes import Part, about_of, facts_of
from careplans.views.common import page
from careplans.views.drafting import Drafting, typed_in
from neighbourhoods.authors import Change, last_change_of
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest

ASKED = "choice_asked"


@dataclass
class Clashing:
    """Around one part of a plan: `facts` of the form that was sent, as its service takes them, and how they are shown.

    `fields` names the form's field of each fact; `texts` are those of which both can be kept.
    """

    request: MemberRequest
    resident: Resident
    row: Part
    drafting: Drafting
    form: Form
    facts: Mapping[str, Any]
    fields: Mapping[str, str]
    texts: tuple[str, ...]
    shown: Callable[[str, Any], str]

    @property
    def is_asked(self) -> bool:
        return ASKED in self.request.POST

    @property
    def read_version(self) -> int:
        """What had been read when the form was opened, however often the choice was asked since."""
        return _number(self.request.POST.get("read_version")) or _number(self.request.POST.get("version"))

    def ask(self, clash: Clash, chosen: forms.ClashForm | None = None) -> HttpResponse:
        """The page, with what was typed still in it. What was chosen already stays chosen."""
        found = [self._field(name, clash) for name in clash.clashes]
        given: dict[str, Any] = {"fields": [(one.name, one.label, one.both) for one in found]}
        if chosen is None and self.is_asked:
            chosen = forms.ClashForm(self.request.POST, **given).as_typed()
        form = chosen or forms.ClashForm(**given)
        hidden = typed_in(self.request.POST, self.drafting.slot.kind)
        hidden |= {"version": str(self.row.version), "read_version": str(self.read_version)}
        context = {
            "form": form,
            "fields": [(one, form[f"choose_{one.name}"], _both(form, one)) for one in found],
            "hidden": hidden,
            "who": self._who(),
            "other": self.other,
            "what": str(self.row),
            "joined": [self._label(name) for name in clash.joined],
            "draft": self.drafting.frame(),
        }
        return page(self.request, "plan_clash", self.resident, context, refused=True)

    def choose(self) -> tuple[dict[str, Any], dict[str, str]] | HttpResponse:
        """What is to stand, and the words that are set aside; the page again where a choice is missing."""
        theirs = self.facts_at(_number(self.request.POST.get("version"))) or self.facts_now()
        base = self.facts_at(self.read_version)
        merged = merge(base, theirs, self.facts)
        clash = Clash("", self.row, base, theirs, self.facts)
        found = [self._field(name, clash) for name in merged.clashes]
        chosen = forms.ClashForm(self.request.POST, fields=[(one.name, one.label, one.both) for one in found])
        if not chosen.is_valid():
            return self.ask(clash, chosen)
        values, aside = dict(merged.values), {}
        for name in merged.clashes:
            answer = chosen.cleaned_data[f"choose_{self.fields[name]}"]
            if answer != "theirs":
                both = chosen.cleaned_data.get(f"both_{self.fields[name]}", "")
                values[name] = self.facts[name] if answer == "mine" else both
            if values[name] != self.facts[name]:
                aside[self._label(name)] = self.shown(name, self.facts[name])
        return values, aside

    def facts_at(self, version: int) -> Mapping[str, Any] | None:
        """What it said as this version; None where that is not known any more."""
        was = version_of(self.row, version)
        return facts_of(was, self.facts) if was else None

    def facts_now(self) -> Mapping[str, Any]:
        return facts_of(self.row, self.facts)

    def done(self, row: Part, aside: Mapping[str, str]) -> None:
        services.set_aside(by=self.request.principal, beside=row, words=aside)
        self.drafting.saved()

    def _field(self, name: str, clash: Clash) -> ClashField:
        before = self.shown(name, clash.base[name]) if clash.base is not None else None
        theirs, mine = self.shown(name, clash.theirs[name]), self.shown(name, clash.mine[name])
        is_text = name in self.texts
        return ClashField(
            name=self.fields[name],
            label=self._label(name),
            before=Side(marked(None, before), "") if before is not None else None,
            theirs=Side(marked(before if is_text else None, theirs), self._who()),
            mine=Side(marked(before if is_text else None, mine), "You, not saved"),
            both=together(before or "", theirs, mine) if is_text else None,
        )

    def _label(self, name: str) -> str:
        return str(self.form.fields[self.fields[name]].label)

    @cached_property
    def last(self) -> Change | None:
        """Who changed it last, as far as the reader may know."""
        return last_change_of(about_of(self.row), self.row.resident_id)

    @property
    def other(self) -> str:
        return self.last.author.name if self.last else "a colleague"

    def _who(self) -> str:
        if self.last is None:
            return "Somebody saved first"
        at = dates.moment_inside(self.last.at, now=clock.now())
        return f"{self.last.author.name}, {self.last.author.organisation}, saved {at}"


def _both(form: forms.ClashForm, field: ClashField) -> object:
    return form[f"both_{field.name}"] if field.both is not None else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
