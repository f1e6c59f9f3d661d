"""Where an organisation's own system is told of its alerts: nobody's record can be read there."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import shared_rows


class Migration(migrations.Migration):
    dependencies = [("alerts", "0016_measures"), ("neighbourhoods", "0120_by_parts_alone")]
    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("url", models.CharField(max_length=500)),
                ("secret_number", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(default=carecoord.clock.present.now)),
                (
                    "taken_at",
                    models.DateTimeField(blank=True, help_text="When it last took a message.", null=True),
                ),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0, help_text="Since then.")),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="neighbourhoods.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation",),
                        name="one_webhook_per_organisation",
                    )
                ],
            },
        ),
        shared_rows("alerts_webhook", web="SELECT, INSERT, UPDATE", system="SELECT, UPDATE"),
    ]
