"""Where somebody stays when it is not their own home, and the plan clock of care homes (domain.md 4)."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock
import carecoord.ids
from carecoord.rowsecurity import guarded_rows, keeps_past

# Where somebody stays leads to them: of somebody restricted nobody is shown it, nor what stood there before (IG-20).
SEEN = "app.sees(resident_id) AND NOT app.is_restricted(resident_id)"


def past_but(*tables: str) -> str:
    named = ", ".join(f"'{table}'" for table in tables)
    return (
        f"ALTER POLICY web_read ON audit_pastrow USING (app.sees(resident_id) AND NOT "
        f"(table_name IN ({named}) AND app.is_restricted(resident_id)))"
    )


LEADS_TO_THEM = ("neighbourhoods_resident", "neighbourhoods_contact")


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0049_encounter_hidden"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("care_home", "Care home"),
                            ("hospital", "Hospital"),
                            ("hospice", "Hospice"),
                            ("rehab", "Rehabilitation"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "organisation_name",
                    models.CharField(blank=True, help_text="Where it is, if it takes no part here.", max_length=150),
                ),
                ("room", models.CharField(blank=True, help_text="Room, or ward and bed.", max_length=60)),
                ("is_readmission", models.BooleanField(default=False)),
                ("admitted_at", models.DateTimeField()),
                ("expected_discharge_on", models.DateField(blank=True, null=True)),
                ("discharged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "destination",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("home", "Their own home"),
                            ("family", "Family or friends"),
                            ("care_home", "A care home"),
                            ("hospital", "A hospital"),
                            ("hospice", "A hospice"),
                            ("rehab", "Rehabilitation"),
                            ("elsewhere", "Somewhere else"),
                            ("died", "They died there"),
                        ],
                        max_length=20,
                    ),
                ),
                ("plan_from", models.DateTimeField(blank=True, null=True)),
                ("plan_due_at", models.DateTimeField(blank=True, null=True)),
                ("assessment_met_at", models.DateTimeField(blank=True, null=True)),
                ("plan_met_at", models.DateTimeField(blank=True, null=True)),
                (
                    "told_at",
                    models.DateTimeField(blank=True, help_text="When it was told that the plan is overdue.", null=True),
                ),
                ("recorded_by_name", models.CharField(blank=True, max_length=310)),
                ("error_at", models.DateTimeField(blank=True, null=True)),
                ("error_reason", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="neighbourhoods.organisation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
                (
                    "recorded_by_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.organisation",
                    ),
                ),
                (
                    "recorded_by_team",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.team",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.resident"
                    ),
                ),
            ],
            options={
                "ordering": ["-admitted_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("discharged_at", None), ("error_at", None)),
                        fields=["organisation", "admitted_at"],
                        name="stay_of_home_now",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("discharged_at", None),
                            ("error_at", None),
                            ("plan_due_at__isnull", False),
                            ("told_at", None),
                        ),
                        fields=["plan_due_at"],
                        name="stay_plan_not_told",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("discharged_at", None), ("error_at", None)),
                        fields=("resident", "kind"),
                        name="one_open_stay_of_a_kind",
                        violation_error_message="They are staying somewhere like this already: end that stay first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destination", ""), ("discharged_at", None)),
                            models.Q(
                                ("discharged_at__gte", models.F("admitted_at")),
                                models.Q(("destination", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_stay_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False),
                            models.Q(("organisation_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_stay_is_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "care_home"), ("plan_due_at__isnull", False), ("plan_from__isnull", False)
                            ),
                            models.Q(
                                models.Q(("kind", "care_home"), _negated=True),
                                ("plan_due_at", None),
                                ("plan_from", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_care_home_has_a_plan_clock",
                    ),
                ],
            },
        ),
        guarded_rows("neighbourhoods_stay", read=SEEN),
        keeps_past("neighbourhoods_stay"),
        migrations.RunSQL([past_but(*LEADS_TO_THEM, "neighbourhoods_stay")], [past_but(*LEADS_TO_THEM)]),
    ]
