"""What was raised in a place, for the administrator who changes a rule: when, to which team, and nobody's name."""

from django.db import migrations

from carecoord.rowsecurity import function

# Ids are as old as their rows: those of a month are read from the list of each team, however long that is.
ALERTS_OF_PLACE = function(
    """
    CREATE FUNCTION app.alerts_of_place(what text, since timestamptz, most integer) RETURNS TABLE(
      team uuid, sending_team uuid, named uuid, is_urgent boolean, by_the_clock boolean,
      started_at timestamptz, due_at timestamptz, acknowledged_at timestamptz, ended_at timestamptz
    ) LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT a.team_id, a.sending_team_id, a.named_id, a.is_urgent, a.by_the_clock,
             a.started_at, a.due_at, a.acknowledged_at, a.resolved_at
      FROM public.neighbourhoods_organisation own
      JOIN public.neighbourhoods_organisation o ON o.place_id = own.place_id
      JOIN public.neighbourhoods_team t ON t.organisation_id = o.id
      JOIN public.alerts_alert a ON a.team_id = t.id
      WHERE own.id = app.organisation_id() AND own.kind = 'partnership' AND app.role() = 'administrator'
        AND a.kind = what AND a.started_at >= since
        AND a.id >= rpad(lpad(to_hex((extract(epoch FROM now() - interval '31 days') * 1000)::bigint), 12, '0'),
                         32, '0')::uuid
      ORDER BY a.id DESC LIMIT most;
    END
    """,
    "app.alerts_of_place(text, timestamptz, integer)",
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0010_alert_rules")]
    operations = [ALERTS_OF_PLACE]
