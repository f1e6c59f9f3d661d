"""An action is also visible to the team of volunteers that answers for it, while it helps the resident (IG-11)."""

from django.db import migrations

TABLE, OTHERS = "careplans_action", "app.sees(resident_id)"
# While it ends, an action has no accountable team any more, and whoever ends it must still see the row.
ALSO = "last_accountable_team_id = ANY ((SELECT app.teams())::uuid[]) AND app.visits(resident_id)"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0009_past_rows"), ("neighbourhoods", "0074_volunteers_open_no_record")]
    operations = [
        migrations.RunSQL(
            f"ALTER POLICY web ON {TABLE} USING ({OTHERS} OR ({ALSO})) WITH CHECK ({OTHERS} OR ({ALSO}))",
            f"ALTER POLICY web ON {TABLE} USING ({OTHERS}) WITH CHECK ({OTHERS})",
        ),
    ]
