"""The keys of everybody who is here, a thousand at a time, and then their index, while everybody goes on working."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from neighbourhoods.keys_of_all import renew_all_keys

# One that was broken off stands there and is of no use; of any other run nothing is there.
LEFT_OVER = migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS resident_by_keys", migrations.RunSQL.noop)


def fill(_apps, schema_editor):
    renew_all_keys(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("neighbourhoods", "0033_search_keys")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        LEFT_OVER,
        AddIndexConcurrently("resident", GinIndex(fields=["search_keys"], name="resident_by_keys", fastupdate=False)),
        migrations.RunSQL("ANALYZE neighbourhoods_resident", migrations.RunSQL.noop),
    ]
