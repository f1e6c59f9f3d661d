"""What stood only for the code of the landing before goes: the entries' old name and two functions nobody asks.

What was written by the old name meanwhile says no section, no author's name and not whether it is the one of its kind:
it is told here, as 0024 told what was there before.
"""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB

NAMED = import_module("neighbourhoods.migrations.0022_entry")
FILLED = import_module("neighbourhoods.migrations.0024_entry_filled")
LOADS = import_module("neighbourhoods.migrations.0012_caseload_loads").LOADS
WHO_LOOKED = import_module("neighbourhoods.migrations.0032_opened_seals").LOG
# Where one of its kind stands already, what was written beside it past the services stays beside it.
SINGLE = FILLED.SINGLE.replace(
    "WHERE newest.id = e.id",
    "WHERE newest.id = e.id AND NOT EXISTS (SELECT FROM neighbourhoods_entry o WHERE o.resident_id = e.resident_id "
    "AND o.kind = e.kind AND o.is_single AND o.ended_at IS NULL)",
)
TOLD = [
    "ALTER TABLE neighbourhoods_entry DISABLE TRIGGER only_ends",
    FILLED.SECTION,
    FILLED.AUTHOR,
    SINGLE,
    "ALTER TABLE neighbourhoods_entry ENABLE TRIGGER only_ends",
]
ACCESS_LOG = "app.access_log(uuid, integer)"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0038_duplicates"), ("audit", "0007_who_looked")]
    operations = [
        migrations.RunSQL([*NAMED.OLD_NAME.reverse_sql, *TOLD], NAMED.OLD_NAME.sql),
        migrations.RunSQL(LOADS.reverse_sql, LOADS.sql),
        migrations.RunSQL(
            f"DROP FUNCTION {ACCESS_LOG}",
            [
                WHO_LOOKED,
                f"REVOKE ALL ON FUNCTION {ACCESS_LOG} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {ACCESS_LOG} TO {WEB}, {SYSTEM}",
            ],
        ),
    ]
