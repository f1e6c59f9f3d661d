"""An objection to sharing, and its decision (IG-16)."""

from typing import Any
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import Organisation
from neighbourhoods.models.sharing import MAX_ADVISER, MAX_WORDS, PARTS
from neighbourhoods.services.sharing import Part

ALL = "all"
DECISIONS = (
    ("uphold", "Uphold: it is withheld"),
    ("uphold_partly", "Uphold in part: what stands below is withheld"),
    ("override", "Override: it is shared all the same"),
)


class PartForm(forms.Form):
    """Which part of the record, and with whom it is not to be shared."""

    section = forms.ChoiceField(label="Which part of the record?", choices=[(ALL, "Everything"), *PARTS.items()])
    organisation = forms.ChoiceField(label="Not to be shared with whom?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Organisation.objects.filter(ended_at=None).order_by("name").values_list("id", "name")
        everybody = (ALL, "Every organisation but the one that wrote it")
        self.fields["organisation"].choices = [everybody, *((str(key), name) for key, name in known)]  # type: ignore[attr-defined]

    @property
    def part(self) -> Part:
        section, organisation = self.cleaned_data["section"], self.cleaned_data["organisation"]
        return Part("" if section == ALL else section, None if organisation == ALL else UUID(organisation))


class ObjectionForm(PartForm):
    words = forms.TextField(
        label="What did they say?",
        help_text="In their words. Those who decide read it",
        max_length=MAX_WORDS,
        error_messages={"required": "Write down what they said"},
    )


class DecisionForm(PartForm):
    verb = forms.ChoiceField(
        label="What do you decide?",
        choices=DECISIONS,
        widget=forms.Radios(),
        error_messages={"required": "Say what you decide"},
    )
    reason = forms.TextField(
        label="Why?",
        help_text="The person and the teams around them read it",
        max_length=MAX_WORDS,
        error_messages={"required": "Say why"},
    )
    advised_by = forms.CharField(
        label="Which clinician advised you?",
        max_length=MAX_ADVISER,
        error_messages={"required": "Name the clinician who advised you"},
    )

    field_order = ["verb", "section", "organisation", "reason", "advised_by"]
