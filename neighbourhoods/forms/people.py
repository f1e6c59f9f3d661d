"""What people enter about somebody around a resident."""

from carecoord.ui import forms
from neighbourhoods.models import Contact
from neighbourhoods.services import ContactFacts


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


class RestrictionForm(forms.Form):
    reason = forms.TextField(
        label="Why?",
        help_text="Those who see the record read it. Do not write where the person is",
        max_length=500,
        rows=3,
        error_messages={"required": "Say why"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=200, error_messages={"required": "Say why"})
