"""What people enter about stays and care packages. Rules are the services'."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import CarePackage, Organisation, Stay
from neighbourhoods.models.stays import MAX_REASON
from neighbourhoods.services import PackageFacts, StayFacts

ELSEWHERE = "Leave it empty if you have chosen one from the list"


class StayForm(forms.Form):
    marks_optional = False

    kind = forms.ChoiceField(label="Where have they come?", choices=Stay.Kind.choices, widget=forms.Radios())
    organisation = forms.TypedChoiceField(label="Which one?", coerce=UUID, empty_value=None, required=False)
    organisation_name = forms.CharField(
        label="If it is not in the list", help_text=ELSEWHERE, max_length=150, required=False
    )
    room = forms.CharField(label="Room, or ward and bed", max_length=60, required=False)
    admitted_at = forms.DateTimeField(label="Since when?", help_text="Leave it empty for now", required=False)
    expected_discharge_on = forms.DateField(label="Expected to leave on", required=False)
    made = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, places: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["organisation"], "Not in the list", places)

    def facts(self) -> StayFacts:
        typed = self.cleaned_data
        return StayFacts(
            kind=typed["kind"],
            organisation_id=typed["organisation"],
            organisation_name=typed["organisation_name"],
            room=typed["room"],
            admitted_at=typed["admitted_at"],
            expected_discharge_on=typed["expected_discharge_on"],
        )


class StayChangeForm(forms.Form):
    room = forms.CharField(label="Room, or ward and bed", max_length=60, required=False)
    expected_discharge_on = forms.DateField(label="Expected to leave on", required=False)


class StayEndForm(forms.Form):
    marks_optional = False

    destination = forms.ChoiceField(
        label="Where have they gone?",
        help_text="If they died there, the death is written down with it, and the teams around them are told",
        choices=Stay.Destination.choices,
        widget=forms.Radios(),
        error_messages={"required": "Choose where they went"},
    )
    discharged_at = forms.DateTimeField(label="When?", help_text="Leave it empty for now", required=False)


class WhyForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=MAX_REASON, error_messages={"required": "Say why"})


class PackageForm(forms.Form):
    name = forms.CharField(
        label="What is it?",
        help_text="For example, reablement after hospital, four visits a day",
        max_length=150,
        error_messages={"required": "Say what it is, for example reablement"},
    )
    kind = forms.ChoiceField(label="Kind", choices=CarePackage.Kind.choices)
    is_running = forms.BooleanField(label="It runs already", required=False)
    provider = forms.TypedChoiceField(label="Who provides it?", coerce=UUID, empty_value=None, required=False)
    provider_name = forms.CharField(
        label="If they are not in the list", help_text=ELSEWHERE, max_length=150, required=False
    )
    hours = forms.DecimalField(label="Hours each week", min_value=0, max_value=336, decimal_places=2, required=False)
    visits_per_week = forms.IntegerField(label="Visits each week", min_value=1, max_value=200, required=False)
    is_double_handed = forms.BooleanField(label="Two people at a time", required=False)
    starts_on = forms.DateField(label="From which day is it needed, or has it run?", required=False)
    funding = forms.ChoiceField(
        label="Who pays?", choices=[("", "Not known"), *CarePackage.Funding.choices], required=False
    )
    local_authority = forms.CharField(label="Which council?", max_length=150, required=False)
    restart_contact = forms.CharField(
        label="Whom does one ring to start it again?", help_text="Name and phone", max_length=200, required=False
    )
    made = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, providers: Iterable[Organisation], teams: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        """`teams` are those for whom a new one may be asked; a change asks for none, nor whether it runs."""
        super().__init__(*args, **kwargs)
        _offer(self.fields["provider"], "Nobody yet, or not in the list", providers)
        if teams is None:
            del self.fields["is_running"]
        elif len(teams) > 1:
            self.fields["team"] = forms.TypedChoiceField(label="For your team", coerce=UUID, choices=teams)
            forms.apply_house_rules("team", self.fields["team"])

    def facts(self) -> PackageFacts:
        typed = self.cleaned_data
        hours = typed["hours"]
        return PackageFacts(
            name=typed["name"],
            kind=typed["kind"],
            provider_id=typed["provider"],
            provider_name=typed["provider_name"],
            minutes_per_week=round(hours * 60) if hours else None,
            visits_per_week=typed["visits_per_week"],
            is_double_handed=typed["is_double_handed"],
            local_authority=typed["local_authority"],
            funding=typed["funding"],
            starts_on=typed["starts_on"],
            restart_contact=typed["restart_contact"],
        )


class PackageMoveForm(forms.Form):
    """`reason` is asked where the verb says why; `on` may be left empty for today."""

    reason = forms.CharField(label="Why?", max_length=MAX_REASON, error_messages={"required": "Say why"})
    on = forms.DateField(label="Since which day?", help_text="Leave it empty for today", required=False)

    def __init__(self, *args: Any, says_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not says_why:
            del self.fields["reason"]


def initial_of_package(package: CarePackage) -> dict[str, Any]:
    named = {name: getattr(package, name) for name in PackageForm.base_fields if hasattr(package, name)}
    minutes = package.minutes_per_week
    return named | {
        "provider": str(package.provider_id or ""),
        "hours": f"{minutes / 60:.2f}".rstrip("0").rstrip(".") if minutes else None,
    }


def _offer(field: Any, nobody: str, organisations: Iterable[Organisation]) -> None:
    choices = [("", nobody), *((str(one.id), one.name) for one in organisations)]
    cast("forms.ChoiceField", field).choices = choices
