"""Counts and pages of an inbox with thousands are read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_names_of_partners")]
    operations = [
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                fields=["to_team", "status", "respond_by"],
                include=["id", "created_at", "from_team", "resident"],
                condition=models.Q(("accountable_team__isnull", False)),
                name="referral_to_answer",
            ),
        ),
    ]
