"""Who the page is about: banner, strip, tabs, and the resident in a list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from carecoord.ui import dates, words
from carecoord.ui.components.basics import Button, IconName, Link, Notice, Row


@dataclass(frozen=True, slots=True)
class ResidentBanner:
    """The navy band of one resident (UI-01 to UI-10). Make it with ``resident_banner``.

    ``contact`` rows are behind 'Address, phone, allergies', in the order of UI-10; a restricted one has none. What is
    empty is not shown: a volunteer's has the name alone.
    """

    template: ClassVar[str] = "components/resident_banner.jinja"
    name: str
    born: str
    gender: str
    nhs_number: str = words.NHS_NUMBER_MISSING
    preferred_name: str = ""
    died: str = ""
    age_at_death: str = ""
    is_restricted: bool = False
    contact: tuple[Row, ...] = ()

    @property
    def has_nhs_number(self) -> bool:
        return self.nhs_number != words.NHS_NUMBER_MISSING


def resident_banner(
    *,
    family_name: str,
    given_name: str,
    birth_date: date | None,
    gender: str,
    nhs_number: str | None,
    now: datetime,
    title: str = "",
    preferred_name: str = "",
    birth_date_status: str = "exact",
    died_on: date | None = None,
    is_restricted: bool = False,
    contact: tuple[Row, ...] = (),
) -> ResidentBanner:
    """The banner of one resident. ``gender`` is the full word (UI-07)."""
    living = words.born(birth_date, now=now, status=birth_date_status)
    return ResidentBanner(
        name=words.banner_name(family_name=family_name, given_name=given_name, title=title),
        born=dates.day(birth_date) if died_on and birth_date else living,
        gender=gender,
        nhs_number=words.nhs_number(nhs_number),
        preferred_name="" if preferred_name == given_name else preferred_name,
        died=dates.day(died_on) if died_on else "",
        age_at_death=words.age_at_death(birth_date, died_on) if died_on else "",
        is_restricted=is_restricted,
        contact=() if is_restricted else contact,
    )


@dataclass(frozen=True, slots=True)
class Allergies:
    """``label`` is one of the four of UI-10; ``value`` is empty when the label says it all."""

    label: Literal["Known allergies", "No known allergies", "Allergies not recorded", "Allergies unavailable"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class StripCell:
    kind: Literal["alert", "adjustments", "allergies", "cpr", "legal"]
    icon: IconName
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AdjustmentStrip:
    """Always open, directly under the banner (UI-11). ``allergies`` None only where the role sees none."""

    template: ClassVar[str] = "components/adjustment_strip.jinja"
    allergies: Allergies | None
    alerts: tuple[str, ...] = ()
    adjustments: tuple[str, ...] = ()
    cpr_decision: str = ""
    legal: tuple[str, ...] = ()
    adjustments_icon: IconName = "ear"
    safety_plan: Link | None = None

    @property
    def cells(self) -> tuple[StripCell, ...]:
        """In the order of design.md section 5; empty parts are left out, allergies never."""
        drafted = (
            StripCell("alert", "alert", "Alert" if len(self.alerts) == 1 else "Alerts", _joined(self.alerts)),
            StripCell("adjustments", self.adjustments_icon, "Adjustments", _joined(self.adjustments)),
            self._allergies_cell(),
            StripCell("cpr", "heart", "CPR decision", self.cpr_decision),
            StripCell("legal", "lock", "Legal", _joined(self.legal)),
        )
        return tuple(cell for cell in drafted if cell.value)

    def _allergies_cell(self) -> StripCell:
        if self.allergies is None:
            return StripCell("allergies", "capsule", "Allergies", "")
        if self.allergies.value:
            return StripCell("allergies", "capsule", self.allergies.label, self.allergies.value)
        return StripCell("allergies", "capsule", "Allergies", self.allergies.label)


def _joined(values: tuple[str, ...]) -> str:
    return " · ".join(values)


@dataclass(frozen=True, slots=True)
class Tab:
    """``count`` shows when above 0; ``urgent`` is a red pill such as ``1 overdue`` before it."""

    label: str
    url: str
    count: int = 0
    is_current: bool = False
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class RecordTabs:
    """Under the strip: the parts of one record on the left, small white buttons on the right."""

    template: ClassVar[str] = "components/record_tabs.jinja"
    tabs: tuple[Tab, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class ListTabs:
    """Tabs over a list, such as those of the inbox."""

    template: ClassVar[str] = "components/list_tabs.jinja"
    label: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class ResidentFrame:
    """The ``resident`` of ``ui/record.html``. Before acceptance there are no tabs. ``emergency`` says until when it is
    open to a reader who has no other reason."""

    banner: ResidentBanner
    strip: AdjustmentStrip | None = None
    tabs: RecordTabs | None = None
    emergency: Notice | None = None


@dataclass(frozen=True, slots=True)
class ResidentLine:
    """A resident in a list: always name, born and NHS number, and ``died`` of whoever has. Without ``url`` the name is
    plain text.

    ``layout``: ``stacked`` three lines for tables, ``line`` the name and one grey line for rows.
    """

    template: ClassVar[str] = "components/resident_line.jinja"
    name: str
    born: str
    nhs_number: str
    url: str = ""
    layout: Literal["stacked", "line"] = "stacked"
    died: str = ""


@dataclass(frozen=True, slots=True)
class ResidentRows:
    """Residents one below the other, in the rows of a panel."""

    template: ClassVar[str] = "components/resident_rows.jinja"
    lines: tuple[ResidentLine, ...]


def resident_line(
    *,
    family_name: str,
    given_name: str,
    birth_date: date | None,
    nhs_number: str | None,
    died_on: date | None,
    url: str = "",
    layout: Literal["stacked", "line"] = "stacked",
) -> ResidentLine:
    return ResidentLine(
        name=words.list_name(family_name=family_name, given_name=given_name),
        born=dates.day(birth_date) if birth_date else "Not known",
        nhs_number=words.nhs_number(nhs_number),
        url=url,
        layout=layout,
        died=dates.day(died_on) if died_on else "",
    )
