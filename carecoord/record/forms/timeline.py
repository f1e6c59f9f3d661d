"""What of a timeline is shown, and the moment as of which a record is read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from carecoord import clock
from carecoord.ui import forms
from neighbourhoods.models import Team
from neighbourhoods.timeline import Wanted

KINDS = {
    "plan": "Plan and goals",
    "actions": "Actions",
    "referrals": "Referrals",
    "handovers": "Handovers",
    "visits": "Visits, calls and notes",
    "recorded": "What is recorded",
    "care": "Stays and care packages",
    "people": "People and teams",
    "details": "Details of the person",
}


class TimelineForm(forms.Form):
    """`by` is an organisation or one of its teams, of those that are around the resident or were."""

    marks_optional = False
    what = forms.ChoiceField(label="About", required=False, choices=[("", "Everything"), *KINDS.items()])
    by = forms.ChoiceField(
        label="By", required=False, error_messages={"invalid_choice": "Choose a team from the list, or everybody"}
    )
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_ids = {team.organisation_id for team in teams}
        self.fields["by"].choices = [("", "Everybody"), *_of_each_organisation(teams)]  # type: ignore[attr-defined]

    def clean(self) -> None:
        typed = self.cleaned_data
        since, until = typed.get("since"), typed.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must be the first one or later")

    def wanted(self) -> Wanted:
        typed = self.cleaned_data
        by = UUID(typed["by"]) if typed["by"] else None
        is_organisation = by in self.organisation_ids
        return Wanted(
            kind=typed["what"],
            organisation_id=by if is_organisation else None,
            team_id=None if is_organisation else by,
            since=typed["since"],
            until=typed["until"],
        )


def _of_each_organisation(teams: Iterable[Team]) -> Iterator[tuple[str, str]]:
    """All of an organisation first, then its teams one by one."""
    for of, own in groupby(teams, key=lambda team: team.organisation):
        yield str(of.id), of.name
        yield from ((str(team.id), f"{of.name}: {team.name}") for team in own)


class MomentForm(forms.Form):
    """As of when a record is read."""

    marks_optional = False
    at = forms.DateTimeField(
        label="Day and time",
        help_text="For example, 5 1 2026 and 09:05",
        error_messages={"required": "Enter the day and the time as of which you want to read the record"},
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > clock.now():
            raise forms.ValidationError("Day and time must be in the past")
        return at
