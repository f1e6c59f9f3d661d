"""The Caldicott Guardian of a place, to whom goes what its privacy officers do not review in time."""

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
    ("team_lead", "Team lead"),
    ("privacy_officer", "Privacy officer"),
    ("caldicott_guardian", "Caldicott Guardian"),
    ("administrator", "Administrator"),
]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0027_emergency_access")]
    operations = [migrations.AlterField("membership", "role", models.CharField(choices=ROLES, max_length=30))]
