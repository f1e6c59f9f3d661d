"""What people enter about somebody around a resident, and about what stands beside the banner."""

from typing import Any, cast

from carecoord.ui import forms
from neighbourhoods.models import BannerEntry, Contact
from neighbourhoods.models.memberships import NON_CLINICAL_ROLES
from neighbourhoods.principal import Principal
from neighbourhoods.services import ContactFacts
from neighbourhoods.services.contacts import CLINICAL_KINDS


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label="Who is it?", choices=Contact.Kind.choices, widget=forms.Radios())
    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the name"})
    relationship = forms.CharField(
        label="Relationship or role", help_text="Daughter, neighbour, district nurse", max_length=100, required=False
    )
    organisation_name = forms.CharField(
        label="Organisation", help_text="For professionals", max_length=150, required=False
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    email = forms.EmailField(
        label="Email", required=False, error_messages={"invalid": "Enter an email address such as name@example.org"}
    )
    is_carer = forms.BooleanField(label="Cares for them without pay", required=False)
    is_emergency_contact = forms.BooleanField(label="Ring in an emergency", required=False)
    is_key_worker = forms.BooleanField(label="Is a key worker elsewhere", required=False)
    note = forms.CharField(label="Note", help_text="Lives in Leeds, works nights", max_length=200, required=False)

    def facts(self) -> ContactFacts:
        return ContactFacts(**self.cleaned_data)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=200, error_messages={"required": "Say why"})


class BannerEntryForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is it?", choices=(), widget=forms.Radios(), error_messages={"required": "Choose what it is"}
    )
    text = forms.CharField(
        label="In words",
        help_text="As everybody will read it. Leave it empty for no known allergies",
        max_length=200,
        required=False,
    )
    event_on = forms.DateField(label="Since when?", required=False)

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = CLINICAL_KINDS if principal.role in NON_CLINICAL_ROLES else frozenset()
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = [(value, label) for value, label in BannerEntry.Kind.choices if value not in hidden]
