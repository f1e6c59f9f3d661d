"""What is overdue and open for a team's residents, read from indexes by the owner.

Both functions answer only for `app.teams()` and for residents whom whoever acts sees; they give counts and ids, and the
rows behind the ids are read under the policies as ever.
"""

from django.db import migrations, models

from carecoord.rowsecurity import function

OVERVIEW = function(
    """
    CREATE FUNCTION app.caseload_overview(team uuid, today date, present timestamptz, person uuid, nobodys boolean,
                                          most integer, few integer, after uuid)
    RETURNS TABLE (loads jsonb, late uuid[], others uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE after_name text; after_id uuid;
    BEGIN
      IF NOT team = ANY (app.teams()) THEN
        RETURN QUERY SELECT '[]'::jsonb, '{}'::uuid[], '{}'::uuid[];
        RETURN;
      END IF;
      SELECT c.sort_name, c.id INTO after_name, after_id FROM neighbourhoods_caseloadentry c
        WHERE c.id = after AND c.team_id = team;
      RETURN QUERY
        WITH overdue AS (
          SELECT w.resident_id, min(w.since) AS since FROM (
            SELECT a.resident_id, a.due_on::timestamptz AS since FROM careplans_action a
              WHERE a.accountable_team_id = team AND a.due_on < today
            UNION ALL
            SELECT r.resident_id, r.respond_by FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL
              AND r.to_team_id = team AND r.status IN ('sent', 'received') AND r.respond_by <= present
            UNION ALL
            SELECT r.resident_id, r.start_by FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL
              AND r.to_team_id = team AND r.status = 'accepted' AND r.start_by <= present
            UNION ALL
            SELECT r.resident_id, r.hold_until::timestamptz FROM referrals_referral r
              WHERE r.accountable_team_id IS NOT NULL
              AND r.to_team_id = team AND r.status = 'on_hold' AND r.hold_until <= today
            UNION ALL
            SELECT h.resident_id, h.accept_by FROM referrals_handover h
              WHERE h.to_team_id = team AND h.status = 'offered' AND h.accept_by <= present
          ) w GROUP BY w.resident_id
        ), counted AS (
          SELECT c.key_worker_id, count(*) AS residents, count(o.resident_id) AS late
          FROM neighbourhoods_caseloadentry c LEFT JOIN overdue o ON o.resident_id = c.resident_id
          WHERE c.team_id = team AND c.ended_at IS NULL GROUP BY c.key_worker_id
        ), first AS MATERIALIZED (
          SELECT ARRAY(
            SELECT c.id FROM (SELECT o.resident_id, o.since FROM overdue o ORDER BY o.since, o.resident_id) o
            CROSS JOIN LATERAL (
              SELECT c.id FROM neighbourhoods_caseloadentry c
              WHERE c.team_id = team AND c.resident_id = o.resident_id AND c.ended_at IS NULL
                AND CASE WHEN nobodys THEN c.key_worker_id IS NULL
                         ELSE person IS NULL OR c.key_worker_id = person END LIMIT 1) c
            LIMIT most - few) AS ids
        )
        SELECT
          (SELECT coalesce(jsonb_agg(jsonb_build_array(c.key_worker_id, c.residents, c.late)), '[]') FROM counted c),
          CASE WHEN after_id IS NULL THEN f.ids ELSE '{}' END,
          -- By name: as many as there is room for beside them, and one that begins the next page.
          ARRAY(SELECT c.id FROM neighbourhoods_caseloadentry c
                WHERE c.team_id = team AND c.ended_at IS NULL AND c.sort_name >= coalesce(after_name, '')
                  AND (after_id IS NULL OR (c.sort_name, c.id) > (after_name, after_id))
                  AND CASE WHEN nobodys THEN c.key_worker_id IS NULL
                           ELSE person IS NULL OR c.key_worker_id = person END
                  AND NOT c.id = ANY (f.ids)
                ORDER BY c.sort_name, c.id
                LIMIT 1 + most - CASE WHEN after_id IS NULL THEN cardinality(f.ids) ELSE 0 END)
        FROM first f;
    END $$
    """,
    "app.caseload_overview(uuid, date, timestamptz, uuid, boolean, integer, integer, uuid)",
)

OPEN_ITEMS = function(
    """
    CREATE FUNCTION app.open_items(residents uuid[], today date, present timestamptz)
    RETURNS TABLE (resident_id uuid, open bigint, overdue bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      RETURN QUERY
        SELECT who.id, count(*), count(*) FILTER (WHERE item.is_late)
        FROM unnest(residents) AS who(id), LATERAL (
          SELECT coalesce(a.due_on < today, false) AS is_late FROM careplans_action a
            WHERE a.resident_id = who.id AND a.accountable_team_id IS NOT NULL
          UNION ALL
          SELECT CASE r.status WHEN 'sent' THEN r.respond_by <= present WHEN 'received' THEN r.respond_by <= present
                               WHEN 'accepted' THEN r.start_by <= present WHEN 'on_hold' THEN r.hold_until <= today
                               ELSE false END
            FROM referrals_referral r WHERE r.resident_id = who.id AND r.accountable_team_id IS NOT NULL
          UNION ALL
          SELECT h.status = 'offered' AND h.accept_by <= present FROM referrals_handover h
            WHERE h.resident_id = who.id AND h.accountable_team_id IS NOT NULL
        ) item
        -- What app.sees says: asked of each it costs as much as the counting.
        WHERE EXISTS (SELECT FROM neighbourhoods_relationship r WHERE r.resident_id = who.id AND r.team_id = ANY (mine)
          AND r.level = 'record' AND r.ended_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > moment))
        GROUP BY who.id;
    END $$
    """,
    "app.open_items(uuid[], date, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0009_counted_by_the_owner")]
    operations = [
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                fields=["to_team", "start_by"],
                condition=models.Q(accountable_team__isnull=False, status="accepted"),
                name="referral_to_start",
            ),
        ),
        OVERVIEW,
        OPEN_ITEMS,
    ]
