"""Care that is arranged by the week, and whether it runs (domain.md 2.8)."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock
import carecoord.ids
from carecoord.rowsecurity import keeps_past, residents_rows


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0050_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarePackage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=150)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("home_care", "Home care"),
                            ("reablement", "Reablement"),
                            ("live_in", "Live-in care"),
                            ("day_care", "Day care"),
                            ("respite", "Respite"),
                            ("supported_living", "Supported living"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("arranged", "Arranged"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("ended", "Ended"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "provider_name",
                    models.CharField(blank=True, help_text="Who it is, if it takes no part here.", max_length=150),
                ),
                ("minutes_per_week", models.PositiveIntegerField(blank=True, null=True)),
                ("visits_per_week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_double_handed", models.BooleanField(default=False)),
                ("local_authority", models.CharField(blank=True, max_length=150)),
                (
                    "funding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("council", "The council"),
                            ("direct_payment", "A direct payment"),
                            ("chc", "NHS continuing healthcare"),
                            ("joint", "Council and NHS together"),
                            ("self", "They pay themselves"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("suspend_reason", models.CharField(blank=True, max_length=200)),
                (
                    "restart_contact",
                    models.CharField(blank=True, help_text="Whom to ring to start it again.", max_length=200),
                ),
                ("restart_asked_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_by_name", models.CharField(blank=True, max_length=310)),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_packages",
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
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.resident"
                    ),
                ),
                (
                    "suspended_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.stay",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_packages",
                        to="neighbourhoods.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "ended"), _negated=True),
                        fields=["resident"],
                        name="package_of_resident_now",
                    ),
                    models.Index(
                        condition=models.Q(("status", "ended"), _negated=True),
                        fields=["team", "status", "due_at"],
                        name="package_of_team",
                    ),
                    models.Index(
                        condition=models.Q(("told_at", None), models.Q(("status", "ended"), _negated=True)),
                        fields=["due_at"],
                        name="package_not_told",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "suspended"), ("suspended_at__isnull", False)),
                            models.Q(
                                models.Q(("status", "suspended"), _negated=True),
                                ("restart_asked_at", None),
                                ("suspended_at", None),
                                ("suspended_by", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_suspended_package_says_since_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="a_package_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("provider__isnull", False),
                            models.Q(("provider_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="somebody_provides_what_runs",
                    ),
                ],
            },
        ),
        residents_rows("neighbourhoods_carepackage"),
        keeps_past("neighbourhoods_carepackage"),
    ]
