"""What stands in no entry, because it is shown only to whoever asks for it."""

from django.db import models

from neighbourhoods.models.entries import Entry

MOST = 60


class EntrySecret(models.Model):
    """The code that belongs to an entry: never read here. No role of the run time may select it; `app.reveal_secret`
    does, and writes the look down."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    content = models.CharField(max_length=MOST)

    def __str__(self) -> str:
        return f"of {self.entry_id}"
