"""An alert shows itself to its team and to whoever sees the resident; its parts go with it."""

from django.db import migrations

from carecoord.rowsecurity import guarded_rows

WITH_ITS_ALERT = "EXISTS (SELECT 1 FROM alerts_alert a WHERE a.id = alert_id)"


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("neighbourhoods", "0002_gate")]
    operations = [
        guarded_rows("alerts_alert", read="team_id = ANY ((SELECT app.teams())::uuid[]) OR app.sees(resident_id)"),
        guarded_rows("alerts_alertrung", read=WITH_ITS_ALERT, web="SELECT, INSERT"),
        guarded_rows("alerts_alertrecipient", read=WITH_ITS_ALERT),
    ]
