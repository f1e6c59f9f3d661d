"""Line drawings of 24 by 24, made for this product. Decoration only: a word always stands beside them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DRAWINGS = {
    "alert": '<path d="M12 3.5 22 20.5H2Z"/><path d="M12 10v5"/><path d="M12 17.6v.4"/>',
    "arrow": '<path d="M4 12h15"/><path d="m13 6 6 6-6 6"/>',
    "back": '<path d="m14.5 5-7 7 7 7"/>',
    "capsule": '<rect x="2.5" y="7.5" width="19" height="9" rx="4.5"/><path d="M12 7.5v9"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.4 2"/>',
    "ear": '<path d="M6.5 9.5a5.5 5.5 0 1 1 11 0c0 3.6-3 4.2-3.6 6.8-.5 2.4-1.6 4.2-3.6 4.2-1.7 0-2.8-1-3-2.5"/>'
    '<path d="M9.5 9.8a2.6 2.6 0 1 1 5.1.6c-.4 1.5-2.1 1.8-2.1 3.4"/>',
    "heart": '<path d="M12 20.5C5 15.6 2.6 12.400 2.600 8.900A4.900 4.900 0 0 1 12 7a4.900 4.900 0 0 1 9.400 1.900'
    'c0 3.500-2.400 6.700-9.400 11.600Z"/>',
    "hourglass": '<path d="M6 3h12M6 21h12"/><path d="M7.500 3c0 5 4.500 6 4.500 9s-4.500 4-4.500 9"/>'
    '<path d="M16.500 3c0 5-4.500 6-4.500 9s4.500 4 4.500 9"/>',
    "lock": '<rect x="4.500" y="10.500" width="15" height="10" rx="1.500"/><path d="M8 10.500V7a4 4 0 0 1 8 0v3.500"/>',
    "overdue": '<circle cx="12" cy="12" r="9"/><path d="M12 6.800v6.200"/><path d="M12 16.600v.5"/>',
    "paused": '<path d="M8.500 6v12M15.500 6v12"/>',
    "pencil": '<path d="m4 20 1-5L16.500 3.500l4 4L9 19Z"/><path d="m13.500 6.500 4 4"/>',
    "people": '<circle cx="9" cy="8" r="3.800"/><path d="M2 20.500c0-4 3-6.500 7-6.500s7 2.500 7 6.500"/>'
    '<path d="M16 4.500a3.800 3.800 0 0 1 0 7.200"/><path d="M18.500 14.700c2.200.9 3.500 3 3.500 5.800"/>',
    "phone": '<path d="M7.200 3.500 4.500 4.600c-1 .4-1.400 1.500-1.200 2.500C4.600 13.800 10.200 19.400 17 20.700c1 .2 2.100-.2 2.500-1.200'
    'l1.100-2.700-4.800-2.700-2.100 2.100c-2.400-1.100-4.800-3.500-5.900-5.900l2.100-2.100Z"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5.500 5.500"/>',
    "speech": '<path d="M3.500 4.500h17v11.500H11l-4.500 4v-4h-3Z"/>',
    "tick": '<path d="m4.500 12.500 5 5L20 6.500"/>',
    "warning": '<path d="M12 3.500 22 20.500H2Z"/><path d="M12 10v5"/><path d="M12 17.600v.4"/>',
}


def render_icon(name: str, *, classes: str = "") -> SafeString:
    """The drawing as inline SVG in the colour of the text, hidden from screen readers; KeyError for a wrong name."""
    return format_html(
        '<svg class="icon icon--{}{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        "{}</svg>",
        name,
        f" {classes}" if classes else "",
        mark_safe(DRAWINGS[name]),  # noqa: S308 - the constant above
    )
