"""Components as HTML. Their templates are Jinja's, which renders a row of a long list in a tenth of the time."""

from collections.abc import MutableMapping
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from carecoord.ui import words
from carecoord.ui.components import Clock, Component, Link, Status, Urgency
from carecoord.ui.icons import render_icon
from carecoord.ui.shell import Shell

# They have no form and stand in each row of a list: their HTML is kept, unless a clock names who was told.
SAME_FOR_EVERYBODY = (Clock, Status, Urgency)
# Stands in what is kept of the frame, where the token of this page goes.
TOKEN_PLACE = "token-of-this-page"  # noqa: S105
NO_TOKEN = "NOTPROVIDED"  # noqa: S105


class _Environment(Environment):
    """Its globals are all there before a template is: copied as one mapping, which each component begins with."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


@cache
def environment() -> Environment:
    """A name that a component does not have is an error, because an empty place would hide it."""
    found = _Environment(
        loader=FileSystemLoader(settings.BASE_DIR / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=settings.DEBUG,
    )
    found.globals |= {"component": _component, "csrf_input": _csrf_input, "icon": render_icon, "link": render_link}
    found.filters |= {
        "counted": words.counted,
        "unbroken": words.unbroken,
        "tel": words.tel,
        "linebreaks": linebreaks_filter,
        "linebreaksbr": linebreaksbr,
    }
    return found


def render(it: Component | None, csrf_token: object = "") -> SafeString:
    """The component with its own template, where it is called ``it``; None shows nothing."""
    if it is None:
        return SafeString("")
    if isinstance(it, SAME_FOR_EVERYBODY) and not getattr(it, "told", ""):
        return _kept(it)
    return render_template(it.template, it=it, csrf_token=csrf_token)


@lru_cache(maxsize=2_000)
def _kept(it: Component) -> SafeString:
    return render_template(it.template, it=it, csrf_token="")


def render_template(name: str, **values: Any) -> SafeString:
    return SafeString(environment().get_template(name).render(values))


def render_frame(name: str, page: Shell, csrf_token: object, *, in_record: bool) -> SafeString:
    """A part of what is around every page: the same for a person, until something else waits for them."""
    token = str(csrf_token or "") if page.is_signed_in else ""
    held = TOKEN_PLACE if token and token != NO_TOKEN else ""
    html = _kept_frame(name, page.at_any_moment, held, in_record)
    return SafeString(html.replace(TOKEN_PLACE, words.escaped(token)) if held else html)


@lru_cache(maxsize=1_000)
def _kept_frame(name: str, page: Shell, csrf_token: str, in_record: bool) -> SafeString:
    return render_template(f"frame/{name}.jinja", page=page, in_record=in_record, csrf_token=csrf_token)


def render_link(it: Link) -> SafeString:
    """A link with what is read out after it."""
    hidden = f'<span class="nhsuk-u-visually-hidden"> {words.escaped(it.hidden)}</span>' if it.hidden else ""
    return SafeString(f'<a href="{words.escaped(it.url)}">{words.escaped(it.text)}{hidden}</a>')


@pass_context
def _component(context: Context, it: Component | None) -> SafeString:
    return render(it, context["csrf_token"])


@pass_context
def _csrf_input(context: Context) -> SafeString:
    token: Any = context["csrf_token"]
    # As in Django's own templates: without a request there is no token, and no field.
    if not token or token == NO_TOKEN:
        return SafeString("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
