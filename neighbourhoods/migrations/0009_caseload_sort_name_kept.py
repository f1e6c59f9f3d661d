"""Second of three: the database fills in the name, and keeps it the same as the resident's whoever writes either."""

from django.db import migrations

FILL = """
UPDATE neighbourhoods_caseloadentry c SET sort_name = r.sort_name
  FROM neighbourhoods_resident r WHERE r.id = c.resident_id
"""
# On a row's first write, and on any write of the name itself: nobody can say another.
TAKE = """
CREATE FUNCTION app.take_sort_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT r.sort_name INTO NEW.sort_name FROM neighbourhoods_resident r WHERE r.id = NEW.resident_id;
  RETURN NEW;
END $$
"""
PASSED = """
CREATE FUNCTION app.pass_on_sort_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE neighbourhoods_caseloadentry SET sort_name = NEW.sort_name WHERE resident_id = NEW.id;
  RETURN NULL;
END $$
"""
TRIGGERS = [
    "CREATE TRIGGER take_sort_name BEFORE INSERT OR UPDATE OF sort_name, resident_id ON neighbourhoods_caseloadentry "
    "FOR EACH ROW EXECUTE FUNCTION app.take_sort_name()",
    "CREATE TRIGGER pass_on_sort_name AFTER UPDATE OF sort_name ON neighbourhoods_resident FOR EACH ROW "
    "WHEN (OLD.sort_name IS DISTINCT FROM NEW.sort_name) EXECUTE FUNCTION app.pass_on_sort_name()",
]
FORWARD = [
    TAKE,
    PASSED,
    "REVOKE ALL ON FUNCTION app.take_sort_name() FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.pass_on_sort_name() FROM PUBLIC",
    *TRIGGERS,
    FILL,
]
BACKWARD = [
    "DROP TRIGGER pass_on_sort_name ON neighbourhoods_resident",
    "DROP TRIGGER take_sort_name ON neighbourhoods_caseloadentry",
    "DROP FUNCTION app.pass_on_sort_name()",
    "DROP FUNCTION app.take_sort_name()",
]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0008_caseload_sort_name")]
    operations = [migrations.RunSQL([(statement, None) for statement in FORWARD], BACKWARD)]
