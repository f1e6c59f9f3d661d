"""Who acts is read from the transaction's settings; audit rows are added in that name and never changed."""

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB, function

SCHEMA = migrations.RunSQL(
    [f"CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO {WEB}, {SYSTEM}"],
    ["DROP SCHEMA app"],
)


def setting(name: str, kind: str) -> migrations.RunSQL:
    create = (
        f"CREATE FUNCTION app.{name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE "
        f"RETURN NULLIF(current_setting('app.{name}', true), '')::{kind}"
    )
    return function(create, f"app.{name}()")


# The clock of tests and of the demonstration's past year; otherwise the transaction's own time.
PRESENT = function(
    "CREATE FUNCTION app.present() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE "
    "RETURN coalesce(NULLIF(current_setting('app.moment', true), '')::timestamptz, now())",
    "app.present()",
)

NEW_ID = function(
    """
    CREATE FUNCTION app.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
    RETURN encode(
      set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
      ), 52, 1), 53, 1), 'hex')::uuid
    """,
    "app.new_id()",
)

APPEND_ONLY = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """,
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditentry "
        "FOR EACH ROW EXECUTE FUNCTION app.refuse_change()",
        "ALTER TABLE audit_auditentry ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_write ON audit_auditentry FOR INSERT TO {WEB} WITH CHECK (actor_id = app.actor_id())",
        f"CREATE POLICY system_read ON audit_auditentry FOR SELECT TO {SYSTEM} USING (true)",
        f"CREATE POLICY system_write ON audit_auditentry FOR INSERT TO {SYSTEM} WITH CHECK (true)",
        f"GRANT SELECT, INSERT ON audit_auditentry TO {WEB}, {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON audit_auditentry FROM {WEB}, {SYSTEM}",
        "DROP POLICY system_write ON audit_auditentry",
        "DROP POLICY system_read ON audit_auditentry",
        "DROP POLICY web_write ON audit_auditentry",
        "ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER append_only ON audit_auditentry",
        "DROP FUNCTION app.refuse_change()",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        SCHEMA,
        setting("actor_id", "uuid"),
        setting("actor_kind", "text"),
        setting("membership_id", "uuid"),
        setting("organisation_id", "uuid"),
        setting("role", "text"),
        setting("teams", "uuid[]"),
        PRESENT,
        NEW_ID,
        APPEND_ONLY,
    ]
