"""What was changed while two records were one is withheld by the objections of either, also after the merge was undone:
as it was on the day on which it was written (IG-16)."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

BEFORE = import_module("neighbourhoods.migrations.0084_kept_of_merged")
again = BEFORE.again
OLD_KEPT = str(BEFORE.KEPT_WITH_MERGED.sql[0][0])
(_, (OLD_UNMERGE, _)) = (
    import_module("neighbourhoods.migrations.0085_merging_under_objections").Migration.operations[3].sql
)

# Of those whose record this was at that moment, whoever objects today.
WAS_KEPT = function(
    """
    CREATE FUNCTION app.was_kept(who uuid, what text, moment timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
      WITH RECURSIVE one AS (
        SELECT who AS id
        UNION
        SELECT m.merged_id FROM one o JOIN neighbourhoods_merge m ON m.survivor_id = o.id
         WHERE moment BETWEEN m.at AND m.undone_at
      )
      SELECT EXISTS (SELECT 1 FROM one o WHERE app.is_kept(o.id, what))
    $$
    """,
    "app.was_kept(uuid, text, timestamptz)",
)
# With the ids under which something of theirs may have been written.
KEPT = again(
    OLD_KEPT,
    (
        "SELECT r.id FROM kept k JOIN neighbourhoods_resident r ON r.merged_into_id = k.id",
        "SELECT w.id FROM kept k CROSS JOIN LATERAL (\n"
        "          SELECT r.id FROM neighbourhoods_resident r WHERE r.merged_into_id = k.id\n"
        "          UNION ALL\n"
        "          SELECT m.survivor_id FROM neighbourhoods_merge m\n"
        "           WHERE m.merged_id = k.id AND m.undone_at IS NOT NULL\n"
        "        ) w",
    ),
)
SINCE = again(
    BEFORE.SINCE.replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION"),
    ("app.kept_from(app.organisation_id(), NULL, true)", "app.kept_with_merged(app.organisation_id())"),
    ("app.is_kept(who, e.about_type)", "app.was_kept(who, e.about_type, e.at)"),
)
# The end of it, when every row has gone back and what stood there is kept: those past rows are of the time before.
UNMERGE = OLD_UNMERGE.replace(
    "SET undone_at = app.present()",
    "SET undone_at = coalesce(NULLIF(current_setting('app.moment', true), '')::timestamptz, clock_timestamp())",
)
CHANGES = (
    f"ALTER POLICY web_shared ON audit_auditentry USING (resident_id IS NULL OR {BEFORE.NOBODY_KEPT} "
    "OR organisation_id = app.organisation_id() OR NOT app.%s)"
)
PAST = f"ALTER POLICY web_shared ON audit_pastrow USING ({BEFORE.NOBODY_KEPT} OR app.was_own(row) OR NOT app.%s)"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0101_cohorts_dropped")]
    operations = [
        WAS_KEPT,
        migrations.RunSQL([(KEPT, None)], [(again(OLD_KEPT), None)]),
        migrations.RunSQL(
            CHANGES % "was_kept(resident_id, about_type, at)", CHANGES % "is_kept(resident_id, about_type)"
        ),
        migrations.RunSQL(
            PAST % "was_kept(resident_id, table_name, replaced_at)", PAST % "is_kept(resident_id, table_name)"
        ),
        migrations.RunSQL([(SINCE, None)], [(BEFORE.SINCE, None)]),
        migrations.RunSQL([(UNMERGE, None)], [(OLD_UNMERGE, None)]),
    ]
