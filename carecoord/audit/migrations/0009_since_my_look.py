"""How much others have changed about a resident since somebody last looked: looks are read through the owner only."""

from django.db import migrations

from carecoord.rowsecurity import function

# Among the last five hundred looks at the resident, however many there are. A hundred changes are counted.
SINCE_MY_LOOK = function(
    """
    CREATE FUNCTION app.since_my_look(who uuid, before timestamptz) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      looked timestamptz;
      changes integer;
    BEGIN
      IF NOT app.sees(who) THEN RETURN '[null, 0]'; END IF;
      SELECT max(a.at) INTO looked FROM (
        SELECT e.at, e.verb, e.actor_id FROM audit_auditentry e
        WHERE e.resident_id = who AND e.kind = 'look' AND e.at < before ORDER BY e.at DESC LIMIT 500
      ) a WHERE a.actor_id = app.actor_id() AND a.verb IN ('resident.viewed', 'record.viewed', 'timeline.viewed');
      IF looked IS NULL THEN RETURN '[null, 0]'; END IF;
      SELECT count(*) INTO changes FROM (
        SELECT 1 FROM audit_auditentry e
        WHERE e.resident_id = who AND e.kind = 'change' AND e.at > looked AND e.actor_id <> app.actor_id() LIMIT 100
      ) c;
      RETURN jsonb_build_array(looked, changes);
    END $$
    """,
    "app.since_my_look(uuid, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_changes_of_a_resident"), ("neighbourhoods", "0026_past_rows")]
    operations = [SINCE_MY_LOOK]
