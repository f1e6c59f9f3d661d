"""The poll of every open page: how many alerts wait, as one number, in one statement."""

from django.db import migrations

from carecoord.rowsecurity import function

WAITING = function(
    """
    CREATE FUNCTION app.alerts_waiting(
      acting uuid, who uuid, moment timestamptz, OUT waiting bigint, OUT newest timestamptz
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE mine uuid[];
    BEGIN
      SELECT e.team_ids INTO mine FROM app.enter(acting, who, moment) e WHERE e.name IS NOT NULL;
      IF mine IS NOT NULL THEN
        SELECT count(*), max(a.created_at) INTO waiting, newest FROM alerts_alert a
          WHERE a.team_id = ANY (mine) AND a.state = 'waiting';
      END IF;
    END $$
    """,
    "app.alerts_waiting(uuid, uuid, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_gate")]
    operations = [WAITING]
