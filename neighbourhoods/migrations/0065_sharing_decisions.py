"""What a resident does not want to be shared, and what was decided: enforced by the policies of entries (IG-16)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import SYSTEM, WEB, function, keeps_past

TABLE = "neighbourhoods_sharingdecision"
DECIDES = "decider_team_id = ANY ((SELECT app.teams())::uuid[])"
SEES = "app.sees(resident_id)"
ROWS = migrations.RunSQL(
    [
        f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_read ON {TABLE} FOR SELECT TO {WEB} USING ({SEES} OR {DECIDES})",
        f"CREATE POLICY web_ask ON {TABLE} FOR INSERT TO {WEB} WITH CHECK ({SEES} AND status = 'asked')",
        f"CREATE POLICY web_decide ON {TABLE} FOR UPDATE TO {WEB} USING ({DECIDES} AND status = 'asked') "
        f"WITH CHECK ({DECIDES} AND status IN ('upheld', 'partly', 'overridden'))",
        f"CREATE POLICY web_withdraw ON {TABLE} FOR UPDATE TO {WEB} "
        f"USING ({SEES} AND status IN ('asked', 'upheld', 'partly')) WITH CHECK ({SEES} AND status = 'withdrawn')",
        f"CREATE POLICY system ON {TABLE} TO {SYSTEM} USING (true)",
        f"GRANT SELECT, INSERT, UPDATE (section, organisation_id, status, advised_by, reason, decided_at, "
        f"decided_by_name, ended_at, updated_at, version) ON {TABLE} TO {WEB}",
        f"GRANT SELECT ON {TABLE} TO {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON {TABLE} FROM {WEB}, {SYSTEM}",
        *(f"DROP POLICY {name} ON {TABLE}" for name in ("system", "web_withdraw", "web_decide", "web_ask", "web_read")),
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
    ],
)
WITHHELD = function(
    f"""
    CREATE FUNCTION app.withheld(who uuid, part text, wrote uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT wrote IS DISTINCT FROM app.organisation_id() AND EXISTS (
        SELECT 1 FROM public.{TABLE} d
        WHERE d.resident_id = who AND d.status IN ('upheld', 'partly') AND (d.section = '' OR d.section = part)
          AND (d.organisation_id IS NULL OR d.organisation_id = app.organisation_id()));
    END
    """,
    "app.withheld(uuid, text, uuid)",
)
# Restrictive: whatever other policies let through, this one has to let through as well.
ENTRIES = migrations.RunSQL(
    f"CREATE POLICY web_shared ON neighbourhoods_entry AS RESTRICTIVE FOR SELECT TO {WEB} "
    "USING (NOT app.withheld(resident_id, section, recorded_by_organisation_id))",
    "DROP POLICY web_shared ON neighbourhoods_entry",
)
STATES = [
    ("asked", "Asked"),
    ("upheld", "Upheld"),
    ("partly", "Partly upheld"),
    ("overridden", "Overridden"),
    ("withdrawn", "Withdrawn"),
]


def to(model: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"neighbourhoods.{model}", **more
    )


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0064_retention_hold")]
    operations = [
        migrations.CreateModel(
            name="SharingDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("section", models.CharField(blank=True, default="", max_length=40)),
                ("words", models.TextField()),
                ("person_name", models.CharField(max_length=210)),
                ("asked_at", models.DateTimeField()),
                ("asked_by_name", models.CharField(max_length=310)),
                ("status", models.CharField(choices=STATES, default="asked", max_length=20)),
                ("advised_by", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=310)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("asked_by_team", to("team", null=True, db_index=False)),
                ("decider_team", to("team", db_index=False)),
                ("organisation", to("organisation", null=True, blank=True)),
                ("resident", to("resident")),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=Q(("status__in", ("upheld", "partly"))), fields=["resident"], name="sharing_in_force"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ("status__in", ["asked", "withdrawn"]),
                            Q(
                                Q(("reason", ""), _negated=True),
                                Q(("advised_by", ""), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_decision_on_sharing_says_why",
                    )
                ],
            },
        ),
        ROWS,
        keeps_past(TABLE),
        WITHHELD,
        ENTRIES,
    ]
