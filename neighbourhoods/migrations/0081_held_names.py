"""The name of whom a team holds, beside the relationship: names are looked for among a team's own, not in the place.

The database keeps it, and no role but the owner reads it: whoever may no longer open a record is told no name by the
row that says they once could. It is no field of the model, so that no list of rows asks for it.
"""

from django.db import migrations

READ = "id, level, source_kind, source_id, reason, started_at, expires_at, ended_at, resident_id, team_id"
FILL = """
UPDATE neighbourhoods_relationship x SET sort_name = r.sort_name
  FROM neighbourhoods_resident r WHERE r.id = x.resident_id AND x.level = 'record' AND x.ended_at IS NULL
"""
PASSED = """
CREATE OR REPLACE FUNCTION app.pass_on_sort_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE neighbourhoods_caseloadentry SET sort_name = NEW.sort_name WHERE resident_id = NEW.id;{more}
  RETURN NULL;
END $$
"""
HELD = """
  UPDATE neighbourhoods_relationship SET sort_name = NEW.sort_name WHERE resident_id = NEW.id AND level = 'record';"""
# Whoever is registered is held before they are there: the name follows with their own row.
TAKE = """
CREATE FUNCTION app.take_held_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.sort_name := coalesce((SELECT r.sort_name FROM neighbourhoods_resident r WHERE r.id = NEW.resident_id), '');
  RETURN NEW;
END $$
"""
FORWARD = [
    "ALTER TABLE neighbourhoods_relationship ADD COLUMN sort_name varchar(210) NOT NULL DEFAULT ''",
    "REVOKE SELECT ON neighbourhoods_relationship FROM app_web, app_system",
    f"GRANT SELECT ({READ}) ON neighbourhoods_relationship TO app_web, app_system",
    TAKE,
    "REVOKE ALL ON FUNCTION app.take_held_name() FROM PUBLIC",
    PASSED.format(more=HELD),
    "CREATE TRIGGER take_held_name BEFORE INSERT OR UPDATE OF sort_name, resident_id ON neighbourhoods_relationship "
    "FOR EACH ROW WHEN (NEW.level = 'record') EXECUTE FUNCTION app.take_held_name()",
    "CREATE TRIGGER pass_on_first_name AFTER INSERT ON neighbourhoods_resident FOR EACH ROW "
    "EXECUTE FUNCTION app.pass_on_sort_name()",
    FILL,
]
BACKWARD = [
    "DROP TRIGGER pass_on_first_name ON neighbourhoods_resident",
    "DROP TRIGGER take_held_name ON neighbourhoods_relationship",
    PASSED.format(more=""),
    "DROP FUNCTION app.take_held_name()",
    f"REVOKE SELECT ({READ}) ON neighbourhoods_relationship FROM app_web, app_system",
    "GRANT SELECT ON neighbourhoods_relationship TO app_web, app_system",
    "ALTER TABLE neighbourhoods_relationship DROP COLUMN sort_name",
]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0080_last_seen")]
    operations = [
        migrations.RunSQL([(one, None) for one in FORWARD], [(one, None) for one in BACKWARD]),
    ]
