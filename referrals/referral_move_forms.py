"""What each move of a referral asks, and what its form gives the service."""

from collections.abc import Sequence
from typing import Any

from carecoord.ui import forms
from referrals.reasons import CancelReason, DeclineReason, FailReason, HoldReason

WORDS = 4000
Choices = Sequence[tuple[str, str]]


class MoveForm(forms.Form):
    """One move of a referral. `values` are the arguments of its service, besides who and which."""

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(MoveForm):
    def values(self) -> dict[str, Any]:
        return {("reason_code" if name == "reason" else name): value for name, value in self.cleaned_data.items()}


WHY = {"required": "Choose a reason"}


class AcceptForm(MoveForm):
    """Nothing needs to be said: the button of the referral's page accepts at once."""

    complete_by = forms.DateField(
        label="By when will it be complete?",
        help_text="For example, 5 12 2026. The sender sees this",
        required=False,
    )


class QuestionForm(MoveForm):
    question = forms.TextField(
        label="What do you need to know?", max_length=WORDS, error_messages={"required": "Say what you need to know"}
    )


class ReplyForm(MoveForm):
    words = forms.TextField(label="Your answer", max_length=WORDS, error_messages={"required": "Answer the question"})


class DeclineForm(ReasonForm):
    reason = forms.ChoiceField(label="Why?", choices=DeclineReason.choices, widget=forms.Radios(), error_messages=WHY)
    words = forms.TextField(
        label="What to tell them", help_text="The sender sees this at once", max_length=WORDS, required=False
    )
    suggestion = forms.TextField(label="What they could try instead", rows=2, max_length=1000, required=False)


class HoldForm(ReasonForm):
    reason = forms.ChoiceField(label="Why?", choices=HoldReason.choices, widget=forms.Radios(), error_messages=WHY)
    until = forms.DateField(
        label="Until when?", help_text="For example, 5 12 2026", error_messages={"required": "Say until when"}
    )
    words = forms.TextField(label="More, for the sender", rows=2, max_length=WORDS, required=False)


class FailForm(ReasonForm):
    reason = forms.ChoiceField(
        label="Why is it not possible?", choices=FailReason.choices, widget=forms.Radios(), error_messages=WHY
    )
    words = forms.TextField(label="What to tell the sender", max_length=WORDS, required=False)


class CancelForm(ReasonForm):
    reason = forms.ChoiceField(label="Why?", choices=CancelReason.choices, widget=forms.Radios(), error_messages=WHY)
    words = forms.TextField(label="What to tell the other team", rows=3, max_length=WORDS, required=False)


class OutcomeForm(MoveForm):
    outcome = forms.TextField(
        label="What came of it?",
        help_text="What you did, what changed, and what should happen next",
        max_length=WORDS,
        error_messages={"required": "Say what came of it"},
    )


class ErrorForm(MoveForm):
    words = forms.TextField(
        label="What was wrong?", rows=3, max_length=1000, error_messages={"required": "Say what was wrong"}
    )


class UndoForm(MoveForm):
    words = forms.TextField(label="Why? The sender sees this", rows=2, max_length=1000, required=False)


class ServiceForm(MoveForm):
    """Redirect and reroute: `services` are what a search has found."""

    service = forms.ChoiceField(
        label="Which service?", widget=forms.Radios(), error_messages={"required": "Choose a service"}
    )
    words = forms.TextField(
        label="Why there?", rows=3, max_length=WORDS, error_messages={"required": "Say why it goes there"}
    )

    def __init__(self, *args: Any, choices: Choices, hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = choices  # type: ignore[attr-defined]
        self.fields["service"].widget.hints = hints

    def values(self) -> dict[str, Any]:
        return {"to_service_id": self.cleaned_data["service"], "words": self.cleaned_data["words"]}


class AssignForm(MoveForm):
    person = forms.ChoiceField(label="Who deals with it?", required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Nobody in particular"), *choices]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {"membership_id": self.cleaned_data["person"] or None}
