"""What else is asked of somebody around a resident, and a link to a record of their own (domain.md 2.3, IG-26).

Each column has a default in the database, because the code of the landing before inserts without them.
"""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Q

ROLE = models.CharField(max_length=30)
NO_ROLES = models.Value([], django.contrib.postgres.fields.ArrayField(models.CharField(max_length=30)))
EMPTY = models.Value({}, models.JSONField())
SEEN = "app.sees(resident_id)"
WAS = f"{SEEN} AND (kind = 'professional' OR NOT app.is_restricted(resident_id))"
NOW = f"{WAS} AND (resident_link_id IS NULL OR NOT app.is_restricted(resident_link_id))"


def add(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("contact", name, field)


def check(name: str, condition: Q) -> migrations.AddConstraint:
    return migrations.AddConstraint("contact", models.CheckConstraint(condition=condition, name=name))


def policy(read: str) -> str:
    return f"ALTER POLICY web ON neighbourhoods_contact USING ({read}) WITH CHECK ({SEEN})"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0044_merged_lead_on")]
    operations = [
        add(
            "roles",
            django.contrib.postgres.fields.ArrayField(
                ROLE, blank=True, default=list, db_default=NO_ROLES, help_text="Codes of the list contact-role."
            ),
        ),
        add(
            "parental_responsibility",
            models.CharField(
                max_length=10,
                blank=True,
                default="",
                db_default="",
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
            ),
        ),
        add("household_member", models.BooleanField(blank=True, null=True, help_text="Empty: nobody has asked.")),
        add(
            "rank",
            models.PositiveSmallIntegerField(blank=True, null=True, help_text="1 to 5: 1 is rung first."),
        ),
        add(
            "copy_correspondence",
            models.BooleanField(default=False, db_default=False, help_text="Gets copies of letters."),
        ),
        add("significance", models.CharField(max_length=200, blank=True, default="", db_default="")),
        add(
            "carer",
            models.JSONField(
                blank=True, default=dict, db_default=EMPTY, help_text="What is known of the caring, where they do."
            ),
        ),
        check("contact_rank_is_1_to_5", Q(("rank", None), ("rank__range", (1, 5)), _connector="OR")),
        check(
            "contact_is_somebody_else",
            Q(("resident_link", None), Q(("resident_link", F("resident")), _negated=True), _connector="OR"),
        ),
        check(
            "who_is_on_record_is_linked_not_copied",
            Q(
                ("resident_link", None),
                Q(("email", ""), ("note", ""), ("organisation_name", ""), ("phone", ""), ("significance", "")),
                _connector="OR",
            ),
        ),
        migrations.RunSQL(policy(NOW), policy(WAS)),
    ]
