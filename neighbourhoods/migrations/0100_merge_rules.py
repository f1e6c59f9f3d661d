"""Undoing a merge asks nobody about drafts of the plan."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "98b65eb6c20b"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0096_duty")]
    operations = [rules_written(DIGEST)]
