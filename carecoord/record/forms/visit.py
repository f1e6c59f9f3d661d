"""What a volunteer says of a task."""

from carecoord.ui import forms

DONE, NOT_DONE = "complete", "stop"
MAX_REASON = 200


class TaskForm(forms.Form):
    """`answer` comes from the button that was pressed."""

    answer = forms.ChoiceField(label="What became of it?", choices=[(DONE, "Done"), (NOT_DONE, "Not possible")])
    reason = forms.CharField(
        label="Why was it not possible?",
        help_text="Whoever asked you reads this",
        max_length=MAX_REASON,
        required=False,
    )
