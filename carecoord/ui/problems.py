"""What is wrong with a form: the summary above the heading, and where each of its links leads (UI-15)."""

from collections.abc import Iterable

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from carecoord.ui import macros
from carecoord.ui.fields import PartError
from carecoord.ui.macros import Params
from carecoord.ui.widgets import PartBoxes


def error_sentences(bound: BoundField) -> list[str]:
    return [str(message) for message in bound.errors]


def wrong_boxes(bound: BoundField) -> tuple[str, ...]:
    """The boxes of a date that are wrong; every box when the error is about the whole day."""
    for error in bound.form.errors.as_data().get(bound.name, []):
        if isinstance(error, PartError):
            return error.boxes
    widget = bound.field.widget
    return widget.parts if bound.errors and isinstance(widget, PartBoxes) else ()


def first_control(bound: BoundField) -> str:
    """The id that the summary leads to: the field, its first radio or the first wrong box of a date."""
    boxes = wrong_boxes(bound)
    return f"{bound.auto_id}_{boxes[0]}" if boxes else str(bound.auto_id)


def render_error_summary(*all_forms: forms.BaseForm) -> SafeString:
    """``There is a problem`` and a link to each wrong field, or nothing when all is well."""
    items = [item for form in all_forms for item in _problems(form)]
    if not items:
        return SafeString("")
    # Without JavaScript the browser itself moves the focus here.
    attributes = {"tabindex": "-1", "autofocus": {"value": True, "optional": True}}
    return macros.render(
        "error-summary",
        {"heading": "There is a problem", "errorList": items, "attributes": attributes},
    )


def _problems(form: forms.BaseForm) -> Iterable[Params]:
    for message in form.non_field_errors():
        yield {"text": str(message)}
    for bound in form:
        for sentence in error_sentences(bound):
            yield {"text": sentence} | ({} if bound.is_hidden else {"href": f"#{first_control(bound)}"})
