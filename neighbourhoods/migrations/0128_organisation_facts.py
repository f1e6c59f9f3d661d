"""Email, sites, whose part it is, and the toolkit's status of an organisation (domain.md 2.4).

Each column has a default in the database, because the code of the landing before inserts without them.
"""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q

SITE = models.CharField(max_length=9)
NO_SITES = models.Value([], ArrayField(SITE))
STATUSES = [
    ("exceeded", "Standards exceeded"),
    ("met", "Standards met"),
    ("approaching", "Approaching standards"),
    ("not_met", "Standards not met"),
]


def add(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("organisation", name, field)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0127_named_gp")]
    operations = [
        add("email", models.EmailField(max_length=254, blank=True, default="", db_default="")),
        add(
            "site_codes",
            ArrayField(SITE, blank=True, default=list, db_default=NO_SITES, help_text="ODS codes of its sites."),
        ),
        add(
            "parent",
            models.ForeignKey(
                "neighbourhoods.organisation",
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
            ),
        ),
        add(
            "toolkit_status",
            models.CharField(
                max_length=20,
                choices=STATUSES,
                blank=True,
                default="",
                db_default="",
                help_text="Data Security and Protection Toolkit.",
            ),
        ),
        add(
            "toolkit_year",
            models.PositiveSmallIntegerField(null=True, blank=True, help_text="The year in which it was said."),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(("parent", None), Q(("parent", F("id")), _negated=True), _connector="OR"),
                name="an_organisation_is_no_part_of_itself",
                violation_error_message="An organisation is no part of itself.",
            ),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(
                    Q(("toolkit_status", ""), ("toolkit_year", None)),
                    Q(Q(("toolkit_status", ""), _negated=True), ("toolkit_year__isnull", False)),
                    _connector="OR",
                ),
                name="toolkit_status_has_its_year",
                violation_error_message="Say the year of the toolkit's status, or leave both empty.",
            ),
        ),
    ]
