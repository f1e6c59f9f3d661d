"""Undoing a merge asks nobody about drafts of the plan."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "1624d91bff44"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0096_duty")]
    operations = [rules_written(DIGEST)]
