"""Who somebody may be already, in rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui.components import Button, ResidentLine, Status, resident_line
from neighbourhoods.duplicates import Alike
from neighbourhoods.matching.weights import LIKELY


@dataclass(frozen=True)
class AlikeRow:
    """`why` is what the score is made of: words and points. `caps` say why it is possible at most."""

    resident: ResidentLine
    status: Status
    score: str
    why: tuple[str, ...]
    caps: tuple[str, ...]
    button: Button


@dataclass(frozen=True)
class AlikePanel:
    rows: tuple[AlikeRow, ...]
    has_likely: bool

    @property
    def title(self) -> str:
        return "Likely known already" if self.has_likely else "Possibly known already"

    @property
    def tone(self) -> str:
        return "amber" if self.has_likely else ""


def alike_panel(alike: Iterable[Alike]) -> AlikePanel | None:
    found = tuple(alike)
    return AlikePanel(tuple(map(_row, found)), any(one.is_likely for one in found)) if found else None


def _row(one: Alike) -> AlikeRow:
    known, match = one.known, one.match
    return AlikeRow(
        resident=resident_line(
            family_name=known.family_name,
            given_name=known.given_name,
            birth_date=known.birth_date,
            nhs_number=known.nhs_number,
            died_on=known.died_on,
            layout="line",
        ),
        status=Status("Likely the same", "orange") if one.is_likely else Status("Possibly the same", "grey"),
        score=f"{match.score} points, likely from {LIKELY} on",
        why=tuple(f"{part.words}: {part.points:+d}".replace("-", "\u2212") for part in match.parts),
        caps=match.caps if not one.is_likely and match.score >= LIKELY else (),
        button=Button(
            "Open this record",
            reverse("resident_record", args=[known.id]),
            tone="white",
            is_small=True,
            hidden=f" of {known.called} {known.family_name}",
        ),
    )
