"""The words that stood for groups beside a resident go: no code that still runs reads them. Groups are entries."""

from django.db import migrations

DROPPED = migrations.RunSQL(
    "ALTER TABLE neighbourhoods_resident DROP COLUMN cohorts",
    "ALTER TABLE neighbourhoods_resident ADD COLUMN cohorts varchar(40)[] NOT NULL DEFAULT '{}'",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0100_merge_rules")]
    operations = [DROPPED]
