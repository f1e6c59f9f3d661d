"""How many residents a team holds, as one number: administrators end teams and see no resident's row."""

from django.db import migrations

from carecoord.rowsecurity import function

RESIDENTS_HELD = function(
    """
    CREATE FUNCTION app.residents_held(team uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT count(DISTINCT r.resident_id) FROM public.neighbourhoods_relationship r
      WHERE r.team_id = team AND r.ended_at IS NULL AND r.expires_at IS NULL;
    END
    """,
    "app.residents_held(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0002_gate")]
    operations = [RESIDENTS_HELD]
