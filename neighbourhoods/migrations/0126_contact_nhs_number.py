"""The NHS number of somebody around a resident who has no record here (domain.md 2.3).

It has a default in the database, because the code of the landing before inserts without it.
"""

from django.db import migrations, models
from django.db.models import Q

NAME = "who_is_on_record_is_linked_not_copied"
WAS = ("email", "note", "organisation_name", "phone", "significance")


def check(*names: str) -> models.CheckConstraint:
    empty = Q(*((name, "") for name in sorted(names)))
    return models.CheckConstraint(condition=Q(("resident_link", None), empty, _connector="OR"), name=NAME)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0124_options_go_with_their_plan")]
    operations = [
        migrations.AddField(
            "contact", "nhs_number", models.CharField(max_length=10, blank=True, default="", db_default="")
        ),
        migrations.RemoveConstraint("contact", NAME),
        migrations.AddConstraint("contact", check(*WAS, "nhs_number")),
    ]
