"""Merging knows stays, packages, objections, who acts for somebody, and lists of people."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "2dd8ba9181bd"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0065_sharing_decisions")]
    operations = [rules_written(DIGEST)]
