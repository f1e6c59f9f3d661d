"""Text typed into every form that a person is shown: what is wrong with the answers, and what was kept."""

from collections import defaultdict
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlsplit

from django import forms
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import resolve

from tests.hostile.forms_of_pages import forms_in
from tests.registering import proof_in

# Ends what is typed, with the number of its field: two fields never hold the same.
MARK = "~"
OURS = ("carecoord", "neighbourhoods", "careplans", "referrals")


class Walk:
    """What was met: `shown` and `led_to` are names of pages, `faults` sentences, `forms` those with text by their keys.

    `taken` are the keys of forms that were, `refused` tells why one was not, `kept` which of its fields are stored.
    """

    def __init__(self, place):
        self.place, self.faults, self.refused = place, [], {}
        self.shown, self.led_to, self.known, self.forms = set(), set(), defaultdict(set), {}
        self.taken, self.kept, self.way, self.seen_after = set(), defaultdict(set), {}, set()
        self.stored_in = {}

    def read(self, client, role, entries):
        """Every form that this person is shown and nobody before them was."""
        found = []
        for entry in entries:
            for address in self.place.addresses(entry, role):
                answer = client.get(address)
                if answer.status_code >= 500:
                    self.faults.append(f"{role} {address}: answered {answer.status_code}")
                if answer.status_code in (200, 403):
                    self.shown.add(entry.name)
                    found += self._new_in(answer, address)
        return found

    def type_free(self, client, form, texts):
        """One of the texts in each free field; gives the forms that the answers showed first."""
        typed, found = dict(zip(form.free, texts, strict=True)), []
        for way in [self.way[form.key]] if form.key in self.way else form.ways():
            is_taken, answer = self.type(client, form, way | typed, texts)
            found += self._new_in(answer, form.address)
            if is_taken:
                self.way[form.key] = way
            if is_taken and self.kept[form.key] >= set(form.free):
                break
        return found

    def type_formed(self, client, form, text):
        """The text where a number, a time or an address belongs: refused in words, or understood, or left out."""
        typed = dict.fromkeys(form.free, "Words") | dict.fromkeys(form.formed, text)
        self.type(client, form, self._way_of(form) | typed, [text])

    def type_late(self, client, form, text):
        """The same form once more after somebody else has changed it; gives what it shows then."""
        stale = {"version": str(int(form.fixed["version"] or 1) - 1)}
        _, answer = self.type(client, form, self._way_of(form) | dict.fromkeys(form.free, text) | stale, [text])
        return self._new_in(answer, form.address)

    def type(self, client, form, data, texts):
        with transaction.atomic():
            answer = getattr(client, form.method)(form.address, data)
            if "searched" in form.fixed and answer.status_code == 200:
                # Somebody else than whom the search was for: they have been searched for now, and one presses again.
                answer = client.post(form.address, data | {"searched": proof_in(answer)})
            is_taken = is_done(answer, form)
            shown = self._shown_then(client, answer)
            faults = [*faults_of(is_taken, answer, shown, form, texts), *self._taken(form, data, is_taken)]
            self.faults += [f"{form.leads_to} {texts}: {fault}" for fault in faults]
            if not is_taken:
                self.refused.setdefault(form.key, []).extend(errors_of(answer))
            transaction.set_rollback(True)
        return is_taken, answer

    def _shown_then(self, client, answer):
        """Where it leads, once for each page in a short walk."""
        if answer.status_code not in (302, 303):
            return answer
        leads_on = resolve(urlsplit(answer.headers["Location"]).path).url_name
        assert leads_on != "account_login", "The walk is signed out."
        if self.place.is_short and leads_on in self.seen_after:
            return answer
        self.seen_after.add(leads_on)
        return client.get(answer.headers["Location"])

    def _way_of(self, form):
        return self.way.get(form.key, form.fixed | form.chosen)

    def _taken(self, form, data, is_taken):
        """What was kept of a text once is kept of every text that is taken."""
        if not is_taken or form.method == "get":
            return
        self.taken.add(form.key)
        if not form.free:
            return
        stored = self._stored(form, {as_kept(data[name]) for name in form.free})
        kept = {name for name in form.free if as_kept(data[name]) in stored}
        if form.key in self.way and self.way[form.key].items() <= data.items() and self.kept[form.key] - kept:
            yield f"taken, and not kept: {self.kept[form.key] - kept}"
        self.kept[form.key] |= kept

    def _stored(self, form, texts):
        """Looked for where this form's texts stood before, and everywhere only if one of them does not."""
        found = stored_among(texts, self.stored_in.get(form.key, ()))
        if texts <= set(found):
            return found
        found = stored_among(texts, columns())
        self.stored_in[form.key] = list({one[0]: one for one in found.values()}.values())
        return found

    def _new_in(self, answer, address):
        if answer.status_code in (302, 303) or not answer.headers["Content-Type"].startswith("text/html"):
            return []
        found = [form for form in forms_in(address, answer.content.decode()) if self._is_new(form)]
        self.led_to |= {form.leads_to.split()[0] for form in found}
        self.forms |= {form.key: form for form in found if form.free or form.formed}
        return found

    def _is_new(self, form):
        """Never seen, or not yet taken where it was, and now it is about somebody else."""
        before = self.known[form.key]
        is_new = not before or (form.key in self.forms and form.key not in self.taken and form.address not in before)
        before.add(form.address)
        return is_new


def is_done(answer, form):
    """It went on, or shows something else than the form again; of a search, it answered."""
    if answer.status_code != 200 or form.method == "get":
        return answer.status_code in (200, 302, 303)
    again = {one.key for one in forms_in(form.address, answer.content.decode(errors="replace"))}
    return form.key not in again


def errors_of(answer):
    shown = [value for context in answer.context or () for value in context.flatten().values()]
    return [dict(one.errors) for one in shown if isinstance(one, forms.BaseForm) and one.is_bound]


def faults_of(is_taken, answer, shown, form, texts):
    page = shown.content.decode(errors="replace")
    if answer.status_code >= 500 or shown.status_code >= 500:
        yield f"answered {answer.status_code}, then {shown.status_code}"
    if any("<" in text and text in page for text in texts):
        yield "shown as markup"
    if is_taken and any("\0" in text for text in texts) and form.method == "post":
        yield "took a NUL"
    is_told = is_taken or "error" in page or any(text.strip() in unescape(page) for text in texts)
    if answer.status_code in (200, 422) and texts and not is_told:
        yield "neither taken, nor refused in words, nor shown"


def as_kept(text):
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def stored_among(texts, among):
    """Those that stand whole in one of these columns, with the columns of that model."""
    found, texts = {}, {text for text in texts if "\0" not in text}
    for one in among if texts else ():
        model, plain, nested = one
        rows = model._base_manager.filter(Q(*((f"{name}__in", texts) for name in plain), _connector=Q.OR))
        for row in rows.values_list(*plain) if plain else ():
            found |= dict.fromkeys(texts & set(row), one)
        for name in nested:
            marked = model._base_manager.annotate(_whole=Cast(name, models.TextField())).filter(_whole__contains=MARK)
            for value in marked.values_list(name, flat=True):
                found |= dict.fromkeys(texts & set(leaves(value)), one)
    return found


def columns():
    for model in apps.get_models():
        fields = [one for one in model._meta.concrete_fields if not one.choices]
        plain = [one.name for one in fields if isinstance(one, models.CharField | models.TextField)]
        nested = [one.name for one in fields if isinstance(one, models.JSONField | ArrayField)]
        if (plain or nested) and model.__module__.startswith(OURS) and model._meta.managed:
            yield model, plain, nested


def leaves(value):
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, str):
        yield value
    elif hasattr(value, "__iter__"):
        for inner in value:
            yield from leaves(inner)


class Typed:
    """Every (form, module, field) of text that got data, and how much the last forms took, by the names of fields."""

    def __init__(self):
        self.fields, self.lengths = set(), {}

    def note(self, form):
        for name, field in form.fields.items() if form.is_bound else ():
            if is_text(field) and form.data.get(form.add_prefix(name)):
                self.fields.add((type(form).__qualname__, type(form).__module__, name))
                self.lengths[form.add_prefix(name)] = field.max_length

    @contextmanager
    def noted(self):
        clean = forms.BaseForm.full_clean
        forms.BaseForm.full_clean = lambda form: (self.note(form), clean(form))[1]
        try:
            yield self
        finally:
            forms.BaseForm.full_clean = clean


def is_text(field):
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.HiddenInput)


def text_fields_without(typed):
    """Every (form, module, field) of text in the code where `typed` has neither that form nor one made from it."""
    return {
        (form.__qualname__, form.__module__, name)
        for form in subclasses(forms.BaseForm)
        if form.__module__.startswith(OURS)
        for name, field in form.base_fields.items()
        if is_text(field)
        and not any((one.__qualname__, one.__module__, name) in typed for one in (form, *subclasses(form)))
    }


def subclasses(form):
    for one in form.__subclasses__():
        yield one
        yield from subclasses(one)
