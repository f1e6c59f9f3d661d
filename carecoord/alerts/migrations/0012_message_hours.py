"""When messages reach a person, and those that wait until then."""

from datetime import time

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows, shared_rows

WITH_ITS_ALERT = "EXISTS (SELECT 1 FROM alerts_alert a WHERE a.id = alert_id)"
DIGESTS = [("at_once", "AT_ONCE"), ("hourly", "HOURLY"), ("daily", "DAILY")]


class Migration(migrations.Migration):
    dependencies = [("alerts", "0011_alerts_of_place"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="MessageHours",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="message_hours",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("digest", models.CharField(choices=DIGESTS, max_length=20)),
                ("digest_at", models.TimeField(default=time(8))),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(quiet_from=None, quiet_until=None)
                        | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                        name="quiet_hours_begin_and_end",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="HeldMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now)),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="held", to="alerts.alert"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("alert", "user", "level"), name="held_once")],
                "indexes": [models.Index(condition=Q(("ended_at", None)), fields=["due_at", "user"], name="held_due")],
            },
        ),
        shared_rows("alerts_messagehours", web="SELECT, INSERT, UPDATE"),
        guarded_rows("alerts_heldmessage", read=WITH_ITS_ALERT, web="SELECT, INSERT"),
    ]
