"""What was said to be wrong with a handover is rows of its own; what was said until now becomes one each."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows

TABLE = "referrals_handoverconcern"
FILL = f"""
    INSERT INTO {TABLE} (id, created_at, updated_at, version, handover_id, kind, is_incident, why, said_by_name)
    SELECT app.new_id(), coalesce(h.answered_at, h.updated_at), coalesce(h.answered_at, h.updated_at), 1, h.id, 'poor',
           false, h.unsatisfactory_why, ''
    FROM referrals_handover h WHERE h.unsatisfactory_why <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0080_last_seen"), ("referrals", "0019_counted_if_shared")]
    operations = [
        migrations.CreateModel(
            name="HandoverConcern",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("late", "It was late"), ("poor", "It was not good enough")], max_length=10
                    ),
                ),
                ("is_incident", models.BooleanField(default=False, help_text="To be looked into as an incident.")),
                ("why", models.TextField()),
                (
                    "said_by_name",
                    models.CharField(
                        blank=True,
                        help_text="Who it was, where that was no member: a partner's system and its organisation.",
                        max_length=300,
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="referrals.handover",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
            ],
            options={"ordering": ["created_at", "id"]},
        ),
        guarded_rows(
            TABLE,
            read="EXISTS (SELECT 1 FROM referrals_handover h WHERE h.id = handover_id)",
            web="SELECT, INSERT",
            system="SELECT",
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
