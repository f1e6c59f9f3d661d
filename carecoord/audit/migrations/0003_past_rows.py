"""What a change replaced is kept by the database itself, so that no code can forget it (docs/decisions/0016)."""

from django.db import migrations, models

from carecoord.rowsecurity import SYSTEM

# A row that this very transaction has written is not kept: writing something down and sending it in one request is one
# change. Rows of others are told from it by the transaction that wrote them, never by comparing times: two people who
# wait for one another would lose a version. Only where the clock is set, for the demonstration's past year and in
# tests, is all of it one transaction, and the moment tells.
IS_OWN = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.is_of_this_transaction(wrote xid) RETURNS boolean LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
          ours bigint := pg_current_xact_id()::text::bigint;
          low bigint := wrote::text::bigint;
          whole bigint := (ours >> 32 << 32) + low;
        BEGIN
          IF low < 3 THEN RETURN false; END IF;
          IF whole > ours + 2147483648 THEN whole := whole - 4294967296; END IF;
          IF whole < ours THEN RETURN false; END IF;
          -- Savepoints have numbers of their own, above ours; rows of others in progress cannot be seen. The number of
          -- a row that was frozen long ago means nothing any more, and may lie in the future.
          BEGIN
            RETURN pg_xact_status(whole::text::xid8) = 'in progress';
          EXCEPTION WHEN invalid_parameter_value THEN
            RETURN false;
          END;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.is_of_this_transaction(xid) FROM PUBLIC",
    ],
    ["DROP FUNCTION app.is_of_this_transaction(xid)"],
)
KEEP = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.keep_past() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE
          moment timestamptz := NULLIF(current_setting('app.moment', true), '')::timestamptz;
          was jsonb;
        BEGIN
          IF (moment IS NULL OR OLD.updated_at >= moment) AND app.is_of_this_transaction(OLD.xmin) THEN
            RETURN NULL;
          END IF;
          was := to_jsonb(OLD);
          IF was = to_jsonb(NEW) THEN RETURN NULL; END IF;
          INSERT INTO audit_pastrow (table_name, row_id, resident_id, replaced_at, actor_id, organisation_id, row)
          VALUES (TG_TABLE_NAME, OLD.id, coalesce(was ->> 'resident_id', was ->> 'id')::uuid,
                  coalesce(moment, clock_timestamp()), app.actor_id(), app.organisation_id(), was);
          RETURN NULL;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.keep_past() FROM PUBLIC",
    ],
    ["DROP FUNCTION app.keep_past()"],
)
# Written by the owner's function alone. Whom the web shows them to is said where there is `app.sees` (neighbourhoods).
GUARD = migrations.RunSQL(
    [
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_pastrow "
        "FOR EACH ROW EXECUTE FUNCTION app.refuse_change()",
        "ALTER TABLE audit_pastrow ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY system_read ON audit_pastrow FOR SELECT TO {SYSTEM} USING (true)",
        f"GRANT SELECT ON audit_pastrow TO {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON audit_pastrow FROM {SYSTEM}",
        "DROP POLICY system_read ON audit_pastrow",
        "ALTER TABLE audit_pastrow DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER append_only ON audit_pastrow",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="PastRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.UUIDField()),
                ("resident_id", models.UUIDField()),
                ("replaced_at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("row", models.JSONField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["resident_id", "table_name", "row_id", "replaced_at"], name="past_of_resident")
                ],
            },
        ),
        IS_OWN,
        KEEP,
        GUARD,
    ]
