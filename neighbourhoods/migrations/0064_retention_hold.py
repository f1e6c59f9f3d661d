"""A record that is held is deleted by nobody, the owner of its tables included (IG-37).

The run-time roles delete nothing about residents anyway. While a hold has not ended, neither it nor the resident goes;
and a resident does not go while anything is left of theirs.
"""

from django.db import migrations

TABLES = {"neighbourhoods_entry": "OLD.kind = 'legal.hold' AND OLD.ended_at IS NULL", "neighbourhoods_resident": ""}

REFUSE = """
CREATE FUNCTION app.refuse_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'neighbourhoods_entry' OR EXISTS (
    SELECT 1 FROM public.neighbourhoods_entry e
    WHERE e.resident_id = OLD.id AND e.kind = 'legal.hold' AND e.ended_at IS NULL
  ) THEN
    RAISE EXCEPTION 'a hold keeps this record' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""


def trigger(table, condition):
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER refuse_while_held BEFORE DELETE ON {table} FOR EACH ROW {when}"
        "EXECUTE FUNCTION app.refuse_while_held()"
    )


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0060_resident_queries")]
    operations = [
        migrations.RunSQL(
            [REFUSE, *(trigger(table, condition) for table, condition in TABLES.items())],
            [
                *(f"DROP TRIGGER refuse_while_held ON {table}" for table in TABLES),
                "DROP FUNCTION app.refuse_while_held()",
            ],
        )
    ]
