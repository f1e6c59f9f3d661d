"""When it was looked at whether what somebody needs at home was in place: each discharge once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0024_priority")]
    operations = [
        migrations.AddField(
            "handover",
            "needs_told_at",
            models.DateTimeField(
                blank=True, editable=False, help_text="When it was looked at whether they are in place.", null=True
            ),
        ),
        migrations.AddIndex(
            "handover",
            models.Index(
                condition=models.Q(("kind", "discharge"), ("needs_told_at", None), ("takes_place_at__isnull", False)),
                fields=["takes_place_at"],
                name="handover_needs_due",
            ),
        ),
    ]
