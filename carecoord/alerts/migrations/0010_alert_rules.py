"""Rules of alerts that a place has changed, a row for each version, and under which version an alert was raised."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import shared_rows


def key(to, **more):
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more
    )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0009_own_access"), ("neighbourhoods", "0100_merge_rules")]
    operations = [
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                (
                    "rungs",
                    models.JSONField(
                        help_text="Whom it tells at which percent of the time allowed, as in rulebook.toml."
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, size=None
                    ),
                ),
                ("urgency", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField(default=carecoord.clock.present.now)),
                ("made_by", key("neighbourhoods.membership")),
                ("place", key("neighbourhoods.place")),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("place", "kind", "number"), name="one_rule_per_version")
                ],
            },
        ),
        shared_rows("alerts_alertrule", web="SELECT, INSERT"),
        migrations.AddField(
            "alert",
            "rule",
            key(
                "alerts.alertrule",
                blank=True,
                null=True,
                help_text="The version it was raised under; empty for a rule as it was shipped.",
            ),
        ),
        migrations.AddField(
            "alert",
            "named",
            key("neighbourhoods.membership", blank=True, null=True, help_text="The person whom the item names."),
        ),
    ]
