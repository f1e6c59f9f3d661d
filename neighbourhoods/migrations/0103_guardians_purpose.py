"""A Caldicott Guardian looks for information governance, as privacy officers do, and not for care (IG-27)."""

from importlib import import_module

from django.db import migrations

again = import_module("neighbourhoods.migrations.0084_kept_of_merged").again
OLD = str(import_module("carecoord.audit.migrations.0004_purpose").PURPOSE.sql[0][0])
OFFICERS = "WHEN 'privacy_officer' THEN 'information governance'"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0102_kept_while_one"), ("audit", "0004_purpose")]
    operations = [
        migrations.RunSQL(
            again(OLD, (OFFICERS, f"{OFFICERS}\n      {OFFICERS.replace('privacy_officer', 'caldicott_guardian')}")),
            again(OLD),
        )
    ]
