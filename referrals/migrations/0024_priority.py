"""How soon somebody of a list that is handed over together is to be looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0023_needs")]
    operations = [
        migrations.AddField(
            "handover",
            "priority",
            models.PositiveSmallIntegerField(
                blank=True, choices=[(1, "See first"), (2, "See soon"), (3, "Stable")], null=True
            ),
        ),
        migrations.AddIndex(
            "handover",
            models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id", "priority", "id"],
                name="handover_of_batch",
            ),
        ),
    ]
