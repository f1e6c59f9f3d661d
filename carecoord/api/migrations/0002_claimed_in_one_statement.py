"""The lock on a key and the answer that is there already, in one statement; as whoever calls, under the policy."""

from django.db import migrations

from carecoord.rowsecurity import function

# Of a volatile function each statement sees what was committed before it, so the answer is read after the lock is had.
CLAIM_KEY = function(
    """
    CREATE FUNCTION app.claim_key(caller uuid, asked text, since timestamptz,
      OUT is_mine boolean, OUT fingerprint text, OUT status integer, OUT headers text[], OUT body bytea)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      is_mine := pg_try_advisory_xact_lock(hashtextextended('api ' || caller || ' ' || asked, 0));
      IF is_mine THEN
        SELECT a.fingerprint, a.status, a.headers, a.body INTO fingerprint, status, headers, body
          FROM api_answeredrequest a WHERE a.client_id = caller AND a.key = asked AND a.answered_at > since;
      END IF;
    END $$
    """,
    "app.claim_key(uuid, text, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]
    operations = [CLAIM_KEY]
