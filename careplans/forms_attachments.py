"""Shape of a file that somebody brings for About Me."""

from datetime import date
from typing import Any

from django.forms import HiddenInput

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.media import MOST_BYTES, TOO_LARGE, Media, read_media
from carecoord.ui import forms
from careplans.services.attachments import MAX_BROUGHT_BY, MAX_DESCRIPTION


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=f"A JPEG or PNG photo, a PDF, an MP3 or M4A recording, or an MP4 video,"
        f" up to {MOST_BYTES // 1_000_000} MB. Where and with what it was taken is removed from photos",
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": "Choose a file"},
    )
    description = forms.TextField(
        label="What is it, in words?",
        rows=3,
        max_length=MAX_DESCRIPTION,
        help_text="For those who cannot see or hear it. For example, With her sister in the allotment, in June",
        error_messages={"required": "Say in words what it is"},
    )
    brought_by = forms.CharField(
        label="Who brought it?",
        max_length=MAX_BROUGHT_BY,
        error_messages={"required": "Say who brought it"},
    )
    taken_on = forms.DateField(label="When was it taken, recorded or written?", required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)
    replaces = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, called: str, was_too_large: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brought_by"].help_text = f"{called}, or who brought it for {called}"
        if was_too_large:
            self.fields["file"].error_messages["required"] = TOO_LARGE

    def clean_file(self) -> Media:
        file = self.cleaned_data["file"]
        try:
            return read_media(file.read(), name=file.name or "", claimed=file.content_type or "")
        except RuleError as problem:
            raise forms.ValidationError(problem.sentence.rstrip(".")) from None

    def clean_taken_on(self) -> date | None:
        day: date | None = self.cleaned_data["taken_on"]
        if day and day > clock.today():
            raise forms.ValidationError("The day must be today or earlier")
        return day
