"""The shape of what people type about a referral, and what each form gives its service."""

from collections.abc import Sequence
from typing import Any

from carecoord.ui import forms
from neighbourhoods.directory import KINDS, Search
from referrals.models import Referral, Urgency
from referrals.services.referral_drafts import Ask, missing_from

WORDS = 4000
HOW_SOON = (
    (Urgency.ROUTINE, "Routine: reply in 2 working days"),
    (Urgency.SOON, "Soon: reply in 1 working day"),
    (Urgency.URGENT, "Urgent: reply in 2 hours"),
    (Urgency.TWO_HOUR, "Two-hour: reply in 30 minutes and seen in 2 hours, between 08:00 and 20:00"),
)
Choices = Sequence[tuple[str, str]]


class FindServiceForm(forms.Form):
    marks_optional = False
    q = forms.CharField(label="What is needed, or the name of a service", required=False, max_length=200)
    kind = forms.ChoiceField(label="Kind", required=False, choices=KINDS)

    def search(self) -> Search:
        """What was asked for; a search that cannot be read finds everything."""
        return Search(self.cleaned_data["q"], self.cleaned_data["kind"]) if self.is_valid() else Search()


class SayWhyForm(forms.Form):
    """Step 2. `called` is what one calls the resident; `alerts` are on the record already and may go with it.

    What a receiver needs is asked for by the button that goes on; a draft may lack it.
    """

    marks_optional = False
    made = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    from_team = forms.ChoiceField(label="For which of your teams?")
    reason = forms.TextField(
        label="Why are you referring them?",
        help_text="What has changed, what matters to them, and what you hope for",
        max_length=WORDS,
        required=False,
    )
    urgency = forms.ChoiceField(label="How soon?", choices=HOW_SOON, widget=forms.Radios(), initial="routine")
    urgency_reason = forms.CharField(
        label="Why is it urgent?", help_text="Only for urgent and two-hour", max_length=300, required=False
    )
    alerts = forms.MultipleChoiceField(label="Risks from the record", widget=forms.Checkboxes(), required=False)
    risks = forms.TextField(
        label="Risks the receiver must know", help_text="One on each line", rows=3, max_length=2000, required=False
    )
    no_known_risks = forms.BooleanField(label="No known risks", required=False)
    persons_choice = forms.TextField(label="What did they choose, and why?", rows=2, max_length=2000, required=False)
    told_resident = forms.CharField(
        label="What have you told them?",
        help_text="For example, agreed on 20-Nov-2026, expects a call next week",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, called: str, teams: Choices, alerts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.called, self.teams = called, teams
        self.fields["reason"].label = f"Why are you referring {called}?"
        self.fields["persons_choice"].label = f"What did {called} choose, and why? (optional)"
        self.fields["told_resident"].label = f"What have you told {called}? (optional)"
        self._offer("from_team", teams, is_needed=len(teams) > 1)
        self._offer("alerts", [(text, text) for text in alerts], is_needed=bool(alerts))
        self.needs_all = "see" in self.data

    def _offer(self, name: str, choices: Choices, *, is_needed: bool) -> None:
        if is_needed:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def clean_risks(self) -> str:
        text = str(self.cleaned_data["risks"])
        if any(len(line.strip()) > 200 for line in text.split("\n")):
            raise forms.ValidationError("Each risk is at most 200 characters: begin a new line")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.needs_all and not self.errors:
            for field, sentence in missing_from(self.ask()):
                self.add_error(field, sentence.replace("them", self.called))
        return cleaned

    def ask(self) -> Ask:
        data = self.cleaned_data
        lines = [line.strip() for line in data.get("risks", "").split("\n")]
        return Ask(
            reason=data.get("reason", ""),
            urgency=data.get("urgency", "routine"),
            urgency_reason=data.get("urgency_reason", ""),
            risks=tuple(dict.fromkeys(line for line in [*data.get("alerts", ()), *lines] if line)),
            no_known_risks=data.get("no_known_risks", False),
            persons_choice=data.get("persons_choice", ""),
            told_resident=data.get("told_resident", ""),
        )


class AmendForm(SayWhyForm):
    """What a sent referral asks, changed by its sender. Whatever a receiver needs is needed here too."""

    words = forms.TextField(
        label="What do you change, and why?",
        help_text="The receiver reads this first",
        rows=2,
        max_length=1000,
        error_messages={"required": "Say what you change and why"},
    )
    field_order = ("made", "version", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, teams=(), **kwargs)
        self.needs_all = True


def initial_of(referral: Referral, alerts: Sequence[str]) -> dict[str, Any]:
    """What the form of a draft begins with."""
    fields = ("reason", "urgency", "urgency_reason", "no_known_risks", "persons_choice", "told_resident", "version")
    return {name: getattr(referral, name) for name in fields} | {
        "alerts": [text for text in referral.risks if text in alerts],
        "risks": "\n".join(text for text in referral.risks if text not in alerts),
    }


class InboxForm(forms.Form):
    """Filters of the inbox."""

    marks_optional = False
    urgency = forms.ChoiceField(label="Urgency", required=False, choices=[("", "All"), *Urgency.choices])
    organisation = forms.ReadyChoiceField(label="From", required=False)
    order = forms.ChoiceField(
        label="Order", required=False, choices=[("", "Clock, soonest first"), ("newest", "Newest first")]
    )

    def __init__(self, *args: Any, organisations: Choices, organisation_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.label = organisation_label
        field.choices = [("", "All organisations"), *organisations]  # type: ignore[attr-defined]
