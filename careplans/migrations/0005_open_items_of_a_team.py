"""Whether a team has anything open for a resident: the lead follows what the front door gives away."""

from django.db import migrations

from carecoord.rowsecurity import function

HAS_OPEN_ITEMS_OF = function(
    """
    CREATE FUNCTION app.has_open_items_of(who uuid, team uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT EXISTS (SELECT 1 FROM public.careplans_action a
                     WHERE a.resident_id = who AND a.accountable_team_id = team);
    END
    """,
    "app.has_open_items_of(uuid, uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("careplans", "0004_unowned_actions")]
    operations = [HAS_OPEN_ITEMS_OF]
