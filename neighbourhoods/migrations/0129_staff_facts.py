"""Registration, induction and training of somebody in their role (domain.md 2.4).

Each column has a default in the database, because the code of the landing before inserts without them.
"""

from django.db import migrations, models
from django.db.models import Q

BODIES = [
    ("nmc", "Nursing and Midwifery Council"),
    ("gmc", "General Medical Council"),
    ("hcpc", "Health and Care Professions Council"),
    ("swe", "Social Work England"),
    ("gphc", "General Pharmaceutical Council"),
    ("other", "Another body"),
]
INDUCTION = [("not_started", "Not started"), ("in_progress", "In progress"), ("complete", "Complete")]


def add(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("membership", name, field)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0128_organisation_facts")]
    operations = [
        add(
            "professional_body",
            models.CharField(max_length=10, choices=BODIES, blank=True, default="", db_default=""),
        ),
        add("professional_number", models.CharField(max_length=20, blank=True, default="", db_default="")),
        add(
            "induction",
            models.CharField(max_length=20, choices=INDUCTION, default="not_started", db_default="not_started"),
        ),
        add(
            "trained_on",
            models.DateField(null=True, blank=True, help_text="The last training in information governance."),
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=Q(
                    Q(("professional_body", ""), ("professional_number", "")),
                    Q(Q(("professional_body", ""), _negated=True), Q(("professional_number", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_professional_number_is_of_a_body",
                violation_error_message="Say the professional body and the number, or leave both empty.",
            ),
        ),
    ]
