"""Being on the list of a huddle is a reason to have a record."""

from django.db import migrations, models

SOURCES = [
    ("registration", "Registration"),
    ("caseload", "On the caseload"),
    ("action", "An action of the team"),
    ("referral", "A referral"),
    ("handover", "A handover"),
    ("claim", "Claimed with a reason"),
    ("import", "An import"),
    ("front_door", "The front door"),
    ("huddle", "On the list of a huddle"),
]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0078_kept_from")]
    operations = [
        migrations.AlterField("relationship", "source_kind", models.CharField(choices=SOURCES, max_length=20)),
    ]
