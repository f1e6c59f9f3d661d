"""Components, panels, notices and icons in templates. ``{% load components %}``"""

from typing import Any, cast

from django import template
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString

from carecoord.ui.components import Component, Link, Status
from carecoord.ui.icons import render_icon

register = template.Library()


@register.simple_tag(takes_context=True)
def component(context: Context, it: Component | None) -> SafeString:
    """``{% component row.clock %}``: shows a component with its own template; None shows nothing.

    A name that the context does not have is an error here, because an empty place would hide it.
    """
    if it is None:
        return SafeString("")
    if not hasattr(it, "template"):
        raise template.TemplateSyntaxError(f"{{% component %}} got {it!r}, which is no component")
    with context.push(it=it):
        return _engine(context).get_template(it.template).render(context)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "clock" %}``: a drawing beside a word."""
    return render_icon(name, classes=classes)


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: str, title: str, **options: Any) -> SafeString:
    """``{% panel "My actions" count=6 link=all_actions %}...{% endpanel %}``: a white panel with an h2.

    Options: ``count``, ``count_tone`` (grey, red), ``link`` (Link), ``note`` (grey text at the right),
    ``second`` (grey line below the title), ``status``, ``button`` and ``clock`` (components),
    ``id``, ``is_padded`` for free text, ``tone`` (green, blue, red-top, blue-top, amber).
    """
    return _render(context, "components/panel.html", {"content": SafeString(content), "title": title, **options})


@register.simple_block_tag(takes_context=True)
def notice(context: Context, content: str, tone: str = "blue", icon: str = "warning") -> SafeString:
    """``{% notice "amber" %}<p>...</p>{% endnotice %}``: free content; data makes a Notice."""
    return _render(
        context, "components/notice_block.html", {"content": SafeString(content), "tone": tone, "icon": icon}
    )


@register.simple_block_tag
def filled(content: str, classes: str) -> SafeString:
    """A ``div`` around what is there; nothing at all around an empty block."""
    return format_html('<div class="{}">{}</div>', classes, SafeString(content)) if content.strip() else SafeString("")


@register.simple_tag
def link(it: Link) -> SafeString:
    """A Link with its hidden context."""
    hidden = format_html('<span class="nhsuk-u-visually-hidden"> {}</span>', it.hidden) if it.hidden else ""
    return format_html('<a href="{}">{}{}</a>', it.url, it.text, hidden)


@register.filter
def as_status(word: str) -> Status:
    """``{% component "Draft"|as_status %}``: a status word as its tag, in its one colour."""
    return Status(word)


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """One template in a context of its own, as Django's inclusion tags do it."""
    inner = context.new(values)
    for kept in ("csrf_token", "request"):
        if kept in context:
            inner[kept] = context[kept]
    return _engine(context).get_template(name).render(inner)


def _engine(context: Context) -> Engine:
    return cast(Engine, cast(Any, context.template).engine)
