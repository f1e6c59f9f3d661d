"""The design system in templates: macros, form fields, the error summary. ``{% load nhsuk %}``"""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from carecoord.ui import macros
from carecoord.ui.problems import render_error_summary
from carecoord.ui.rendering import render_field

register = template.Library()


@register.simple_tag
def nhsuk(component: str, **params: Any) -> SafeString:
    """``{% nhsuk "tag" text="Active" classes="nhsuk-tag--green" %}``: snake_case names become camelCase."""
    return macros.render(component, {macros.camel(name): value for name, value in params.items()})


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """``{% field form.reason rows=6 %}``: one field with its label, hint and error."""
    return render_field(bound, **options)


@register.simple_tag
def form_fields(form: forms.BaseForm, **options: Any) -> SafeString:
    """``{% form_fields form %}``: every field in order, the hidden ones too."""
    return mark_safe("\n".join(render_field(bound, **options) for bound in form))


@register.simple_tag
def error_summary(*all_forms: forms.BaseForm) -> SafeString:
    """``{% error_summary form %}``: base.html shows it already for ``form`` and ``forms``."""
    return render_error_summary(*all_forms)


@register.simple_tag(takes_context=True)
def page_errors(context: template.Context) -> SafeString:
    """The error summary of the page's ``form``, or of all its ``forms``; empty when nothing is wrong."""
    return render_error_summary(*_forms_of(context))


@register.simple_tag(takes_context=True)
def title_prefix(context: template.Context) -> str:
    """``Error: `` when a form of the page was refused (UI-15)."""
    return "Error: " if any(form.errors for form in _forms_of(context)) else ""


def _forms_of(context: template.Context) -> list[forms.BaseForm]:
    candidates = [context.get("form"), *(context.get("forms") or ())]
    return [form for form in candidates if isinstance(form, forms.BaseForm)]
