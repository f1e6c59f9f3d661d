"""Line drawings of 24 by 24, made for this product. Decoration only: a word always stands beside them."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# One line for each drawing: the rounded frame or outline first, then what is inside it.
TRIANGLE = ("M12 3.5 22 20.5H2Z", "M12 10v5", "M12 17.6v.4")
DISC = "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0"
PATHS: dict[str, tuple[str, ...]] = {
    "alert": TRIANGLE,
    "arrow": ("M4 12h15", "m13 6 6 6-6 6"),
    "back": ("m14.5 5-7 7 7 7",),
    "capsule": ("M7 7.5h10a4.5 4.5 0 0 1 0 9H7a4.5 4.5 0 0 1 0-9Z", "M12 7.5v9"),
    "clock": (DISC, "M12 7v5.3l3.4 2"),
    "ear": (
        "M6.5 9.5a5.5 5.5 0 1 1 11 0c0 3.6-3 4.2-3.6 6.8-.5 2.4-1.6 4.2-3.6 4.2-1.7 0-2.8-1-3-2.5",
        "M9.5 9.8a2.6 2.6 0 1 1 5.1.6c-.4 1.5-2.1 1.8-2.1 3.4",
    ),
    "heart": ("M12 20.5C5 15.6 2.6 12.4 2.6 8.9A4.9 4.9 0 0 1 12 7a4.9 4.9 0 0 1 9.4 1.9c0 3.5-2.4 6.7-9.4 11.6Z",),
    "hourglass": (
        "M6 3h12M6 21h12",
        "M7.5 3c0 5 4.5 6 4.5 9s-4.5 4-4.5 9",
        "M16.5 3c0 5-4.5 6-4.5 9s4.5 4 4.5 9",
    ),
    "lock": (
        "M5 10.5h14v10H5Z",
        "M8 10.5V7a4 4 0 0 1 8 0v3.5",
    ),
    "overdue": (DISC, "M12 6.8v6.2", "M12 16.6v.5"),
    "paused": ("M8.5 6v12M15.5 6v12",),
    "pencil": ("m4 20 1-5L16.5 3.5l4 4L9 19Z", "m13.5 6.5 4 4"),
    "people": (
        "M5.2 8a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0-7.6 0",
        "M2 20.5c0-4 3-6.5 7-6.5s7 2.5 7 6.5",
        "M16 4.5a3.8 3.8 0 0 1 0 7.2",
        "M18.5 14.7c2.2.9 3.5 3 3.5 5.8",
    ),
    "phone": (
        "M7.2 3.5 4.5 4.6c-1 .4-1.4 1.5-1.2 2.5C4.6 13.8 10.2 19.4 17 20.7c1 .2 2.1-.2 2.5-1.2l1.1-2.7"
        "-4.8-2.7-2.1 2.1c-2.4-1.1-4.8-3.5-5.9-5.9l2.1-2.1Z",
    ),
    "search": ("M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0", "m15.5 15.5 5.5 5.5"),
    "speech": ("M3.5 4.5h17V16H11l-4.5 4v-4h-3Z",),
    "tick": ("m4.5 12.5 5 5L20 6.5",),
    "warning": TRIANGLE,
}


@cache
def render_icon(name: str, *, classes: str = "") -> SafeString:
    """Inline SVG in the colour of the text, hidden from screen readers; KeyError for an unknown name."""
    drawing = "".join(f'<path d="{path}"/>' for path in PATHS[name])
    return format_html(
        '<svg class="icon icon--{}{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">{}</svg>',
        name,
        f" {classes}" if classes else "",
        mark_safe(drawing),
    )
