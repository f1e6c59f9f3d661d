"""The one bridge to the NHS design system's own macros, which are written in Jinja."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader

# What a macro takes is the design system's own shape, so it stays an open mapping here and nowhere else.
Params = dict[str, Any]


# Where what was typed goes into a macro's HTML, once that is there.
TYPED_TEXT = "typed-text-goes-here"


class UnknownComponentError(ValueError):
    """A name that the design system does not have."""


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"),
        autoescape=True,
        undefined=ChainableUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(component: str, params: Mapping[str, Any]) -> SafeString:
    """The HTML of one macro; ``component`` is its folder name, such as ``character-count``."""
    # A select of forty organisations or three boxes for a day take milliseconds, and filters say the same each time.
    if component == "select" or _names_nobody(component, params):
        return _rendered(component, json.dumps(params, default=str))
    return _render(component, _plain(params))


def _names_nobody(component: str, params: Mapping[str, Any]) -> bool:
    """Nothing that was typed is in it, so it could keep nothing of anybody; nor is there HTML, which JSON forgets."""
    match component:
        case "date-input":
            typed = [one.get("value") for one in params.get("items", [])]
        case "input":
            typed = [params.get("value") not in (None, "", TYPED_TEXT)]
        case _:
            return False
    return not any(typed) and "errorMessage" not in params and not _has_html(params)


def _has_html(value: Any) -> bool:
    match value:
        case dict():
            return any(_has_html(one) for one in value.values())
        case list():
            return any(_has_html(one) for one in value)
        case _:
            return hasattr(value, "__html__")


@lru_cache(maxsize=200)
def _rendered(component: str, params: str) -> SafeString:
    return _render(component, json.loads(params))


def _render(component: str, params: Params) -> SafeString:
    return mark_safe(str(_macro(component)(params)).strip())


@cache
def _macro(component: str) -> Any:
    path = f"nhsuk/components/{component}/macro.jinja"
    if path not in environment().list_templates():
        raise UnknownComponentError(f"The design system has no component {component!r}")
    return getattr(environment().get_template(path).module, camel(component))


def camel(name: str) -> str:
    """``error-summary`` and ``error_summary`` as ``errorSummary``."""
    first, *rest = name.replace("-", "_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _plain(value: Any) -> Any:
    """Lazy texts as texts: the macros ask ``is string``, which a lazy text is not."""
    match value:
        case Promise():
            return str(value)
        case dict():
            return {key: _plain(item) for key, item in cast(Params, value).items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
