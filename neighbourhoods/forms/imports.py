"""A file with people, what its columns are, and what is decided about its rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from carecoord.errors import RuleError
from carecoord.ui import forms
from neighbourhoods.forms.administration import choices_of
from neighbourhoods.importing.columns import MEANINGS, fault_of
from neighbourhoods.importing.reading import MOST_ROWS, TOO_LARGE
from neighbourhoods.models import ImportDecision, Team
from neighbourhoods.services.imports import Decision

MEANING_CHOICES = [("", "Not imported"), *((key, meaning.label) for key, meaning in MEANINGS.items())]
ROW, JOIN = "row-", "join:"


class UploadForm(forms.Form):
    team = forms.ChoiceField(label="Team", choices=(), help_text="Whose residents these people become")
    file = forms.FileField(
        label="File",
        help_text=f"A CSV file with headings in the first row, up to {MOST_ROWS:,} people and 10 MB",
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, *args: Any, teams: Sequence[Team], was_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if was_too_large:
            self.fields["file"].error_messages["required"] = TOO_LARGE
        choices_of(self, "team", [(team.id, team.name) for team in teams])


class ColumnsForm(forms.Form):
    """One choice for each column of the file; `rows` has each with its heading and the first cells under it."""

    marks_optional = False

    def __init__(self, *args: Any, headings: Sequence[str], month_first: bool, guessed: Sequence[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for at, heading in enumerate(headings):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=f"What is “{heading}”?", choices=MEANING_CHOICES, required=False, initial=guessed[at]
            )
        self.fields["dates"] = forms.ChoiceField(
            label="How are dates written?",
            choices=[("day", "Day first: 14/03/1948"), ("month", "Month first: 03/14/1948")],
            help_text="Dates that begin with the year, or name the month, are read either way",
            widget=forms.Radios(),
            initial="month" if month_first else "day",
        )
        self.width = len(headings)

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data.get(f"column_{at}", "") for at in range(self.width)]

    @property
    def month_first(self) -> bool:
        return bool(self.cleaned_data["dates"] == "month")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and (fault := fault_of(self.columns)):
            raise forms.ValidationError(fault)
        return data


def decisions_in(posted: Mapping[str, str]) -> dict[int, Decision]:
    """What the selects of a page of rows say. Raises RuleError for what no page offers."""
    return dict(_decisions(posted))


def _decisions(posted: Mapping[str, str]) -> Iterator[tuple[int, Decision]]:
    for name, value in posted.items():
        number = name.removeprefix(ROW)
        if not name.startswith(ROW) or not (number.isascii() and number.isdigit() and len(number) < 8):
            continue
        try:
            joins = UUID(value.removeprefix(JOIN)) if value.startswith(JOIN) else None
        except ValueError as problem:
            raise RuleError("Choose again what to do with these rows: the page was out of date.") from problem
        what = ImportDecision.JOIN.value if joins else value
        if what not in {"", *ImportDecision.values}:
            raise RuleError("Choose again what to do with these rows: the page was out of date.")
        yield int(number), Decision(what, joins)
