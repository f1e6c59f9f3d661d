"""How somebody without a recorded reason is involved."""

from datetime import datetime, time, timedelta

from django.utils.timezone import localtime, make_aware

from carecoord import clock
from carecoord.record.forms.team import TeamForm
from carecoord.ui import forms
from neighbourhoods.services import ClaimReason

UNTIL = {"0": "End of today", "7": "7 days", "28": "28 days"}


class ClaimForm(TeamForm):
    reason = forms.ChoiceField(
        label="How are you involved?",
        choices=ClaimReason.choices,
        widget=forms.Radios(),
        error_messages={"required": "Say how you are involved"},
    )
    until = forms.ChoiceField(label="Until when?", help_text="It ends by itself", choices=UNTIL.items())

    field_order = ("reason", "until", "team")

    def ends_at(self) -> datetime:
        """The end of the last day, on the wall clock of the place."""
        last = localtime(clock.now()).date() + timedelta(days=int(self.cleaned_data["until"]) + 1)
        return make_aware(datetime.combine(last, time()))
