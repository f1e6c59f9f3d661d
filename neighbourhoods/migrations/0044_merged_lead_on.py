"""An old id leads to the survivor, whose changes and looks of before are read with those of today."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

BEFORE = import_module("carecoord.audit.migrations.0007_who_looked")

# Whom a chain of merges ends at; nobody, where it does not lead anywhere.
END_OF = """
  WITH RECURSIVE chain AS (
    SELECT r.id, r.merged_into_id FROM neighbourhoods_resident r WHERE r.id = who AND r.merged_into_id IS NOT NULL
    UNION ALL
    SELECT r.id, r.merged_into_id FROM chain c JOIN neighbourhoods_resident r ON r.id = c.merged_into_id
  )
  SELECT c.id FROM chain c WHERE c.merged_into_id IS NULL
"""
# Told to whoever would see the survivor, or meet the card that stops them there.
LEADS_TO = function(
    f"""
    CREATE FUNCTION app.leads_to(who uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT e.id FROM ({END_OF}) e
      WHERE app.sees(e.id) OR (app.actor_kind() = 'person' AND NOT app.is_restricted(e.id))
    $$
    """,
    "app.leads_to(uuid)",
)
SEES_MERGED = function(
    f"""
    CREATE FUNCTION app.sees_merged(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT EXISTS (SELECT 1 FROM ({END_OF}) e WHERE app.sees(e.id))
    $$
    """,
    "app.sees_merged(uuid)",
)
# Theirs, and those of everybody who was merged into them.
IDS_OF = function(
    """
    CREATE FUNCTION app.ids_of(who uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      WITH RECURSIVE merged AS (
        SELECT who AS id
        UNION
        SELECT r.id FROM merged m JOIN neighbourhoods_resident r ON r.merged_into_id = m.id
      )
      SELECT array_agg(m.id) FROM merged m
    $$
    """,
    "app.ids_of(uuid)",
)
# Rows that stood in another record at that moment: a merge has brought them since.
BROUGHT_SINCE = function(
    """
    CREATE FUNCTION app.brought_since(who uuid, moment timestamptz) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT coalesce(array_agg(c.row_id), '{}') FROM neighbourhoods_merge m
      JOIN neighbourhoods_mergechange c ON c.merge_id = m.id
      WHERE m.resident_id = who AND m.undone_at IS NULL AND m.at > moment AND c.kind = 'moved' AND app.sees(who)
    $$
    """,
    "app.brought_since(uuid, timestamptz)",
)


def audit_read(condition: str) -> str:
    return f"ALTER POLICY web_read ON audit_auditentry USING (kind = 'change' AND {condition})"


def again(create: str) -> str:
    return create.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


ONE, ALL = "a.resident_id = who", "a.resident_id = ANY (app.ids_of(who))"
(OLD_LOOKS_OF, *_), ((OLD_LOOKS, _), *_) = BEFORE.LOOKS_OF.sql, BEFORE.LOOKS.sql


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0043_unmerge"), ("audit", "0009_since_my_look")]
    operations = [
        LEADS_TO,
        SEES_MERGED,
        IDS_OF,
        BROUGHT_SINCE,
        migrations.RunSQL(
            audit_read("(app.sees(resident_id) OR app.sees_merged(resident_id))"), audit_read("app.sees(resident_id)")
        ),
        migrations.RunSQL(
            [(again(one).replace(ONE, ALL), None) for one in (OLD_LOOKS_OF, OLD_LOOKS)],
            [(again(one), None) for one in (OLD_LOOKS_OF, OLD_LOOKS)],
        ),
    ]
