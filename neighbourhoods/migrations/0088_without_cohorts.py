"""The words that stood for groups are nobody's any more. Code of the landing before still reads their column while this
one begins, so it goes with the next landing. Taken back, they are told from the entries that everybody reads."""

from django.db import migrations

COLUMN = "ALTER TABLE neighbourhoods_resident ALTER COLUMN cohorts"
TOLD = """
    UPDATE neighbourhoods_resident r SET cohorts = told.words FROM (
      SELECT e.resident_id, array_agg(DISTINCT coalesce(e.data ->> 'group', substr(e.kind, 8))) AS words
        FROM neighbourhoods_entry e
       WHERE e.kind LIKE 'cohort.%' AND e.seal = '' AND e.ended_at IS NULL GROUP BY e.resident_id) told
     WHERE told.resident_id = r.id
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0087_nothing_joined")]
    operations = [
        migrations.RunSQL(f"{COLUMN} SET DEFAULT '{{}}'", f"{COLUMN} DROP DEFAULT"),
        migrations.RunSQL(migrations.RunSQL.noop, TOLD),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("resident", "cohorts")]),
    ]
