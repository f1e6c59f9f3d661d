"""What waits for one's teams, counted from indexes alone: under the policies each of thousands of rows is asked for.

Each function answers only for `app.teams()`, the teams of whoever acts, with the conditions of the policies in its own
words; it gives counts and ids, and the rows behind the ids are read under the policies as ever.
"""

from django.db import migrations

from carecoord.rowsecurity import function

# As a scalar it is asked row by row; of EXISTS the planner makes a table of everybody whom the team has.
HELD = """(SELECT true FROM public.neighbourhoods_relationship r WHERE r.resident_id = {row}.resident_id
      AND r.team_id = ANY (mine) AND r.level = 'record' AND r.ended_at IS NULL
      AND (r.expires_at IS NULL OR r.expires_at > moment) LIMIT 1)"""


def without_team(table: str, states: str) -> str:
    """Always none: a constraint keeps it. Counted to a hundred, because the planner expects thousands."""
    return f"""(SELECT count(*) FROM (SELECT FROM public.{table} i WHERE i.accountable_team_id IS NULL
      AND i.status IN ({states}) AND app.sees(i.resident_id) LIMIT 100) found)"""


UNOWNED = " + ".join(
    (
        without_team("careplans_action", "'in_progress', 'not_started', 'on_hold', 'scheduled'"),
        without_team(
            "referrals_referral",
            "'accepted', 'draft', 'failed', 'in_progress', 'info_requested', 'on_hold', 'received', 'rejected', 'sent'",
        ),
        without_team("referrals_handover", "'accepted', 'draft', 'offered'"),
    )
)

WAITING = function(
    f"""
    CREATE FUNCTION app.waiting(tomorrow timestamptz, person uuid, actions_until date, reviews_until date)
    RETURNS TABLE (alerts bigint, referrals bigint, handovers bigint, visits bigint, unowned bigint,
                   actions_due bigint, reviews_due bigint, first_actions uuid[], first_reviews uuid[],
                   place_name text, has_other_roles boolean, teams jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      RETURN QUERY SELECT
        (SELECT count(*) FROM alerts_alert WHERE team_id = ANY (mine) AND state = 'waiting'),
        (SELECT count(*) FROM referrals_referral WHERE accountable_team_id IS NOT NULL
           AND to_team_id = ANY (mine) AND status IN ('sent', 'received'))
        + (SELECT count(*) FROM referrals_referral WHERE accountable_team_id IS NOT NULL
           AND from_team_id = ANY (mine) AND status IN ('info_requested', 'rejected', 'failed')),
        (SELECT count(*) FROM referrals_handover WHERE to_team_id = ANY (mine) AND status = 'offered'),
        (SELECT count(*) FROM neighbourhoods_encounter e WHERE e.team_id = ANY (mine) AND e.status = 'planned'
           AND e.at < tomorrow AND {HELD.format(row="e")}),
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
              FROM careplans_action a WHERE actions_until IS NOT NULL AND a.accountable_team_id = ANY (mine)
               AND a.due_on <= actions_until AND (a.assigned_to_id = person OR a.assigned_to_id IS NULL)
               AND {HELD.format(row="a")}) actions,
           (SELECT count(*) AS number, (array_agg(p.id ORDER BY p.review_due_on, p.id))[1:12] AS first_ids
              FROM careplans_careplan p WHERE reviews_until IS NOT NULL AND p.review_team_id = ANY (mine)
               AND p.status IN ('active', 'on_hold') AND p.review_due_on <= reviews_until
               AND {HELD.format(row="p")}) reviews;
    END $$
    """,
    "app.waiting(timestamptz, uuid, date, date)",
)

REFERRALS_WAITING = function(
    """
    CREATE FUNCTION app.referrals_waiting(skipped integer, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      -- Of each team and state no more than the page can show: each part is read in the order of its index.
      RETURN (SELECT coalesce(array_agg(page.id), '{}') FROM (
        SELECT x.id FROM (
          SELECT i.id, i.respond_by, i.created_at FROM unnest(app.teams()) team, unnest(ARRAY['sent', 'received']) state
          CROSS JOIN LATERAL (
            SELECT r.id, r.respond_by, r.created_at FROM referrals_referral r
            WHERE r.accountable_team_id IS NOT NULL AND r.to_team_id = team AND r.status = state
            ORDER BY r.respond_by, r.created_at, r.id LIMIT skipped + most) i
          UNION
          SELECT r.id, r.respond_by, r.created_at FROM referrals_referral r
          WHERE r.accountable_team_id IS NOT NULL AND r.from_team_id = ANY (app.teams())
            AND r.status IN ('info_requested', 'rejected', 'failed')
        ) x ORDER BY x.respond_by, x.created_at, x.id OFFSET skipped LIMIT most) page);
    END $$
    """,
    "app.referrals_waiting(integer, integer)",
)

INBOX = function(
    """
    CREATE FUNCTION app.inbox(tab text, present timestamptz)
    RETURNS TABLE (waiting bigint, information bigint, accepted bigint, sent bigint, outcomes bigint, overdue bigint,
                   teams uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      RETURN QUERY
        WITH theirs AS (
          SELECT r.status, r.from_team_id AS other, count(*) AS number,
                 count(*) FILTER (WHERE r.respond_by <= present) AS late
          FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL AND r.to_team_id = ANY (mine)
          GROUP BY r.status, r.from_team_id
        ), ours AS (
          SELECT r.status, r.from_team_id, r.to_team_id, count(*) AS number
          FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL AND r.from_team_id = ANY (mine)
          GROUP BY r.status, r.from_team_id, r.to_team_id
        ), counted AS (
          SELECT
            (SELECT sum(t.number) FROM theirs t WHERE t.status IN ('sent', 'received')) AS asked,
            (SELECT sum(o.number) FROM ours o WHERE o.status IN ('info_requested', 'rejected', 'failed')) AS back,
            (SELECT sum(t.number) FROM theirs t WHERE t.status = 'info_requested') AS information,
            (SELECT sum(t.number) FROM theirs t WHERE t.status IN ('accepted', 'in_progress', 'on_hold')) AS accepted,
            (SELECT sum(o.number) FROM ours o WHERE o.status <> 'completed') AS sent,
            (SELECT sum(o.number) FROM ours o WHERE o.status = 'completed') AS outcomes,
            (SELECT sum(t.late) FROM theirs t WHERE t.status IN ('sent', 'received')) AS overdue
        )
        SELECT coalesce(c.asked, 0)::bigint + coalesce(c.back, 0)::bigint, coalesce(c.information, 0)::bigint,
               coalesce(c.accepted, 0)::bigint, coalesce(c.sent, 0)::bigint, coalesce(c.outcomes, 0)::bigint,
               coalesce(c.overdue, 0)::bigint,
               CASE tab
                 WHEN 'waiting' THEN ARRAY(
                   SELECT t.other FROM theirs t WHERE t.status IN ('sent', 'received') UNION
                   SELECT o.from_team_id FROM ours o WHERE o.status IN ('info_requested', 'rejected', 'failed'))
                 WHEN 'information' THEN ARRAY(SELECT t.other FROM theirs t WHERE t.status = 'info_requested')
                 WHEN 'accepted' THEN ARRAY(
                   SELECT DISTINCT t.other FROM theirs t WHERE t.status IN ('accepted', 'in_progress', 'on_hold'))
                 WHEN 'sent' THEN ARRAY(SELECT DISTINCT o.to_team_id FROM ours o WHERE o.status <> 'completed')
                 ELSE ARRAY(SELECT DISTINCT o.to_team_id FROM ours o WHERE o.status = 'completed') END
        FROM counted c;
    END $$
    """,
    "app.inbox(text, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0008_inbox_from_its_index"),
        ("careplans", "0007_actions_of_a_team_once_indexed"),
        ("alerts", "0006_waiting_of_team"),
        ("neighbourhoods", "0013_own_by_name"),
    ]
    operations = [WAITING, REFERRALS_WAITING, INBOX]
