"""How often each rule alerted each team, whom it told, and how often that was acted on: counts, and nobody's name."""

from django.db import migrations

from carecoord.rowsecurity import function

# Ids are as old as their rows: those of four weeks are read from the list of each team, however long that is.
# With the rights of who asks: a team's own, or all for workers.
MEASURES = function(
    """
    CREATE FUNCTION app.alert_measures(since timestamptz, had_its_time timestamptz, teams uuid[]) RETURNS TABLE(
      team uuid, kind text, raised bigint, told bigint, settled bigint, acted_on bigint
    ) LANGUAGE sql STABLE
    BEGIN ATOMIC
      SELECT m.team_id, m.kind, count(*), sum(m.told)::bigint,
             count(*) FILTER (WHERE m.is_acted_on OR m.created_at < had_its_time),
             count(*) FILTER (WHERE m.is_acted_on)
      FROM (
        SELECT a.team_id, a.kind, a.created_at, r.told,
               a.acknowledged_at IS NOT NULL
                 OR CASE WHEN a.due_at IS NULL THEN r.is_opened ELSE a.state = 'resolved' END AS is_acted_on
        FROM unnest(teams) AS asked(team_id)
        JOIN public.alerts_alert a ON a.team_id = asked.team_id
        CROSS JOIN LATERAL (
          SELECT count(*) AS told, coalesce(bool_or(r.seen_at IS NOT NULL), false) AS is_opened
          FROM public.alerts_alertrecipient r WHERE r.alert_id = a.id
        ) r
        WHERE a.created_at >= since
          AND a.id >= rpad(lpad(to_hex((extract(epoch FROM now() - interval '31 days') * 1000)::bigint), 12, '0'),
                           32, '0')::uuid
      ) m
      GROUP BY m.team_id, m.kind ORDER BY m.team_id, m.kind;
    END
    """,
    "app.alert_measures(timestamptz, timestamptz, uuid[])",
)
OF_PLACE = function(
    """
    CREATE FUNCTION app.alert_measures_of_place(since timestamptz, had_its_time timestamptz) RETURNS TABLE(
      team uuid, kind text, raised bigint, told bigint, settled bigint, acted_on bigint
    ) LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT m.team, m.kind, m.raised, m.told, m.settled, m.acted_on
      FROM app.alert_measures(since, had_its_time, ARRAY(
        SELECT t.id
        FROM public.neighbourhoods_organisation own
        JOIN public.neighbourhoods_organisation o ON o.place_id = own.place_id
        JOIN public.neighbourhoods_team t ON t.organisation_id = o.id
        WHERE own.id = app.organisation_id() AND own.kind = 'partnership' AND app.role() = 'administrator'
      )) m;
    END
    """,
    "app.alert_measures_of_place(timestamptz, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0015_urgent_rungs")]
    operations = [MEASURES, OF_PLACE]
