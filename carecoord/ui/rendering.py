"""Django's bound fields as NHS fields: for each kind of widget a macro and its parameters."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from carecoord.ui import macros
from carecoord.ui.fields import NHSNumberField
from carecoord.ui.macros import Params
from carecoord.ui.problems import error_sentences, wrong_boxes
from carecoord.ui.widgets import Checkboxes, PartBoxes, Radios

# What was typed goes in last: the macros indent what they render, which would put spaces into every line of a text; and
# without it a box is the same each time, so that it is kept.
TYPED_TEXT = macros.TYPED_TEXT


def render_field(bound: BoundField, **options: Any) -> SafeString:
    """One field with label, hint, error and describedby; hidden ones without.

    Options: ``label``, ``hint``, ``label_size`` (s, m, l), ``is_label_hidden``, ``is_inline``, ``rows``,
    ``width`` (2 to 30 characters), ``classes``, ``prefix``, ``suffix``, ``autocomplete``.
    """
    if bound.is_hidden:
        return _hidden(bound)
    component, params = _macro_for(bound, options)
    html = macros.render(component, params)
    if component in ("textarea", "character-count"):
        html = mark_safe(html.replace(TYPED_TEXT, f"\n{escape(bound.value() or '')}"))
    elif params.get("value") == TYPED_TEXT:
        html = mark_safe(html.replace(TYPED_TEXT, escape(_typed(bound))))
    return html


def _hidden(bound: BoundField) -> SafeString:
    value = bound.value()
    values = value if isinstance(value, list | tuple) else ["" if value is None else value]
    rows = [(bound.html_name, str(one), bound.auto_id) for one in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}" id="{}">', rows)


def _macro_for(bound: BoundField, options: Params) -> tuple[str, Params]:
    match bound.field.widget:
        case PartBoxes() as boxes:
            return "date-input", _date_boxes(bound, boxes, options)
        case forms.SelectMultiple() | forms.CheckboxSelectMultiple():
            return "checkboxes", _choices(bound, options)
        case forms.RadioSelect():
            return "radios", _choices(bound, options)
        case forms.CheckboxInput():
            return "checkboxes", _single_checkbox(bound, options)
        case forms.Select():
            return "select", _select(bound, options)
        case forms.Textarea():
            return _textarea(bound, options)
        case forms.FileInput():
            return "file-upload", _labelled(bound, options) | {"attributes": _attributes(bound)}
        case _:
            return "input", _input(bound, options)


def _labelled(bound: BoundField, options: Params) -> Params:
    label: Params = {"text": label_of(bound, options), "classes": _label_classes(options)}
    return _common(bound, options) | {"id": bound.auto_id, "label": label}


def _common(bound: BoundField, options: Params) -> Params:
    params: Params = {"name": bound.html_name, "disabled": bound.field.disabled}
    if hint := str(options.get("hint", bound.help_text) or ""):
        params["hint"] = {"text": hint, "id": f"{bound.auto_id}-hint"}
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(error_sentences(bound)), "id": f"{bound.auto_id}-error"}
    if options.get("classes"):
        params["classes"] = options["classes"]
    return params


def _typed(bound: BoundField) -> str:
    """What stands in a box of one line; never a password."""
    widget = bound.field.widget
    value = None if isinstance(widget, forms.PasswordInput) else widget.format_value(bound.value())
    return "" if value is None else str(value)


def _input(bound: BoundField, options: Params) -> Params:
    widget = bound.field.widget
    params = _labelled(bound, options) | {
        "type": getattr(widget, "input_type", "text"),
        "value": TYPED_TEXT if _typed(bound) else "",
        "attributes": _attributes(bound, "autocomplete", "inputmode", "type"),
        "autocomplete": options.get("autocomplete", widget.attrs.get("autocomplete")),
        "inputmode": widget.attrs.get("inputmode"),
        "width": options.get("width", widget.attrs.get("width")),
        "prefix": options.get("prefix"),
        "suffix": options.get("suffix"),
    }
    if isinstance(widget, forms.PasswordInput):
        # Without the design system's "Show": wards share screens, and the first button of a form is to send it.
        params |= {"spellcheck": False, "autocapitalize": "none"}
    elif isinstance(bound.field, NHSNumberField):
        params |= {
            "inputmode": "numeric",
            "width": 10,
            "type": "text",
            "autocomplete": "off",
            "spellcheck": False,
        }
    elif isinstance(bound.field, forms.IntegerField):
        # Scrolling over a number box changes what was typed; the design system asks for text.
        params |= {"inputmode": "numeric", "type": "text", "width": params["width"] or 5}
        params["attributes"] = {}
    return params


def _textarea(bound: BoundField, options: Params) -> tuple[str, Params]:
    widget = bound.field.widget
    params = _labelled(bound, options) | {
        "value": TYPED_TEXT,
        "rows": options.get("rows", widget.attrs.get("rows", 4)),
        "attributes": _attributes(bound, "rows", "cols", "maxlength"),
    }
    limit = getattr(bound.field, "max_length", None)
    if not limit:
        return "textarea", params
    return "character-count", params | {"maxlength": limit, "threshold": 75}


def _select(bound: BoundField, options: Params) -> Params:
    return _labelled(bound, options) | {"items": list(_select_items(bound)), "attributes": _attributes(bound)}


def _select_items(bound: BoundField) -> Iterable[Params]:
    """Straight from the choices, which may be hundreds: the widget would make more of each than is shown."""
    widget: Any = bound.field.widget
    chosen = set(widget.format_value(bound.value()))
    for value, label in widget.choices:
        group = [(value, label)] if not isinstance(label, list | tuple) else label
        for one, text in group:
            words = str(text) if group is not label else f"{value}: {text}"
            yield {"value": str(one), "text": words, "selected": str(one) in chosen}


def _choices(bound: BoundField, options: Params) -> Params:
    widget = bound.field.widget
    hints = widget.hints if isinstance(widget, Radios | Checkboxes) else {}
    items: list[Params] = [
        {"value": value, "text": text, "checked": chosen, "disabled": is_disabled}
        | ({"hint": {"text": hints[value]}} if value in hints else {})
        for value, text, chosen, is_disabled in _options(bound)
    ]
    return _common(bound, options) | {
        "idPrefix": bound.auto_id,
        "items": items,
        "small": True,
        "inline": options.get("is_inline", getattr(widget, "is_inline", False)),
        "fieldset": {"legend": _legend(bound, options)},
    }


def _single_checkbox(bound: BoundField, options: Params) -> Params:
    item: Params = {
        "value": "on",
        "text": label_of(bound, options | {"mark_optional": False}),
        "checked": bool(bound.value()),
        "id": bound.auto_id,
        "attributes": _attributes(bound),
    }
    return _common(bound, options) | {"idPrefix": bound.auto_id, "items": [item], "small": True}


def _date_boxes(bound: BoundField, boxes: PartBoxes, options: Params) -> Params:
    typed = bound.value()
    values = typed if isinstance(typed, list) else boxes.decompress(typed)
    return _common(bound, options) | {
        "id": bound.auto_id,
        "items": [_box(bound, boxes, part, value) for part, value in zip(boxes.parts, values, strict=True)],
        "fieldset": {"legend": _legend(bound, options)},
    }


def _box(bound: BoundField, boxes: PartBoxes, part: str, value: object) -> Params:
    return {
        "name": f"{bound.html_name}_{part}",
        "id": f"{bound.auto_id}_{part}",
        "label": part.capitalize(),
        "value": "" if value is None else str(value),
        "width": {"year": 4, "time": 5}.get(part, 2),
        "inputmode": "text" if part == "time" else "numeric",
        "autocomplete": f"bday-{part}" if boxes.is_own_birth_date else "off",
        "error": part in wrong_boxes(bound),
    }


def _options(bound: BoundField) -> Iterable[tuple[str, str, bool, bool]]:
    """Value, text, is it chosen, is it disabled; choices in groups are named ``Group: choice``."""
    widget: Any = bound.field.widget
    for group, choices, _ in widget.optgroups(bound.html_name, widget.format_value(bound.value())):
        for choice in choices:
            text = f"{group}: {choice['label']}" if group else str(choice["label"])
            is_disabled = bool(choice["attrs"].get("disabled"))
            yield str(choice["value"]), text, bool(choice["selected"]), is_disabled


def label_of(bound: BoundField, options: Params) -> str:
    """The label, with ``(optional)`` where the form marks it and the label itself does not say when it is needed."""
    label = str(options.get("label", bound.label))
    is_marked = options.get("mark_optional", getattr(bound.form, "marks_optional", False))
    if bound.field.required or not is_marked or label.endswith(")"):
        return label
    return f"{label} (optional)"


def _legend(bound: BoundField, options: Params) -> Params:
    return {"text": label_of(bound, options), "classes": _label_classes(options, "nhsuk-fieldset__legend")}


def _label_classes(options: Params, block: str = "nhsuk-label") -> str:
    if options.get("is_label_hidden"):
        return "nhsuk-u-visually-hidden"
    return f"{block}--{options.get('label_size', 's')}"


def _attributes(bound: BoundField, *without: str) -> Params:
    """What the form's author put on the widget, as it stands."""
    attrs = bound.field.widget_attrs(bound.field.widget) | bound.field.widget.attrs
    skipped = {*without, "class", "width", "maxlength", "minlength", "required"}
    return {name: True if value is True else str(value) for name, value in attrs.items() if name not in skipped}
