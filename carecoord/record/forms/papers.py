"""What is asked before a copy of the plan, or the pack for a hospital, leaves on paper (IG-17, IG-27)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from carecoord.audit import Purpose
from carecoord.record.forms.statement import PURPOSES
from carecoord.ui import forms

LARGE, USUAL = "large", "usual"
SIZES: Final = ((LARGE, "Large print"), (USUAL, "Usual"))
NOT_KNOWN: Final = ""


class OwnCopyForm(forms.Form):
    own_purpose = forms.ChoiceField(
        label="What is it for?",
        choices=[(key, words) for key, (words, _) in PURPOSES.items()],
        widget=forms.Radios(),
        initial="asked",
        error_messages={"required": "Choose what it is for"},
    )
    own_size = forms.ChoiceField(
        label="Letters",
        choices=SIZES,
        widget=forms.Radios(is_inline=True),
        initial=LARGE,
        error_messages={"required": "Choose large print or usual letters"},
    )

    def clean_own_purpose(self) -> Purpose:
        return PURPOSES[self.cleaned_data["own_purpose"]][1]


class CarerCopyForm(forms.Form):
    """What is ticked is remembered for the next copy; `version` is the plan's, which remembers it."""

    carer = forms.ChoiceField(label="Who is it for?", error_messages={"required": "Choose who it is for"})
    shared = forms.MultipleChoiceField(
        widget=forms.Checkboxes(),
        error_messages={"required": "Tick what may be in it"},
    )
    carer_size = forms.ChoiceField(
        label="Letters", choices=SIZES, widget=forms.Radios(is_inline=True), initial=USUAL,
        error_messages={"required": "Choose large print or usual letters"},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, carers: Iterable[tuple[UUID, str]], parts: Mapping[str, str], called: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["carer"], [("", "Choose"), *((str(one), name) for one, name in carers)])
        self.fields["shared"].label = f"What does {called} share with them? Ask, and tick"
        _choose(self.fields["shared"], list(parts.items()))


class HospitalPackForm(forms.Form):
    hospital = forms.ChoiceField(
        label="Which hospital?",
        required=False,
        help_text="What they object to its having is left out. While it is not known, what they object to any having.",
    )

    def __init__(self, *args: Any, hospitals: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one), name) for one, name in hospitals]
        _choose(self.fields["hospital"], [(NOT_KNOWN, "Not known yet, or another one"), *known])


def _choose(field: Any, choices: Sequence[tuple[str, str]]) -> None:
    field.choices = choices
