"""What an administrator chooses of a rule, and what a person says of their own messages."""

from typing import Any, Final

from django.forms import TimeField

from carecoord.alerts.budget import Digest, Hours
from carecoord.alerts.rule_changes import FIRST, LATEST_PERCENT, RuleFacts
from carecoord.alerts.rulebook import EMAIL, SMS, Rule, Urgency
from carecoord.alerts.rungs import Audience
from carecoord.ui import forms

TOLD: Final = {
    Audience.NAMED: "The person it names, else whoever is on duty",
    Audience.MEMBERS: "Whoever is on duty; everybody while there is no rota",
    Audience.EVERYBODY: "Everybody in the team",
    Audience.LEADS: "The leads of the team",
    Audience.SENDERS_LEADS: "The leads of the team that asked",
    Audience.FRONT_DOOR: "The front door",
    Audience.GUARDIAN: "The Caldicott Guardian",
}
CHANNELS: Final = {EMAIL: "Email", SMS: "Text message, of what is urgent"}
URGENCIES: Final = {
    Urgency.AS_IT_IS: "As urgent as what it is about",
    Urgency.ALWAYS: "Always: at any hour, and by the clock",
    Urgency.NEVER: "Never",
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
        label="How, beside the page of alerts?",
        help_text="On the page of alerts it always stands, for everybody in the team.",
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
        label="Why is it changed?", max_length=300, error_messages={"required": "Say why it is changed"}
    )
    field_order = ("tells", "channels", "urgency", "percent_1", "percent_2", "percent_3", "percent_4", "reason")

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, initial=_words(rule), **kwargs)
        for rung in rule.ladder[1:]:
            again = " again" if rung.is_reminder else ""
            name = f"percent_{rung.level}"
            self.fields[name] = forms.IntegerField(
                label=f"{TOLD[rung.audience].partition(';')[0]}{again}",
                help_text="Percent of the time allowed for an answer" if rung.level == 1 else "",
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

    def facts(self) -> RuleFacts:
        said = self.cleaned_data
        return RuleFacts(
            Audience(said["tells"]),
            tuple(said["channels"]),
            Urgency(said["urgency"]),
            tuple(said[f"percent_{level}"] for level in range(1, self.rungs + 1)),
        )


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
        label="How do you want them?",
        choices=[(one.value, words) for one, words in DIGESTS.items()],
        widget=forms.Radios(),
        error_messages={"required": "Choose how you want them"},
    )
    digest_at = TimeField(
        label="Once a day, at",
        error_messages={"required": "Enter a time, such as 08:00", "invalid": TIME_WRONG},
    )
    quiet_from = TimeField(
        label="Quiet from",
        help_text="Every day. Leave both times empty for no quiet hours.",
        required=False,
        error_messages={"invalid": TIME_WRONG},
    )
    quiet_until = TimeField(label="Quiet until", required=False, error_messages={"invalid": TIME_WRONG})

    def __init__(self, *args: Any, hours: Hours, **kwargs: Any) -> None:
        super().__init__(*args, initial=vars(hours) | {"digest": hours.digest.value}, **kwargs)
        for name in ("digest_at", "quiet_from", "quiet_until"):
            self.fields[name].widget.format = "%H:%M"
