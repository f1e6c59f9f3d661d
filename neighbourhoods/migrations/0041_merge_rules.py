"""Merging follows rules that stand in neighbourhoods/merging/rules.py; and who was merged is found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from neighbourhoods.merging.written import rules_written

DIGEST = "6bfaa3886567"
# What was broken off stands there and is of no use; of any other run nothing is there.
LEFT_OVER = migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS resident_merged_into", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("neighbourhoods", "0040_merge")]
    operations = [
        rules_written(DIGEST),
        LEFT_OVER,
        AddIndexConcurrently(
            "resident",
            models.Index(
                fields=["merged_into"], name="resident_merged_into", condition=models.Q(("merged_into__isnull", False))
            ),
        ),
    ]
