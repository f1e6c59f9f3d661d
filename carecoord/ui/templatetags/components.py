"""Components, panels, notices and icons in templates. ``{% load components %}``"""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from carecoord.ui import jinja
from carecoord.ui.components import Component, Link, NoticeBlock, Panel, Status
from carecoord.ui.icons import render_icon
from carecoord.ui.shell import Shell

register = template.Library()


@register.simple_tag(takes_context=True)
def component(context: Context, it: Component | None) -> SafeString:
    """``{% component row.clock %}``: shows a component with its own template; None shows nothing.

    A name that the context does not have is an error here, because an empty place would hide it.
    """
    if it is not None and not hasattr(it, "template"):
        raise template.TemplateSyntaxError(f"{{% component %}} got {it!r}, which is no component")
    return jinja.render(it, context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def frame(context: Context, name: str, in_record: bool = False) -> SafeString:
    """``{% frame "header" %}``: a part of what is around every page, from ``page``."""
    page = context.get("page") or Shell()
    return jinja.render_frame(name, page, context.get("csrf_token", ""), in_record=in_record)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "clock" %}``: a drawing beside a word."""
    return render_icon(name, classes=classes)


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: str, title: str, **options: Any) -> SafeString:
    """``{% panel "My actions" count=6 link=all_actions %}...{% endpanel %}``: the options are those of ``Panel``."""
    return component(context, Panel(SafeString(content), title, **options))


@register.simple_block_tag(takes_context=True)
def notice(context: Context, content: str, tone: str = "blue", icon: str = "warning") -> SafeString:
    """``{% notice "amber" %}<p>...</p>{% endnotice %}``: free content; data makes a Notice."""
    return component(context, NoticeBlock(SafeString(content), tone, icon))


@register.simple_block_tag
def filled(content: str, classes: str) -> SafeString:
    """A ``div`` around what is there; nothing at all around an empty block."""
    return format_html('<div class="{}">{}</div>', classes, SafeString(content)) if content.strip() else SafeString("")


@register.simple_tag
def link(it: Link) -> SafeString:
    """A Link with its hidden context."""
    return jinja.render_link(it)


@register.filter
def as_status(word: str) -> Status:
    """``{% component "Draft"|as_status %}``: a status word as its tag, in its one colour."""
    return Status(word)
