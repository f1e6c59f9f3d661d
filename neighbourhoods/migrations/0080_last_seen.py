"""Who saw each of some residents last, and when, read from the index by the owner: a caseload says it of every row.

It answers only for residents whom whoever acts sees, and tells no visit that an objection keeps from them.
"""

from django.db import migrations

from carecoord.rowsecurity import function

LAST_SEEN = function(
    """
    CREATE FUNCTION app.last_seen(residents uuid[])
    RETURNS TABLE (resident_id uuid, seen_at timestamptz, team text, role text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
      mine uuid[] := app.teams();
      moment timestamptz := app.present();
      ours uuid := app.organisation_id();
      kept uuid[] := app.kept_from(ours, 'visits', true);
    BEGIN
      RETURN QUERY
        SELECT who.id, e.at, t.name::text, coalesce(m.role, '')::text
        FROM unnest(residents) AS who(id)
        CROSS JOIN LATERAL (
          -- What EncounterQuerySet.where_seen says.
          SELECT last.at, last.team_id, last.seen_by_id FROM neighbourhoods_encounter last
          WHERE last.resident_id = who.id AND last.status = 'done' AND last.kind IN ('visit', 'call')
            AND (last.resident_id <> ALL (kept) OR app.is_of(last.team_id, ours)
                 OR NOT app.is_kept(last.resident_id, 'visits'))
          ORDER BY last.at DESC, last.id DESC LIMIT 1
        ) e
        JOIN neighbourhoods_team t ON t.id = e.team_id
        LEFT JOIN neighbourhoods_membership m ON m.id = e.seen_by_id
        -- What app.sees says: asked of each it costs as much as the reading.
        WHERE EXISTS (SELECT FROM neighbourhoods_relationship r WHERE r.resident_id = who.id AND r.team_id = ANY (mine)
          AND r.level = 'record' AND r.ended_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > moment));
    END $$
    """,
    "app.last_seen(uuid[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0079_huddle_listing")]
    operations = [LAST_SEEN]
