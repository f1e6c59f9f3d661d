"""The order of the audit, and its seals (docs/decisions/0019).

`turn` says when the transaction of an entry began to write. It is no field of the model: only the database gives it.
"""

from django.db import migrations, models

from carecoord.rowsecurity import SYSTEM, WEB, function

COLUMNS = (
    "id, at, kind, verb, actor_kind, actor_id, membership_id, role, organisation_id, resident_id, about_type, "
    "about_id, reason, detail, request_id, address, purpose"
)
# How much the numbers of this server's transactions lie below those of the server that a backup came from.
OFFSET = function(
    "CREATE FUNCTION app.audit_offset() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint",
    "app.audit_offset()",
)
TURN = function(
    "CREATE FUNCTION app.audit_turn() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE "
    "RETURN pg_current_xact_id()::text::bigint + app.audit_offset()",
    "app.audit_turn()",
)
# Whatever was written before stands first. With a constant default no row is written anew.
COLUMN = migrations.RunSQL(
    [
        "ALTER TABLE audit_auditentry ADD COLUMN turn bigint NOT NULL DEFAULT 0",
        "ALTER TABLE audit_auditentry ALTER COLUMN turn SET DEFAULT app.audit_turn()",
        # No run-time role chooses its own place in the order.
        f"REVOKE INSERT ON audit_auditentry FROM {WEB}, {SYSTEM}",
        f"GRANT INSERT ({COLUMNS}) ON audit_auditentry TO {WEB}, {SYSTEM}",
    ],
    [
        f"REVOKE INSERT ({COLUMNS}) ON audit_auditentry FROM {WEB}, {SYSTEM}",
        f"GRANT INSERT ON audit_auditentry TO {WEB}, {SYSTEM}",
        "ALTER TABLE audit_auditentry DROP COLUMN turn",
    ],
)
GUARD = migrations.RunSQL(
    [
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_sealedbatch "
        "FOR EACH ROW EXECUTE FUNCTION app.refuse_change()",
        f"GRANT SELECT, INSERT ON audit_sealedbatch TO {SYSTEM}",
    ],
    [f"REVOKE ALL ON audit_sealedbatch FROM {SYSTEM}", "DROP TRIGGER append_only ON audit_sealedbatch"],
)
# After a restore into another server, whose transactions have lower numbers: what is written next stands last again.
# In a server that goes on as it was nothing is found, also while others write.
GO_ON = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.continue_audit() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE next bigint; low bigint; highest bigint;
        BEGIN
          -- One statement: what it sees was written by transactions below its own snapshot's end.
          SELECT s.next, s.low, greatest((SELECT max(a.turn) FROM audit_auditentry a WHERE a.turn >= s.next),
                                         (SELECT max(b.until_turn) FROM audit_sealedbatch b))
            INTO next, low, highest
            FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + app.audit_offset() AS next,
                         pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS low) s;
          IF highest >= next THEN
            EXECUTE format('CREATE OR REPLACE FUNCTION app.audit_offset() RETURNS bigint LANGUAGE sql IMMUTABLE '
                           'PARALLEL SAFE RETURN %s::bigint', highest + 1 - low);
          END IF;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.continue_audit() FROM PUBLIC",
    ],
    ["DROP FUNCTION app.continue_audit()"],
)
# For the status page, which may read neither. Whatever waits beyond ten thousand is not counted. An entry's age is that
# of its id: the demonstration's past year, and what is imported, tell of earlier times than they were written in.
STATE = function(
    """
    CREATE FUNCTION app.audit_state(OUT unsealed bigint, OUT oldest_at timestamptz, OUT seals bigint,
                                    OUT sealed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    DECLARE last_turn bigint; last_id uuid;
    BEGIN
      SELECT b.number, b.sealed_at, b.until_turn, b.until_id INTO seals, sealed_at, last_turn, last_id
        FROM audit_sealedbatch b ORDER BY b.number DESC LIMIT 1;
      seals := coalesce(seals, 0);
      SELECT count(*), to_timestamp(min(('x' || w.milliseconds)::bit(48)::bigint) / 1000.0) INTO unsealed, oldest_at
        FROM (SELECT substr(translate(a.id::text, '-', ''), 1, 12) AS milliseconds FROM audit_auditentry a
              WHERE a.turn >= coalesce(last_turn, 0)
                AND (last_turn IS NULL OR (a.turn, a.id) > (last_turn, last_id)) LIMIT 10000) w;
    END $$
    """,
    "app.audit_state()",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_purpose")]
    operations = [
        OFFSET,
        TURN,
        COLUMN,
        migrations.CreateModel(
            name="SealedBatch",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("form", models.PositiveSmallIntegerField()),
                ("key_name", models.CharField(max_length=16)),
                ("until_turn", models.BigIntegerField()),
                ("until_id", models.UUIDField()),
                ("count", models.PositiveIntegerField()),
                ("rows", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("mac", models.BinaryField()),
            ],
            options={"verbose_name_plural": "sealed batches"},
        ),
        GUARD,
        GO_ON,
        STATE,
    ]
