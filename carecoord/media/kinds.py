"""Which kinds of file are taken. The first bytes say which it is; what it is called and said to be must agree."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from carecoord.errors import RuleError
from carecoord.media import mp3, mp4, pdf, pictures
from carecoord.media.refusal import Unfit
from carecoord.uploads import MOST_BYTES

TAKEN: Final = "a JPEG or PNG photo, a PDF, an MP3 or M4A recording, or an MP4 video"
TOO_LARGE: Final = f"This file is larger than {MOST_BYTES // 1_000_000} MB. Choose a smaller or a shorter one"
# What browsers and programs say where they do not know.
UNKNOWN_TYPES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})


@dataclass(frozen=True)
class Kind:
    """`word` is what people call it; `types` and `suffixes` what it may be said to be, the usual one first."""

    media_type: str
    word: str
    suffixes: tuple[str, ...]
    types: frozenset[str]
    begins: Callable[[bytes], bool]
    cleaned: Callable[[bytes], bytes]

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class Media:
    """A file that may be kept: its kind, and what is kept of it."""

    kind: Kind
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


JPEG: Final = Kind(
    "image/jpeg",
    "Photo",
    (".jpg", ".jpeg", ".jpe", ".jfif"),
    frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    lambda content: content.startswith(pictures.JPEG_BEGINS),
    pictures.cleaned_jpeg,
)
PNG: Final = Kind(
    "image/png",
    "Photo",
    (".png",),
    frozenset({"image/png", "image/x-png"}),
    lambda content: content.startswith(pictures.PNG_BEGINS),
    pictures.cleaned_png,
)
PDF: Final = Kind(
    "application/pdf",
    "Paper",
    (".pdf",),
    frozenset({"application/pdf", "application/x-pdf"}),
    lambda content: content.startswith(pdf.BEGINS),
    pdf.cleaned,
)
MP3: Final = Kind(
    "audio/mpeg",
    "Recording",
    (".mp3",),
    frozenset({"audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3"}),
    mp3.begins,
    mp3.cleaned,
)
M4A: Final = Kind(
    "audio/mp4",
    "Recording",
    (".m4a", ".mp4"),
    frozenset({"audio/mp4", "audio/x-m4a", "audio/m4a", "audio/aac", "video/mp4"}),
    lambda content: mp4.begins(content) and not mp4.has_pictures(content),
    mp4.cleaned,
)
MP4: Final = Kind(
    "video/mp4",
    "Video",
    (".mp4", ".m4v"),
    frozenset({"video/mp4", "video/x-m4v", "application/mp4"}),
    lambda content: mp4.begins(content) and mp4.has_pictures(content),
    mp4.cleaned,
)
KINDS: Final = (JPEG, PNG, PDF, MP3, M4A, MP4)
BY_TYPE: Final = {kind.media_type: kind for kind in KINDS}
SUFFIXES: Final = tuple(dict.fromkeys(suffix for kind in KINDS for suffix in kind.suffixes))


def kind_of(media_type: str) -> Kind:
    return BY_TYPE[media_type]


def read_media(content: bytes, *, name: str = "", claimed: str = "") -> Media:
    """The file, less what nobody has to know of it. `name` and `claimed`, a media type, are what its sender says.

    Raises RuleError with the field `file` where it is too large, empty, of no kind that is taken, or two kinds at once.
    """
    if not content:
        raise _refused("This file is empty. Choose another one")
    if len(content) > MOST_BYTES:
        raise _refused(TOO_LARGE)
    kind = next((kind for kind in KINDS if kind.begins(content)), None)
    if kind is None:
        raise _refused(f"This file is of a kind that is not taken. Choose {TAKEN}")
    suffix, said = _suffix(name), claimed.partition(";")[0].strip().lower()
    if (suffix and suffix not in kind.suffixes) or (said not in UNKNOWN_TYPES and said not in kind.types):
        sentence = f"What is in this file ({kind.media_type}) is not what it is called. Save it again, then choose it"
        raise _refused(sentence)
    try:
        return Media(kind, kind.cleaned(content))
    except Unfit as why:
        raise _refused(f"This file {why}. Save or scan it again, then choose it") from None


def _suffix(name: str) -> str:
    """Of the last part of a path, whichever way its slashes lean; empty where there is none."""
    last = name.replace("\\", "/").rpartition("/")[2]
    _, dot, suffix = last.rpartition(".")
    return f".{suffix.strip().lower()}" if dot else ""


def _refused(sentence: str) -> RuleError:
    return RuleError(f"{sentence}.", field="file", code="file_refused")
