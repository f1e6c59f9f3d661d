"""Cover that ends before its end, with the reason, and the read-back when it has come back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0025_needs_told"), ("neighbourhoods", "0100_merge_rules")]
    operations = [
        migrations.AddField(
            "handover",
            "ended_early_why",
            models.TextField(blank=True, db_default="", default="", help_text="Why cover ended before its end."),
        ),
        migrations.AddField("handover", "return_read_back_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "handover",
            "return_read_back_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="neighbourhoods.membership",
            ),
        ),
    ]
