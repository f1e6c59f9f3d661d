"""Small parts that the other components are made of."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from django.utils.safestring import SafeString

IconName = Literal[
    "alert", "arrow", "back", "capsule", "clock", "ear", "heart", "hourglass", "lock", "overdue",
    "paused", "pencil", "people", "phone", "search", "speech", "tick", "warning",
]  # fmt: skip


class Component(Protocol):
    """Anything that ``{% component %}`` shows: it knows its own template, where it is called ``it``."""

    @property
    def template(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Link:
    """``hidden`` is read out after the text, for those who do not see the page around the link."""

    text: str
    url: str
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A link that looks like a button, or, with ``is_post``, a form of one button.

    ``tone`` green is the one next action of the page, white any other, red a dangerous one.
    ``fields`` are hidden name and value pairs sent with the post.
    """

    template: ClassVar[str] = "components/button.jinja"
    text: str
    url: str
    tone: Literal["green", "white", "red"] = "white"
    is_small: bool = False
    is_post: bool = False
    hidden: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its value; ``second`` is the grey line below, ``change`` the link at the end.

    With ``url`` the value of a definition row leads there.
    """

    label: str
    value: str
    second: str = ""
    change: Link | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class SummaryList:
    template: ClassVar[str] = "components/summary_list.jinja"
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DefinitionRows:
    """Rows of a panel: label in bold on the left (112 px), value on the right. Also 'Next' on the record."""

    template: ClassVar[str] = "components/definition_rows.jinja"
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a journey; ``current`` counts from 1. Done steps are links where ``urls`` has one."""

    template: ClassVar[str] = "components/steps.jinja"
    labels: tuple[str, ...]
    current: int
    urls: tuple[str, ...] = ()

    @property
    def numbered(self) -> tuple[tuple[int, str, str], ...]:
        """Number, label and link; only steps before the current one are links."""
        urls = self.urls + ("",) * len(self.labels)
        return tuple(
            (number, label, urls[number - 1] if number < self.current else "")
            for number, label in enumerate(self.labels, start=1)
        )


@dataclass(frozen=True, slots=True)
class Pagination:
    """Keyset paging: earlier and later, never page numbers. ``sentence`` says what is shown."""

    template: ClassVar[str] = "components/pagination.jinja"
    previous: Link | None = None
    next: Link | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """Says that it is true, what comes next and when (design.md section 10, screen 12)."""

    template: ClassVar[str] = "components/empty.jinja"
    title: str
    text: str = ""
    second: str = ""
    button: Button | None = None
    link: Link | None = None
    heading_level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that must be read before going on. Blue informs, amber warns, green confirms, red says danger.

    ``is_live`` announces it politely when it arrives by a refresh.
    """

    template: ClassVar[str] = "components/notice.jinja"
    tone: Literal["blue", "amber", "green", "red"]
    bold: str
    text: str = ""
    icon: IconName = "warning"
    button: Button | None = None
    links: tuple[Link, ...] = ()
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class NoticeBlock:
    """A notice around free content: what ``{% notice %}`` makes."""

    template: ClassVar[str] = "components/notice_block.jinja"
    content: SafeString
    tone: str = "blue"
    icon: str = "warning"


@dataclass(frozen=True, slots=True)
class Panel:
    """A white panel with an h2 around free content: what ``{% panel %}`` makes.

    ``count`` stands beside the title, ``note`` and ``link`` at the right, ``second`` in grey below it.
    """

    template: ClassVar[str] = "components/panel.jinja"
    content: SafeString
    title: str
    count: int | str | None = None
    count_tone: Literal["grey", "red"] = "grey"
    link: Link | None = None
    note: str = ""
    second: str = ""
    status: Component | None = None
    button: Component | None = None
    clock: Component | None = None
    id: str = ""
    is_padded: bool = False
    tone: str = ""
