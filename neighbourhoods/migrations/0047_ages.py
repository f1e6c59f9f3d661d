"""Until which age parents act by themselves, and from which that is looked at again: each place says (IG-24)."""

from django.db import migrations, models
from django.db.models import F, Q

from carecoord.rowsecurity import WEB

CHANGED = "parents_reviewed_from, parents_act_until, updated_at, version"


def age(default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=default, db_default=default)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0046_proxy")]
    operations = [
        migrations.AddField("place", "parents_reviewed_from", age(11)),
        migrations.AddField("place", "parents_act_until", age(16)),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(
                condition=Q(
                    ("parents_act_until__gt", F("parents_reviewed_from")),
                    ("parents_act_until__lte", 18),
                    ("parents_reviewed_from__gte", 1),
                ),
                name="parents_are_reviewed_before_they_act_no_more",
            ),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE ({CHANGED}) ON neighbourhoods_place TO {WEB}",
            f"REVOKE UPDATE ({CHANGED}) ON neighbourhoods_place FROM {WEB}",
        ),
    ]
