"""What every form page uses: ``from carecoord.ui import forms``.

Django's own field classes work too; those here add days, moments, NHS numbers and longer text.
"""

from typing import Any, Self

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalField,
    EmailField,
    FileField,
    HiddenInput,
    IntegerField,
    MultipleChoiceField,
    PasswordInput,
    RegexField,
    Select,
    Textarea,
    TextInput,
    TypedChoiceField,
    TypedMultipleChoiceField,
    URLField,
    UUIDField,
    ValidationError,
)
from django.forms.utils import ErrorDict

from carecoord.turning import hidden_in_line
from carecoord.ui.fields import DateField, DateTimeField, NHSNumberField, PartError, ReadyChoiceField, TextField
from carecoord.ui.widgets import Checkboxes, DateBoxes, MomentBoxes, Radios

__all__ = [
    "BooleanField",
    "CharField",
    "Checkboxes",
    "ChoiceField",
    "DateBoxes",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "EmailField",
    "FileField",
    "Form",
    "HiddenInput",
    "IntegerField",
    "MomentBoxes",
    "MultipleChoiceField",
    "NHSNumberField",
    "PartError",
    "PasswordInput",
    "Radios",
    "ReadyChoiceField",
    "RegexField",
    "Select",
    "TextField",
    "TextInput",
    "Textarea",
    "TypedChoiceField",
    "TypedMultipleChoiceField",
    "URLField",
    "UUIDField",
    "ValidationError",
]

HIDDEN_CHARACTER = "Type this again: it holds a hidden character that cannot be saved"
HIDDEN_IN_LINE = "Type this again, do not copy it: it holds a hidden mark that would turn the text around it"
# Whatever comes along with a copied one is left out when it is read (neighbourhoods/values.py, record/typed.py).
READ_WITHOUT_MARKS = frozenset({"postcode", "ods_code", "q"})
# A list may have changed since the page was opened: what was chosen is an id, which says nothing to anybody.
NOT_IN_LIST = "What you chose is not in the list any more. Choose again"


class Form(forms.Form):
    """The base of every form: no colon after labels, no checks in the browser, messages that are sentences.

    Set ``marks_optional = False`` on filters and searches.
    """

    marks_optional = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            apply_house_rules(name, field)

    def as_typed(self) -> Self:
        """What was typed, shown again and not judged: it has no errors until it is sent."""
        self._errors = ErrorDict()
        return self


def apply_house_rules(name: str, field: forms.Field) -> None:
    """Turns Django's stock messages into sentences; a message the form gave itself is kept."""
    if field.label is None:
        field.label = name.replace("_", " ").capitalize()
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = required_sentence(field)
    if isinstance(field, ChoiceField) and field.error_messages["invalid_choice"] == STOCK_CHOICE:
        field.error_messages["invalid_choice"] = NOT_IN_LIST
    if name not in READ_WITHOUT_MARKS and type(field) is CharField and type(field.widget) is TextInput:
        field.validators.append(refuse_marks_in_line)
    field.validators = [_in_our_words(check, field) for check in field.validators]


def refuse_marks_in_line(text: str) -> None:
    """What stands on one line stands beside other words, and must not turn them. Text of its own block may."""
    if "\0" not in text and hidden_in_line(text):
        raise ValidationError(HIDDEN_IN_LINE)


STOCK_CHOICE = ChoiceField.default_error_messages["invalid_choice"]


def _in_our_words(check: Any, field: forms.Field) -> Any:
    if isinstance(check, ProhibitNullCharactersValidator):
        return ProhibitNullCharactersValidator(message=HIDDEN_CHARACTER)
    if isinstance(check, MaxLengthValidator):
        return MaxLengthValidator(check.limit_value, message=too_long_sentence(field))
    return check


def too_long_sentence(field: forms.Field) -> str:
    """``Background must have 4000 characters or fewer: it has 4012``; of a question, ``Your answer must ...``."""
    label = str(field.label).partition(" (")[0].strip()
    subject = "Your answer" if label.endswith("?") else label
    return f"{subject.replace('%', '%%')} must have %(limit_value)d characters or fewer: it has %(show_value)d"


def required_sentence(field: forms.Field) -> str:
    """``Enter the reason``, ``Choose a team``, or ``Answer: Why is it urgent?``."""
    label = str(field.label).strip()
    if label.endswith("?"):
        return f"Answer: {label}"
    words = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"{'Choose' if isinstance(field, forms.ChoiceField) else 'Enter'} {words}"
