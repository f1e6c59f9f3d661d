"""Visits, calls and notes, visible to whoever sees the resident."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import residents_rows


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0004_new_neighbourhoods"),
    ]

    operations = [
        migrations.CreateModel(
            name="Encounter",
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
                    models.CharField(choices=[("visit", "Visit"), ("call", "Call"), ("note", "Note")], max_length=10),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("done", "Done"),
                            ("did_not_attend", "Nobody there"),
                            ("cancelled", "Cancelled"),
                            ("entered_in_error", "Entered in error"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("planned_for", models.DateTimeField(blank=True, null=True)),
                (
                    "seen_by_name",
                    models.CharField(
                        blank=True, help_text="Who it was, where they are nobody's member here.", max_length=150
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[("in_person", "In person"), ("telephone", "By telephone"), ("video", "By video")],
                        max_length=20,
                    ),
                ),
                ("purpose", models.CharField(blank=True, help_text="What it is for.", max_length=200)),
                ("note", models.TextField(blank=True)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                (
                    "ended_reason",
                    models.CharField(blank=True, help_text="Why it was cancelled, or is an error.", max_length=200),
                ),
                ("earlier", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.resident"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="encounters", to="neighbourhoods.team"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["resident", "-at"], name="encounter_of_resident"),
                    models.Index(
                        condition=models.Q(("status", "planned")),
                        fields=["team", "at"],
                        name="encounter_planned_by_team",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["visit", "call"]),
                            models.Q(("kind", "note"), ("status__in", ["done", "entered_in_error"])),
                            _connector="OR",
                        ),
                        name="a_note_is_done_at_once",
                    )
                ],
            },
        ),
        residents_rows("neighbourhoods_encounter"),
    ]
