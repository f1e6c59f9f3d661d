"""What must be in place before somebody comes home from hospital, and who said that it is."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows

TABLE = "referrals_handoverneedmark"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0080_last_seen"), ("referrals", "0022_concerns")]
    operations = [
        migrations.AddField(
            "handover",
            "needs",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200),
                blank=True,
                db_default=[],
                default=list,
                help_text="Of a discharge: what must be in place before they arrive.",
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="HandoverNeedMark",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("is_in_place", models.BooleanField()),
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
                        related_name="need_marks",
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
    ]
