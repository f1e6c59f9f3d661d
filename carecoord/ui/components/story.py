"""What was said, done and handed over: timeline, words, SBAR, responsibility, people."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from carecoord.ui import words
from carecoord.ui.components.basics import Link
from carecoord.ui.components.identity import ResidentLine
from carecoord.ui.components.work import Status


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """``late``: ``recorded`` is the moment it was written down. ``past``: ``past_as`` such as ``version 4``.

    ``restricted``: only ``text`` and ``second`` are shown, with a lock. ``taken_back``: it stood then, and ``past_as``
    is the day on which somebody said that it was an error. ``then`` leads to the record of that moment.
    """

    template: ClassVar[str] = "components/timeline_row.jinja"
    at: str
    title: str
    second: str
    url: str = ""
    text: str = ""
    state: Literal["normal", "late", "entered_in_error", "taken_back", "past", "restricted"] = "normal"
    recorded: str = ""
    past_as: str = ""
    then: Link | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote an entry, as what, for whom; when it was so and when it was written down (IG-31).

    ``event`` is a sentence of its own, such as ``Since 05-Jan-2026``; without one it was when it was recorded.
    ``ended`` says when and why it no longer holds.
    """

    template: ClassVar[str] = "components/provenance.jinja"
    author: str
    recorded: str
    role: str = ""
    organisation: str = ""
    event: str = ""
    ended: str = ""

    @property
    def line(self) -> str:
        who = ", ".join(part for part in (self.author, words.inside(self.role), self.organisation) if part)
        said = (self.event, f"Recorded {self.recorded} by {who}", self.ended)
        return "".join(f"{part.rstrip('.')}. " for part in said if part).rstrip()


@dataclass(frozen=True, slots=True)
class Voice:
    """The resident's own words, in plum; ``by`` says whose words, who wrote them down and when."""

    template: ClassVar[str] = "components/voice.jinja"
    title: str
    words: str
    by: str
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Sbar:
    """What the receiver is told. ``missing`` is the amber line at the end, with a way to ask."""

    template: ClassVar[str] = "components/sbar.jinja"
    situation: str
    background: str
    assessment: str
    recommendation: str
    missing: str = ""
    ask: Link | None = None

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("S", "Situation", self.situation),
            ("B", "Background", self.background),
            ("A", "Assessment", self.assessment),
            ("R", "Recommendation", self.recommendation),
        )


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who is responsible now, and then."""

    template: ClassVar[str] = "components/responsibility.jinja"
    now: str
    then: str
    now_label: str = "Now"
    then_label: str = "When you accept"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone to ring. ``relation`` (``daughter``) follows the name, ``note`` the number, ``provenance`` all."""

    template: ClassVar[str] = "components/person.jinja"
    name: str
    second: str = ""
    phone: str = ""
    note: str = ""
    relation: str = ""
    status: Status | None = None
    is_out_of_hours: bool = False
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One of the two call buttons of the phone, above everything else."""

    text: str
    second: str
    phone: str


@dataclass(frozen=True, slots=True)
class CallButtons:
    template: ClassVar[str] = "components/call_buttons.jinja"
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class ContentsItem:
    label: str
    url: str
    second: str = ""
    is_current: bool = False
    is_second_strong: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents list of the plan, sticky on a wide screen."""

    template: ClassVar[str] = "components/contents.jinja"
    label: str
    items: tuple[ContentsItem, ...]


@dataclass(frozen=True, slots=True)
class Contingency:
    """If (amber), then (numbered), ring. ``ring`` holds people with a name and a phone."""

    template: ClassVar[str] = "components/contingency.jinja"
    when: str
    steps: tuple[str, ...]
    ring: tuple[Person, ...]
    early_sign: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Interruption:
    """The head of a page that stops the reader: who it is, and what will be recorded and told."""

    template: ClassVar[str] = "components/interruption.jinja"
    title: str
    resident: ResidentLine | None
    text: str
    back: Link | None = None
