"""Two records may be one person's: whose record a row has become a part of, and what was changed for it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows

PROTECT = django.db.models.deletion.PROTECT
ID = models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False)


def words(most: int, **more: object) -> models.CharField:
    return models.CharField(max_length=most, **more)


def to(model: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(model, on_delete=PROTECT, related_name="+", **more)


# Who changed what is for the owner's functions: it says where somebody lives who may be restricted by now.
OF_THE_OWNER = migrations.RunSQL(
    "ALTER TABLE neighbourhoods_mergechange ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE neighbourhoods_mergechange DISABLE ROW LEVEL SECURITY",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0039_without_banner_entries")]
    operations = [
        migrations.CreateModel(
            "Merge",
            [
                ("id", ID),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("survivor_id", models.UUIDField()),
                ("merged_id", models.UUIDField()),
                ("merged_name", words(310, help_text="As lists show it: family name first.")),
                ("reason", words(200)),
                ("at", models.DateTimeField()),
                ("by_name", words(310)),
                ("is_restricted", models.BooleanField(default=False)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by_name", words(310, blank=True)),
                ("undone_reason", words(200, blank=True)),
                ("by", to("neighbourhoods.membership", db_index=False, null=True)),
                ("by_organisation", to("neighbourhoods.organisation", db_index=False, null=True)),
                ("resident", to("neighbourhoods.resident")),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["survivor_id"], name="merge_of_survivor")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merged_id",),
                        condition=Q(("undone_at", None)),
                        name="merged_into_one_record_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(("survivor_id", F("merged_id")), _negated=True),
                        name="nobody_is_merged_into_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "MergeChange",
            [
                ("id", ID),
                (
                    "kind",
                    words(
                        10,
                        choices=[
                            ("moved", "Moved"),
                            ("hung", "Hung from another"),
                            ("changed", "Changed"),
                            ("made", "Made"),
                            ("snapshot", "As it stood"),
                        ],
                    ),
                ),
                ("table_name", words(63)),
                ("row_id", models.UUIDField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("merge", to("neighbourhoods.merge")),
            ],
        ),
        guarded_rows("neighbourhoods_merge", read="app.sees(resident_id)", web="SELECT", system="SELECT"),
        OF_THE_OWNER,
        migrations.AddField(
            "resident",
            "merged_into",
            models.ForeignKey(
                "neighbourhoods.resident",
                blank=True,
                db_index=False,
                help_text="Whose record this has become a part of; this row is kept closed, and can be opened again.",
                null=True,
                on_delete=PROTECT,
                related_name="+",
            ),
        ),
        migrations.AddConstraint(
            "resident",
            models.CheckConstraint(
                condition=Q(
                    ("merged_into", None),
                    Q(
                        Q(("merged_into", F("id")), _negated=True),
                        ("is_restricted", True),
                        ("nhs_number", None),
                        ("search_keys", []),
                    ),
                    _connector="OR",
                ),
                name="whoever_is_merged_is_found_by_nothing",
            ),
        ),
    ]
