"""What residents are found by, in one column. It says nothing that the row does not say: their past rows go without."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# As carecoord/audit/migrations/0003_past_rows.py has it, but for `of_row`.
KEEP = """
    CREATE OR REPLACE FUNCTION app.keep_past() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      moment timestamptz := NULLIF(current_setting('app.moment', true), '')::timestamptz;
      was jsonb;
    BEGIN
      IF (moment IS NULL OR OLD.updated_at >= moment) AND app.is_of_this_transaction(OLD.xmin) THEN
        RETURN NULL;
      END IF;
      was := to_jsonb(OLD){without};
      IF was = to_jsonb(NEW){without} THEN RETURN NULL; END IF;
      INSERT INTO audit_pastrow (table_name, row_id, resident_id, replaced_at, actor_id, organisation_id, row)
      VALUES (TG_TABLE_NAME, OLD.id, coalesce(was ->> 'resident_id', was ->> 'id')::uuid,
              coalesce(moment, clock_timestamp()), app.actor_id(), app.organisation_id(), was);
      RETURN NULL;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0032_opened_seals")]
    operations = [
        # The code of the landing before inserts without it.
        migrations.AddField(
            "resident",
            "search_keys",
            ArrayField(
                models.TextField(),
                default=list,
                db_default=models.Value([], ArrayField(models.TextField())),
                editable=False,
                help_text="What somebody is found by (neighbourhoods/keys.py); owner functions alone read it.",
            ),
        ),
        migrations.RunSQL(KEEP.format(without=" - 'search_keys'"), KEEP.format(without="")),
    ]
