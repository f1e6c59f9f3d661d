"""Volunteers: a role, a kind of team, and a level of relationship that opens no record (IG-11)."""

import django.contrib.postgres.fields
from django.db import migrations, models

ROLES = [
    ("nurse", "Community nurse"),
    ("ward_nurse", "Ward nurse"),
    ("gp", "GP"),
    ("social_worker", "Social worker"),
    ("care_coordinator", "Care coordinator"),
    ("link_worker", "Link worker"),
    ("care_home_manager", "Care home manager"),
    ("therapist", "Therapist"),
    ("pharmacist", "Pharmacist"),
    ("support_worker", "Support worker"),
    ("volunteer", "Volunteer"),
    ("team_lead", "Team lead"),
    ("safeguarding_lead", "Safeguarding lead"),
    ("privacy_officer", "Privacy officer"),
    ("caldicott_guardian", "Caldicott Guardian"),
    ("administrator", "Administrator"),
]
KINDS = [
    ("care", "Care team"),
    ("ward", "Ward"),
    ("front_door", "Front door"),
    ("volunteers", "Volunteers"),
    ("privacy", "Privacy officers"),
    ("administration", "Administrators"),
]
LEVELS = [
    ("card", "Identity, what is asked, and the offer's snapshot"),
    ("visit", "What a volunteer needs who visits"),
    ("record", "The whole record"),
]


def roles() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(choices=ROLES, max_length=30), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0070_merge_rules")]
    operations = [
        migrations.AlterField("membership", "role", models.CharField(choices=ROLES, max_length=30)),
        migrations.AlterField("relationship", "level", models.CharField(choices=LEVELS, max_length=10)),
        migrations.AlterField("seal", "may_open", roles()),
        migrations.AlterField("seal", "roles", roles()),
        migrations.AlterField("team", "kind", models.CharField(choices=KINDS, default="care", max_length=20)),
    ]
