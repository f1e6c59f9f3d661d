"""What the code of the landing before wrote as a word beside a resident, while 0054 ran, becomes an entry as well. Done
again it adds nothing: a group that has an entry, though it has ended, has had its word."""

from importlib import import_module

from django.db import migrations

FILL = import_module("neighbourhoods.migrations.0054_cohorts_filled").FILL
ALL, OPEN = (
    "neighbourhoods_resident r CROSS",
    ("(SELECT * FROM neighbourhoods_resident WHERE merged_into_id IS NULL) r CROSS"),
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0085_merging_under_objections")]
    operations = [migrations.RunSQL(FILL.replace(ALL, OPEN), migrations.RunSQL.noop)]
