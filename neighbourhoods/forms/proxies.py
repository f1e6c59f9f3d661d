"""What people enter about who acts for a resident."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import LegalBasis
from neighbourhoods.models.proxies import MAX_EVIDENCE, MAX_REASON
from neighbourhoods.services.proxies import OTHER, REASONS, ProxyFacts

Choices = Sequence[tuple[str, str]]
SEEN = "For example, lasting power of attorney, registered, seen on paper"


class ProxyForm(forms.Form):
    contact = forms.TypedChoiceField(
        label="Who acts for them?",
        coerce=UUID,
        widget=forms.Radios(),
        error_messages={"required": "Choose who acts for them"},
    )
    legal_basis = forms.ChoiceField(label="On what basis?", choices=LegalBasis.choices, widget=forms.Radios())
    evidence = forms.CharField(
        label="What have you seen, and where is it?", help_text=SEEN, max_length=MAX_EVIDENCE, required=False
    )
    starts_on = forms.DateField(label="From", help_text="Leave it empty for today", required=False)
    ends_on = forms.DateField(label="Last day", help_text="Leave it empty if there is none", required=False)

    def __init__(self, *args: Any, people: Choices, bases: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = list(people)  # type: ignore[attr-defined]
        self.fields["legal_basis"].choices = list(bases)  # type: ignore[attr-defined]

    def facts(self) -> ProxyFacts:
        given = self.cleaned_data
        return ProxyFacts(given["legal_basis"], given["evidence"], given["starts_on"], given["ends_on"])


class ProxyMoveForm(forms.Form):
    """Why a state changes; to let somebody act asks for what was seen too."""

    reason = forms.ChoiceField(label="Why?", error_messages={"required": "Choose why"})
    note = forms.CharField(label="In words", max_length=MAX_REASON, required=False)
    evidence = forms.CharField(label="What have you seen?", help_text=SEEN, max_length=MAX_EVIDENCE, required=False)

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=verb, **kwargs)
        self.verb = verb
        offered = [("", "Choose one"), *REASONS[verb].items(), (OTHER, "Another reason, in words")]
        self.fields["reason"].choices = offered  # type: ignore[attr-defined]
        if verb != "activate":
            del self.fields["evidence"]


class ProxyReviewForm(forms.Form):
    note = forms.CharField(
        label="What did you find?",
        help_text="For example, asked Mary alone: she wants her mother to go on",
        max_length=MAX_REASON,
        error_messages={"required": "Say what you found"},
    )
