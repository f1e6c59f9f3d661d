"""What people enter about a care home's round, and why they take a list away."""

from typing import Any

from carecoord.ui import forms
from carecoord.ui.dates import WEEKDAYS
from neighbourhoods.exporting import PURPOSES
from neighbourhoods.models import Organisation

HOW = (("print", "A page to print"), ("csv", "A file for a spreadsheet (CSV)"))
DAYS = [("", "Not known"), *((str(number), name) for number, name in enumerate(WEEKDAYS))]


class RoundForm(forms.Form):
    weekday = forms.TypedChoiceField(
        label="On which day is the weekly round?", coerce=int, empty_value=None, choices=DAYS, required=False
    )
    clinical_lead = forms.CharField(label="Who leads it?", help_text="Name and role", max_length=150, required=False)
    cqc_id = forms.CharField(label="CQC location id", max_length=20, required=False)


class ListForm(forms.Form):
    marks_optional = False

    purpose = forms.ChoiceField(
        label="What do you need the list for?",
        choices=PURPOSES,
        widget=forms.Radios(hints={"planning": "Leaves out who has opted out of research and planning"}),
        error_messages={"required": "Say what you need the list for"},
    )
    how = forms.ChoiceField(label="How?", choices=HOW, widget=forms.Radios(is_inline=True), initial="print")


def initial_of_round(home: Organisation) -> dict[str, Any]:
    weekday = "" if home.round_weekday is None else str(home.round_weekday)
    return {"weekday": weekday, "clinical_lead": home.clinical_lead, "cqc_id": home.cqc_id}
