"""Counts of what waits are bounded: a hundred are counted, and then it is "99+".

Whoever acts for a team with thousands is told no more by the exact number, and every page would pay for it. The inbox
goes on counting exactly, team by team: of several teams at once the planner would rather read the whole table.
"""

from importlib import import_module

from django.db import migrations

before = import_module("referrals.migrations.0009_counted_by_the_owner")
HELD, UNOWNED = before.HELD, before.UNOWNED

WAITING = f"""
    CREATE OR REPLACE FUNCTION app.waiting(tomorrow timestamptz, person uuid, actions_until date, reviews_until date)
    RETURNS TABLE (alerts bigint, referrals bigint, handovers bigint, visits bigint, unowned bigint,
                   actions_due bigint, reviews_due bigint, first_actions uuid[], first_reviews uuid[],
                   place_name text, has_other_roles boolean, teams jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      RETURN QUERY SELECT
        -- Team by team, so that each is a look-up: of several at once the planner expects too many.
        (SELECT count(*) FROM (SELECT FROM unnest(mine) team, LATERAL (
           SELECT FROM alerts_alert WHERE team_id = team AND state = 'waiting' LIMIT 100) of LIMIT 100) found),
        (SELECT count(*) FROM (SELECT FROM unnest(mine) team, LATERAL (
           (SELECT FROM referrals_referral WHERE accountable_team_id IS NOT NULL
              AND to_team_id = team AND status IN ('sent', 'received') LIMIT 100)
           UNION ALL
           (SELECT FROM referrals_referral WHERE accountable_team_id IS NOT NULL
              AND from_team_id = team AND status IN ('info_requested', 'rejected', 'failed') LIMIT 100)) of
           LIMIT 100) found),
        (SELECT count(*) FROM (SELECT FROM unnest(mine) team, LATERAL (
           SELECT FROM referrals_handover WHERE to_team_id = team AND status = 'offered' LIMIT 100) of
           LIMIT 100) found),
        (SELECT count(*) FROM (SELECT FROM unnest(mine) team, LATERAL (
           SELECT FROM neighbourhoods_encounter e WHERE e.team_id = team AND e.status = 'planned' AND e.at < tomorrow
             AND {HELD.format(row="e")} LIMIT 100) of LIMIT 100) found),
        {UNOWNED},
        coalesce(actions.number, 0), coalesce(reviews.number, 0), actions.first_ids, reviews.first_ids,
        -- And where somebody stands, which every page says too: place, teams by name, whether in other roles as well.
        (SELECT p.name::text FROM neighbourhoods_team t JOIN neighbourhoods_organisation o ON o.id = t.organisation_id
           JOIN neighbourhoods_place p ON p.id = o.place_id WHERE t.id = ANY (mine) ORDER BY t.name, t.id LIMIT 1),
        EXISTS (SELECT FROM neighbourhoods_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
           JOIN neighbourhoods_organisation o ON o.id = m.organisation_id AND o.ended_at IS NULL
           WHERE m.user_id = app.actor_id() AND m.id IS DISTINCT FROM person AND m.starts_at <= moment
             AND (m.ends_at IS NULL OR m.ends_at > moment)),
        (SELECT coalesce(jsonb_agg(jsonb_build_array(t.id, t.name, t.kind, o.id, o.name) ORDER BY t.name, t.id), '[]')
           FROM neighbourhoods_team t JOIN neighbourhoods_organisation o ON o.id = t.organisation_id
           WHERE t.id = ANY (mine))
      -- Without a day nothing of these is read: only one page shows them, the first few of each.
      FROM (SELECT count(*) AS number, (array_agg(a.id ORDER BY a.due_on, a.created_at, a.id))[1:12] AS first_ids
              FROM (SELECT f.* FROM unnest(mine) team, LATERAL (
                      SELECT a.id, a.due_on, a.created_at FROM careplans_action a
                      WHERE actions_until IS NOT NULL AND a.accountable_team_id = team AND a.due_on <= actions_until
                        AND (a.assigned_to_id = person OR a.assigned_to_id IS NULL) AND {HELD.format(row="a")}
                      ORDER BY a.due_on, a.created_at, a.id LIMIT 100) f
                    ORDER BY f.due_on, f.created_at, f.id LIMIT 100) a) actions,
           (SELECT count(*) AS number, (array_agg(p.id ORDER BY p.review_due_on, p.id))[1:12] AS first_ids
              FROM (SELECT f.* FROM unnest(mine) team, LATERAL (
                      SELECT p.id, p.review_due_on FROM careplans_careplan p
                      WHERE reviews_until IS NOT NULL AND p.review_team_id = team
                        AND p.status IN ('active', 'on_hold') AND p.review_due_on <= reviews_until
                        AND {HELD.format(row="p")}
                      ORDER BY p.review_due_on, p.id LIMIT 100) f
                    ORDER BY f.review_due_on, f.id LIMIT 100) p) reviews;
    END $$
    """


INBOX = """
    CREATE OR REPLACE FUNCTION app.inbox(tab text, present timestamptz)
    RETURNS TABLE (waiting bigint, information bigint, accepted bigint, sent bigint, outcomes bigint, overdue bigint,
                   teams uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
      mine uuid[] := app.teams();
      their_states text[] := CASE tab WHEN 'waiting' THEN ARRAY['sent', 'received'] WHEN 'information' THEN
        ARRAY['info_requested'] WHEN 'accepted' THEN ARRAY['accepted', 'in_progress', 'on_hold'] ELSE '{}' END;
      own_states text[] := CASE tab WHEN 'waiting' THEN ARRAY['info_requested', 'rejected', 'failed'] ELSE '{}' END;
    BEGIN
      RETURN QUERY
        -- A state of a team at a time, as they stand in the index: nothing is sorted, and nothing is hashed.
        WITH theirs AS MATERIALIZED (
          SELECT state, c.number, c.late
          FROM unnest(mine) team,
            unnest(ARRAY['sent', 'received', 'info_requested', 'accepted', 'in_progress', 'on_hold']) state,
            LATERAL (SELECT count(*) AS number, count(*) FILTER (WHERE r.respond_by <= present) AS late
                     FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL
                       AND r.to_team_id = team AND r.status = state) c
        ), ours AS MATERIALIZED (
          SELECT c.* FROM unnest(mine) team, LATERAL (
            SELECT r.status, r.from_team_id, r.to_team_id, count(*) AS number
            FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL AND r.from_team_id = team
            GROUP BY r.status, r.from_team_id, r.to_team_id) c
        ), counted AS (
          SELECT
            (SELECT sum(t.number) FROM theirs t WHERE t.state IN ('sent', 'received')) AS asked,
            (SELECT sum(o.number) FROM ours o WHERE o.status IN ('info_requested', 'rejected', 'failed')) AS back,
            (SELECT sum(t.number) FROM theirs t WHERE t.state = 'info_requested') AS information,
            (SELECT sum(t.number) FROM theirs t WHERE t.state IN ('accepted', 'in_progress', 'on_hold')) AS accepted,
            (SELECT sum(o.number) FROM ours o WHERE o.status <> 'completed') AS sent,
            (SELECT sum(o.number) FROM ours o WHERE o.status = 'completed') AS outcomes,
            (SELECT sum(t.late) FROM theirs t WHERE t.state IN ('sent', 'received')) AS overdue
        )
        SELECT coalesce(c.asked, 0)::bigint + coalesce(c.back, 0)::bigint, coalesce(c.information, 0)::bigint,
               coalesce(c.accepted, 0)::bigint, coalesce(c.sent, 0)::bigint, coalesce(c.outcomes, 0)::bigint,
               coalesce(c.overdue, 0)::bigint,
               CASE WHEN tab IN ('waiting', 'information', 'accepted') THEN ARRAY(
                   SELECT f.other FROM unnest(mine) team, unnest(their_states) state, LATERAL (
                     SELECT DISTINCT r.from_team_id AS other FROM referrals_referral r
                     WHERE r.accountable_team_id IS NOT NULL AND r.to_team_id = team AND r.status = state) f
                   UNION SELECT o.from_team_id FROM ours o WHERE o.status = ANY (own_states))
                 ELSE ARRAY(
                   SELECT DISTINCT o.to_team_id FROM ours o WHERE (o.status = 'completed') = (tab <> 'sent')) END
        FROM counted c;
    END $$
    """


def replaced(operation: migrations.RunSQL, now: str) -> migrations.RunSQL:
    """The function with another body, and back; its rights stay as they are."""
    (then, _), *_ = operation.sql
    return migrations.RunSQL(now, then.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))


class Migration(migrations.Migration):
    dependencies = [("referrals", "0011_lists_of_a_team"), ("alerts", "0008_standing_of_team")]
    operations = [replaced(before.WAITING, WAITING), replaced(before.INBOX, INBOX)]
