"""What people enter about somebody around a resident."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.identities import Items
from neighbourhoods.keys import birth_key, postcode_key
from neighbourhoods.models import Contact
from neighbourhoods.models.contacts import MAX_SIGNIFICANCE, READ_THERE
from neighbourhoods.models.residents import sort_name
from neighbourhoods.services import CarerFacts, ContactFacts
from neighbourhoods.services.contact_facts import HOURS_OF_A_WEEK, carer_of
from neighbourhoods.values import clean_nhs_number, clean_postcode

ASKED: Final = (("yes", "Yes"), ("no", "No"), ("", "Nobody has asked"))
RESPONSIBILITY: Final = (*Contact.Responsibility.choices, ("", "Nobody has asked"))
TWO_ITEMS: Final = "Enter an NHS number, or a name with a date of birth or a postcode"
SAID: Final[dict[bool | None, str]] = {True: "yes", False: "no"}
OF_CARERS: Final = tuple(CarerFacts.__dataclass_fields__)


def _asked(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=ASKED, widget=forms.Radios(is_inline=True), required=False
    )


class ToTheResidentForm(forms.Form):
    """What somebody is to a resident; nothing of who they are themselves."""

    relationship = forms.CharField(
        label="Relationship or role",
        help_text="For example, daughter, neighbour, district nurse",
        max_length=100,
        required=False,
    )
    is_carer = forms.BooleanField(label="Cares for them without pay", required=False)
    is_emergency_contact = forms.BooleanField(label="Ring in an emergency", required=False)
    is_key_worker = forms.BooleanField(label="Is a key worker elsewhere", required=False)
    roles = forms.MultipleChoiceField(label="Also", widget=forms.Checkboxes(), required=False)
    parental_responsibility = forms.ChoiceField(
        label="Parental responsibility?",
        help_text="That it is not known is an answer too",
        choices=RESPONSIBILITY,
        widget=forms.Radios(is_inline=True),
        required=False,
    )
    household_member = _asked("Live in the same household?")
    rank = forms.IntegerField(
        label="In which order to ring", help_text="1 is rung first, 5 last", min_value=1, max_value=5, required=False
    )
    copy_correspondence = forms.BooleanField(label="Gets copies of letters", required=False)
    hours_a_week = forms.IntegerField(
        label="Hours of caring a week", min_value=0, max_value=HOURS_OF_A_WEEK, required=False
    )
    is_willing = _asked("Willing to go on caring?")
    is_able = _asked("Able to go on caring?")
    assessment_offered_on = forms.DateField(label="A carer's assessment was offered on", required=False)
    has_emergency_plan = _asked("Is there a plan for when they cannot care?")
    is_young_carer = _asked("A young carer?", "Somebody under 18 who cares")

    more: tuple[str, ...] = (
        "roles",
        "parental_responsibility",
        "household_member",
        "rank",
        "copy_correspondence",
        "significance",
    )

    def __init__(self, *args: Any, roles: Sequence[tuple[str, str]], asks_parents: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = list(roles)  # type: ignore[attr-defined]
        if not asks_parents:
            del self.fields["parental_responsibility"]

    @property
    def folded(self) -> list[Any]:
        return [self[name] for name in self.more if name in self.fields]

    @property
    def of_carers(self) -> list[Any]:
        return [self[name] for name in OF_CARERS]

    @property
    def unfolded(self) -> dict[str, bool]:
        """Which fold is open: something was said under it, or is wrong there."""
        said = {*self.errors, *self.changed_data} if self.is_bound else set()
        said |= {name for name, value in self.initial.items() if value not in (None, "", [], False)}
        return {"more": bool(said & set(self.more)), "carers": bool(said & set(OF_CARERS))}

    def facts(self) -> ContactFacts:
        given = {name: value for name, value in self.cleaned_data.items() if name in ContactFacts.__dataclass_fields__}
        carer = {name: _answer(self.cleaned_data.get(name)) for name in OF_CARERS}
        return ContactFacts(
            **{"kind": Contact.Kind.PERSONAL, "name": ""}
            | given
            | {
                "roles": tuple(given.get("roles") or ()),
                "household_member": _answer(given.get("household_member")),
                "carer": CarerFacts(**carer),
            }
        )


class ContactForm(ToTheResidentForm):
    kind = forms.ChoiceField(label="Who is it?", choices=Contact.Kind.choices, widget=forms.Radios())
    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the name"})
    organisation_name = forms.CharField(
        label="Organisation", help_text="For professionals", max_length=150, required=False
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    email = forms.EmailField(
        label="Email", required=False, error_messages={"invalid": "Enter an email address such as name@example.org"}
    )
    nhs_number = forms.NHSNumberField(
        rule=clean_nhs_number,
        label="Their own NHS number",
        help_text="Of family and carers, where it is known. 10 digits. For example, 999 000 0018",
        required=False,
    )
    note = forms.CharField(
        label="Note", help_text="For example, lives in Leeds, works nights", max_length=200, required=False
    )
    significance = forms.CharField(
        label="What they mean to the resident",
        help_text="For example, the one she trusts with money",
        max_length=MAX_SIGNIFICANCE,
        required=False,
    )


class ContactChangeForm(ContactForm):
    """Who it is stays; of somebody with a record of their own nothing is asked that stands there."""

    kind = None  # type: ignore[assignment]
    name = None  # type: ignore[assignment]
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_professional = contact.kind == Contact.Kind.PROFESSIONAL
        unused = {*(OF_FAMILY if is_professional else ("organisation_name",))}
        if contact.resident_link_id:
            unused |= {*READ_THERE}
        for name in unused & set(self.fields):
            del self.fields[name]

    @property
    def of_carers(self) -> list[Any]:
        return [self[name] for name in OF_CARERS if name in self.fields]


OF_FAMILY: Final = ("parental_responsibility", "household_member", "nhs_number", "is_carer", *OF_CARERS)


class LinkForm(ToTheResidentForm):
    """First who it is, as every search asks it; then what they are to the resident."""

    nhs_number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    given_name = forms.CharField(label="Given names", max_length=100, required=False)
    family_name = forms.CharField(label="Family name", max_length=100, required=False)
    birth_date = forms.DateField(label="Date of birth", required=False)
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    linked = forms.TypedChoiceField(
        label="Who is it?", coerce=UUID, empty_value=None, widget=forms.Radios(), required=False
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["linked"].choices = list(people)  # type: ignore[attr-defined]

    wanted = ("nhs_number", "given_name", "family_name", "birth_date", "postcode")
    more = ("roles", "parental_responsibility", "household_member", "rank", "copy_correspondence")

    @property
    def asked(self) -> list[Any]:
        return [self[name] for name in self.wanted]

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"]
        return clean_postcode(typed) if typed else ""

    def items(self) -> Items | None:
        """Of a form that was cleaned, what is searched by; None, said on the form, where it is too little (IG-12)."""
        given = self.cleaned_data
        if set(self.wanted) & set(self.errors):
            return None
        name = sort_name(given["family_name"], given["given_name"]).strip(", ")
        exact = [birth_key(given["birth_date"])] if given["birth_date"] else []
        exact += [postcode_key(given["postcode"])] if given["postcode"] else []
        exact = [key for key in exact if key]
        if not given["nhs_number"] and bool(name) + len(exact) < 2:
            self.add_error("nhs_number", TWO_ITEMS)
            return None
        return Items(given["nhs_number"] or "", tuple(exact), (name,) if name else ())


def _answer(given: Any) -> Any:
    """Of a question with yes and no as values; anything else as it is."""
    return {"yes": True, "no": False, "": None}.get(given, given) if isinstance(given, str) else given


def initial_of_contact(contact: Contact) -> dict[str, Any]:
    """What is known, as the form asks it."""
    plain = (*ToTheResidentForm.base_fields, *ContactForm.base_fields)
    found = {name: getattr(contact, name) for name in plain if hasattr(contact, name)}
    of_carer = vars(carer_of(contact.carer))
    asked = {
        name: SAID.get(value, "") if value is None or isinstance(value, bool) else value
        for name, value in {**of_carer, "household_member": contact.household_member}.items()
    }
    return found | asked | {"version": contact.version}


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
