"""Names, numbers, addresses, phones and emails that somebody has beside those of their own row."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import carecoord.clock
import carecoord.ids
from carecoord.rowsecurity import SYSTEM, WEB

EMPTY = models.Value({}, models.JSONField())
TABLE = "neighbourhoods_residentdetail"
SEEN = "app.sees(resident_id) AND (kind IN ('name', 'identifier') OR NOT app.is_restricted(resident_id))"
ENDS = "ends_on, ended_at, ended_by_name, ended_reason, updated_at, version"
# What is said is never changed, so there is nothing that a change replaces: no past rows. Whoever merges two people
# changes the resident as the owner.
GUARD = migrations.RunSQL(
    [
        f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web ON {TABLE} TO {WEB} USING ({SEEN}) WITH CHECK ({SEEN})",
        f"CREATE POLICY system ON {TABLE} TO {SYSTEM} USING (true)",
        f"GRANT SELECT, INSERT, UPDATE ({ENDS}) ON {TABLE} TO {WEB}",
        f"GRANT SELECT, INSERT, UPDATE ({ENDS}) ON {TABLE} TO {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON {TABLE} FROM {WEB}, {SYSTEM}",
        f"DROP POLICY system ON {TABLE}",
        f"DROP POLICY web ON {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
    ],
)


def to(model: str) -> models.ForeignKey:
    return models.ForeignKey(model, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+")


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0034_search_keys_filled")]
    operations = [
        migrations.CreateModel(
            "ResidentDetail",
            [
                (
                    "id",
                    models.UUIDField(primary_key=True, default=carecoord.ids.new_id, editable=False, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        max_length=20,
                        choices=[
                            ("name", "Name"),
                            ("identifier", "Number"),
                            ("address", "Address"),
                            ("telecom", "Phone or email"),
                        ],
                    ),
                ),
                ("use", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=255)),
                ("data", models.JSONField(blank=True, default=dict, db_default=EMPTY)),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True, help_text="1 to 5, 1 is best.")),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("recorded_by_name", models.CharField(blank=True, max_length=310)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=310)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                ("recorded_by", to("neighbourhoods.membership")),
                ("recorded_by_organisation", to("neighbourhoods.organisation")),
                (
                    "resident",
                    models.ForeignKey(
                        "neighbourhoods.resident", on_delete=django.db.models.deletion.PROTECT, related_name="+"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "rank", "id"],
                "indexes": [models.Index(fields=["resident", "kind"], name="detail_of_resident")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["use", "value"],
                        condition=Q(kind="identifier", ended_at=None),
                        name="one_holder_per_identifier",
                        violation_error_message="This number is somebody's already: find them by it.",
                    ),
                    models.CheckConstraint(
                        condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                        name="detail_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=Q(rank=None) | Q(rank__range=(1, 5)), name="detail_rank_is_1_to_5"
                    ),
                ],
            },
        ),
        GUARD,
    ]
