"""Who acts for a resident, on what legal basis (domain.md 2.3, IG-24)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import carecoord.clock
import carecoord.ids
from carecoord.rowsecurity import guarded_rows, keeps_past

TABLE = "neighbourhoods_proxy"


def to(model: str, related_name: str = "+", **more: bool) -> models.ForeignKey:
    return models.ForeignKey(model, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, **more)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0045_contact_facts")]
    operations = [
        migrations.CreateModel(
            "Proxy",
            [
                (
                    "id",
                    models.UUIDField(primary_key=True, default=carecoord.ids.new_id, editable=False, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "legal_basis",
                    models.CharField(
                        max_length=50,
                        choices=[
                            ("consent", "Their consent"),
                            ("parental-responsibility", "Parental responsibility"),
                            (
                                "health-and-welfare-lasting-power-of-attorney",
                                "Lasting power of attorney, health and welfare",
                            ),
                            (
                                "court-appointed-personal-welfare-deputy",
                                "Deputy appointed by the court, personal welfare",
                            ),
                            ("best-interest", "A decision in their best interests"),
                            ("UNK", "Not known yet"),
                        ],
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        max_length=20,
                        choices=[
                            ("proposed", "Proposed"),
                            ("active", "Acting"),
                            ("rejected", "Not agreed"),
                            ("inactive", "Ended"),
                            ("entered_in_error", "Entered in error"),
                        ],
                    ),
                ),
                ("status_reason_code", models.CharField(blank=True, max_length=30)),
                ("status_reason", models.CharField(blank=True, max_length=200)),
                (
                    "evidence",
                    models.CharField(blank=True, max_length=300, help_text="What was seen, and where it is."),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True, help_text="The last day.")),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                (
                    "review_told_on",
                    models.DateField(blank=True, null=True, help_text="When the lead team was told to review it."),
                ),
                ("contact", to("neighbourhoods.contact", "proxies")),
                ("granted_by_organisation", to("neighbourhoods.organisation", null=True)),
                ("recorded_by_organisation", to("neighbourhoods.organisation", null=True)),
                ("resident", to("neighbourhoods.resident")),
            ],
            options={
                "verbose_name_plural": "proxies",
                "ordering": ["created_at", "id"],
                "indexes": [models.Index(fields=["resident"], name="proxy_of_resident")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact",),
                        condition=Q(("status__in", ("proposed", "active"))),
                        name="one_open_proxy_of_a_contact",
                        violation_error_message="This is written down already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("status", "active"), _negated=True),
                            Q(("granted_by_organisation__isnull", False), Q(("legal_basis", "UNK"), _negated=True)),
                            _connector="OR",
                        ),
                        name="who_acts_was_granted_it_on_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("ends_on", None), ("starts_on", None), ("ends_on__gte", F("starts_on")), _connector="OR"
                        ),
                        name="proxy_ends_after_it_begins",
                    ),
                ],
            },
        ),
        guarded_rows(TABLE, read="app.sees(resident_id) AND NOT app.is_restricted(resident_id)"),
        keeps_past(TABLE),
    ]
