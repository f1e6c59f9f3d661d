"""A form that made something before and comes again with other words: nothing typed is lost, and the page says so."""

from typing import cast

from django.forms import Form
from django.http import QueryDict

from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice


def as_another(form: Form, what: str, first: Link | None) -> Notice | None:
    """Shown again under a fresh id, the form makes another `what` when it is sent; `first` leads to what it made."""
    _put(form, "made", str(new_id()))
    if first is None:
        form.add_error(None, f"You sent this form already: send it again to make another {what}")
        return None
    said = f"send it again to make another {what}, or open the first and change that"
    form.add_error(None, f"You sent this form already, and what it made says something else: {said}")
    return _notice(first)


def into_draft(form: Form, version: int, first: Link) -> Notice:
    """Shown again for the page that changes the draft, where sending it writes over `version`."""
    _put(form, "version", str(version))
    said = "send it again to put this into the draft"
    form.add_error(None, f"You sent this form already, and the draft it made says something else: {said}")
    return _notice(first)


def _put(form: Form, name: str, value: str) -> None:
    form.data = cast("QueryDict", form.data).copy()
    form.data[form.add_prefix(name)] = value


def _notice(first: Link) -> Notice:
    return Notice("amber", "What it made:", links=(first,), icon="pencil")
