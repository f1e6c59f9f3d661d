"""What a definition of a kind of entry is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# In the order of the PRSB Core Information Standard (domain.md 2.9).
SECTIONS: Mapping[str, str] = {
    "personal": "More about the person",
    "individual_requirements": "Adjustments and needs",
    "alerts": "Alerts",
    "legal": "Legal",
    "safeguarding": "Safeguarding",
    "problems": "Problems",
    "social_context": "Home and social context",
    "support": "Support from the council",
    "assessments": "Assessments",
    "risks": "Risks",
    "allergies": "Allergies",
    "equipment": "Equipment and adaptations",
    "end_of_life": "End of life",
    "contingency_plans": "Contingency and safety plans",
    "cohorts": "Groups with a clock",
    "sharing": "Sharing",
}
STRIP = ("alert", "adjustment", "allergy", "no_known_allergies", "cpr", "legal", "safety_plan")
"""Where an entry may stand in the strip under the banner."""
SEALS: Mapping[str, str] = {
    "safeguarding": "Safeguarding",
    "sensitive": "Sensitive",
    "professional": "For clinical and social care roles",
}
"""What keeps an entry to the team that wrote it and to a set of roles (the table `neighbourhoods_seal`)."""
ANNOTATION = "annotation"
"""What others write beside an entry that is not theirs (IG-38). Nobody chooses it from a list."""
QUERY = "resident_query"
"""What the resident questions about an entry (IG-29)."""
BESIDE = (ANNOTATION, QUERY)
COHORT = "cohort."
"""With what the key of a group of residents begins, whose care runs by a clock (domain.md 4)."""
MOST_OF_TEXT = 10_000
BETTER = ("up", "down", "fewer")
"""Which way a measure is better: on a scale with two ends, or `fewer` of what is counted, which has no upper end."""


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    LINES = "lines"
    CODE = "code"
    CODES = "codes"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class FieldDefinition:
    """One thing that a kind of entry asks. `most` is characters of a text, lines of lines, the highest number, and
    `least` the lowest. `if_no` is what stands before all else where a question is answered with no. What is `better`
    in some way is a measure, drawn over time: a number, or a code that is one."""

    key: str
    label: str
    kind: FieldKind
    list: str = ""
    required: bool = False
    hint: str = ""
    most: int = 0
    if_no: str = ""
    least: int = 0
    better: str = ""

    @property
    def asks_codes(self) -> bool:
        return self.kind in (FieldKind.CODE, FieldKind.CODES)


@dataclass(frozen=True)
class Words:
    """The free words of an entry, beside or instead of what is coded."""

    label: str
    hint: str = ""
    required: bool = False
    most: int = MOST_OF_TEXT


@dataclass(frozen=True)
class Definition:
    """A kind of entry. `headline` names what says it in short, fields or `text`; `strip` is where that stands under the
    banner. Of a `single` kind only one is true at a time; a new entry ends those of the kinds that it `replaces`, and
    is refused beside those in `refused_beside`. `clinical`: not for roles that are not (IG-10). What has a `seal` is
    for its team and the roles of it, except where the field `unsealed_by` is answered with yes (IG-22). `clock` names
    when something is due (`cohorts.clocks`). Of a sealed group each team has one, because it sees no other's. `secret`
    asks for a code, which stands in no entry: it is shown to whoever visits and asks for it, each time written down."""

    key: str
    section: str
    title: str
    version: int = 1
    hint: str = ""
    source: str = ""
    text: Words | None = None
    fields: tuple[FieldDefinition, ...] = ()
    headline: tuple[str, ...] = ("text",)
    strip: str = ""
    single: bool = False
    clinical: bool = False
    in_handover: bool = False
    needs_day: bool = False
    has_end: bool = False
    review_days: int = 0
    replaces: tuple[str, ...] = ()
    refused_beside: tuple[str, ...] = ()
    seal: str = ""
    unsealed_by: str = ""
    retired: bool = False
    clock: str = ""
    secret: str = ""

    @property
    def is_cohort(self) -> bool:
        """Being in the group is what it says; nothing else need be."""
        return self.key.startswith(COHORT)

    @property
    def measures(self) -> tuple[FieldDefinition, ...]:
        """What of it is drawn over time."""
        return tuple(field for field in self.fields if field.better)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of codes that it asks."""
        return tuple(dict.fromkeys(field.list for field in self.fields if field.asks_codes))

    @property
    def before_words(self) -> tuple[FieldDefinition, ...]:
        """Fields down to the last one that must be answered or says it in short; the words come next."""
        leading = [place for place, one in enumerate(self.fields, 1) if one.required or one.key in self.headline]
        return self.fields[: max(leading, default=0)]

    @property
    def after_words(self) -> tuple[FieldDefinition, ...]:
        return self.fields[len(self.before_words) :]

    @property
    def says_it_all(self) -> bool:
        """Nothing is asked: that it was recorded is what it says."""
        return self.text is None and not self.fields


ANNOTATING = Definition(
    key=ANNOTATION, section="", title="Note by others", text=Words("Note", required=True, most=2_000), retired=True
)
QUERYING = Definition(
    key=QUERY,
    section="",
    title="Question of the resident",
    text=Words("What they say", required=True, most=2_000),
    retired=True,
)
STANDING_BESIDE: Mapping[str, Definition] = {one.key: one for one in (ANNOTATING, QUERYING)}
