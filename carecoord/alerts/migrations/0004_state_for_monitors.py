"""How many alerts wait in the whole place, and since when: numbers for a monitor, whose request sees nobody's rows."""

from django.db import migrations

from carecoord.rowsecurity import function

STATE = function(
    """
    CREATE FUNCTION app.alerts_state(OUT waiting bigint, OUT oldest_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT count(*), min(created_at) FROM public.alerts_alert WHERE state = 'waiting';
    END
    """,
    "app.alerts_state()",
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_waiting")]
    operations = [STATE]
