"""Lists of people from a file, and their rows. They are the importing team's: nobody else has heard of some of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows

MINE = "team_id = ANY ((SELECT app.teams())::uuid[])"


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0054_cohorts_filled"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("by_name", models.CharField(max_length=310)),
                ("file_name", models.CharField(max_length=150)),
                ("content", models.BinaryField(null=True)),
                (
                    "headings",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("preview", models.JSONField(default=list)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=30), default=list, size=None
                    ),
                ),
                ("month_first", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("mapping", "Columns to be named"),
                            ("reading", "Being read"),
                            ("review", "To be reviewed"),
                            ("writing", "Being written"),
                            ("written", "Written"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("discarded", "Discarded"),
                        ],
                        default="mapping",
                        max_length=10,
                    ),
                ),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("blank_rows", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("emptied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ResidentImportRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("facts", models.JSONField(default=dict)),
                (
                    "said_before",
                    models.JSONField(
                        default=dict, help_text="What was found while the file was read, row against row."
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New"),
                            ("same", "The same"),
                            ("likely", "Likely the same"),
                            ("clash", "Clash"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("candidates", models.JSONField(default=list)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("register", "Register"), ("join", "Take onto our caseload"), ("leave", "Leave out")],
                        max_length=10,
                    ),
                ),
                ("joins_id", models.UUIDField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("registered", "Registered"),
                            ("joined", "On the caseload"),
                            ("refused", "Not written"),
                            ("undone", "Undone"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "told",
                    models.CharField(blank=True, help_text="Why it was not written or not undone.", max_length=300),
                ),
                ("entry_id", models.UUIDField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.resident",
                    ),
                ),
                (
                    "resident_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="neighbourhoods.residentimport",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.team",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddIndex(
            model_name="residentimport",
            index=models.Index(fields=["team", "-created_at"], name="import_of_team"),
        ),
        migrations.AddIndex(
            model_name="residentimport",
            index=models.Index(
                condition=models.Q(("state__in", ("reading", "writing", "undoing"))),
                fields=["updated_at"],
                name="import_at_work",
            ),
        ),
        migrations.AddIndex(
            model_name="residentimport",
            index=models.Index(condition=models.Q(("emptied_at", None)), fields=["updated_at"], name="import_to_empty"),
        ),
        migrations.AddIndex(
            model_name="residentimportrow",
            index=models.Index(fields=["resident_import", "verdict", "number"], name="import_rows_by_verdict"),
        ),
        migrations.AddConstraint(
            model_name="residentimportrow",
            constraint=models.UniqueConstraint(fields=("resident_import", "number"), name="one_row_of_each_number"),
        ),
        migrations.AddConstraint(
            model_name="residentimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="what_is_done_says_what_came_of_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="residentimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["registered", "joined"]), _negated=True),
                    ("resident__isnull", False),
                    _connector="OR",
                ),
                name="what_is_written_is_somebody",
            ),
        ),
        guarded_rows("neighbourhoods_residentimport", read=MINE, system="SELECT, UPDATE"),
        guarded_rows("neighbourhoods_residentimportrow", read=MINE, system="SELECT, UPDATE"),
    ]
