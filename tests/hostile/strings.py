"""Text that has broken other software: a few of our own, and those kept beside the project where they are."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty-strings"
OURS = [
    "<script>alert('hello')</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE residents; --",
    "{{ 7 * 7 }} {% debug %} ${7*7}",
    "%s %d %n %00 \\x00 \\u0000",
    "Ünïcødé Łódź 中文 العربية",
    "\u202eright to left\u202c \u200bnothing\ufeff",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1ec\U0001f1e7",
    "T\u0335\u0301\u0302\u0303he combining",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "null",
    "0x1F 1E309 NaN -0",
]


def kept_beside():
    """Those of ../shared, or none where that is not."""
    files = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
    return [text for file in files for text in json.loads(file.read_text())]


def stripped(text):
    """As a text of one line is kept: without the spaces around it."""
    return text.strip()
