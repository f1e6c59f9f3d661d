"""Undoing an import asks whom somebody has named among the people around another resident: in records, too, that the
team does not see."""

from django.db import migrations

from carecoord.rowsecurity import function

NAMED = function(
    """
    CREATE FUNCTION app.named_by_others(who uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT DISTINCT c.resident_link_id FROM neighbourhoods_contact c
      WHERE c.resident_link_id = ANY (who) AND app.sees(c.resident_link_id)
    $$
    """,
    "app.named_by_others(uuid[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0137_looks_that_showed_who_alone")]
    operations = [NAMED]
