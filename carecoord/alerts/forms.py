"""What an administrator chooses of a rule, and what a person says of their own messages."""

from typing import Any, Final

from django.forms import BoundField, TimeField

from carecoord.alerts.budget import Digest, Hours
from carecoord.alerts.rule_changes import FIRST, LATEST_PERCENT, RuleFacts
from carecoord.alerts.rulebook import EMAIL, SMS, Rule, Urgency
from carecoord.alerts.rungs import Audience, Rung
from carecoord.ui import forms

TOLD: Final = {
    Audience.NAMED: "The person it names, else whoever is on duty",
    Audience.MEMBERS: "Whoever is on duty; without a rota, everybody",
    Audience.EVERYBODY: "Everybody in the team",
    Audience.LEADS: "The leads of the team",
    Audience.SENDERS_LEADS: "The leads of the team that asked",
    Audience.FRONT_DOOR: "The front door",
    Audience.GUARDIAN: "The Caldicott Guardian",
}
CHANNELS: Final = {EMAIL: "Email", SMS: "Text message, if it is urgent"}
URGENCIES: Final = {
    Urgency.AS_IT_IS: "As urgent as the work it is about",
    Urgency.ALWAYS: "Always urgent: sent at any hour, and its time runs day and night",
    Urgency.NEVER: "Never urgent",
}


class RuleForm(forms.Form):
    """`rule` is the one in force; there is a number for each of its later rungs."""

    tells = forms.ChoiceField(
        label="Who is told at once?",
        choices=[(one.value, TOLD[one]) for one in FIRST],
        widget=forms.Radios(),
        error_messages={"required": "Choose who is told at once"},
    )
    channels = forms.MultipleChoiceField(
        label="How else are they told?",
        help_text="It always stands on the page of alerts, for everybody in the team.",
        choices=list(CHANNELS.items()),
        widget=forms.Checkboxes(),
        required=False,
    )
    urgency = forms.ChoiceField(
        label="How urgent is it?",
        choices=[(one.value, words) for one, words in URGENCIES.items()],
        widget=forms.Radios(),
        error_messages={"required": "Choose how urgent it is"},
    )
    reason = forms.CharField(
        label="Why do you change it?", max_length=300, error_messages={"required": "Say why you change it"}
    )
    field_order = ("tells", "channels", "urgency", "percent_1", "percent_2", "percent_3", "percent_4", "reason")

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, initial=_words(rule), **kwargs)
        for rung in rule.ladder[1:]:
            name = f"percent_{rung.level}"
            self.fields[name] = forms.IntegerField(
                label=f"{_told_then(rung)} after",
                min_value=1,
                max_value=LATEST_PERCENT,
                error_messages={
                    "required": "Enter a number of percent",
                    "invalid": "Enter a whole number, such as 50",
                    "min_value": "Enter a number above 0",
                    "max_value": f"Enter at most {LATEST_PERCENT}",
                },
            )
        self.rungs = len(rule.ladder) - 1
        self.order_fields(self.field_order)

    @property
    def later(self) -> list[BoundField]:
        """After how much of the time each of the others is told."""
        return [self[f"percent_{level}"] for level in range(1, self.rungs + 1)]

    def facts(self) -> RuleFacts:
        said = self.cleaned_data
        return RuleFacts(
            Audience(said["tells"]),
            tuple(said["channels"]),
            Urgency(said["urgency"]),
            tuple(said[f"percent_{level}"] for level in range(1, self.rungs + 1)),
        )


def _told_then(rung: Rung) -> str:
    who = TOLD[rung.audience].partition(";")[0]
    are = "are" if who.startswith("The leads") else "is"
    return f"{who} {are} told{' again' if rung.is_reminder else ''}"


def _words(rule: Rule) -> dict[str, Any]:
    percents = {f"percent_{rung.level}": round(rung.share * 100) for rung in rule.ladder[1:]}
    return {
        "tells": rule.tells.value,
        "channels": list(rule.channels),
        "urgency": rule.urgency.value,
        **percents,
    }


TIME_WRONG: Final = "Enter a time, such as 22:00"
DIGESTS: Final = {
    Digest.AT_ONCE: "At once, one by one",
    Digest.HOURLY: "Together, once an hour",
    Digest.DAILY: "Together, once a day",
}


class HoursForm(forms.Form):
    digest = forms.ChoiceField(
        label="How often?",
        choices=[(one.value, words) for one, words in DIGESTS.items()],
        widget=forms.Radios(),
        error_messages={"required": "Choose how often"},
    )
    digest_at = TimeField(
        label="At what time, if once a day?",
        error_messages={"required": "Enter a time, such as 08:00", "invalid": TIME_WRONG},
    )
    quiet_from = TimeField(
        label="No emails from",
        help_text="Quiet hours, every day, such as 20:00 to 07:00. Leave both times empty for none.",
        required=False,
        error_messages={"invalid": TIME_WRONG},
    )
    quiet_until = TimeField(label="Until", required=False, error_messages={"invalid": TIME_WRONG})

    def __init__(self, *args: Any, hours: Hours, **kwargs: Any) -> None:
        super().__init__(*args, initial=vars(hours) | {"digest": hours.digest.value}, **kwargs)
        for name in ("digest_at", "quiet_from", "quiet_until"):
            self.fields[name].widget.format = "%H:%M"
