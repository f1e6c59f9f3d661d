"""What somebody has left unfinished is found by whose it is."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("careplans", "0039_drafts_of_additional_plans")]
    operations = [
        migrations.AddIndex(
            "plandraft",
            models.Index(fields=["written_by", "-updated_at"], condition=Q(ended_at=None), name="live_drafts_of_mine"),
        ),
    ]
