"""The inbox at a glance: what stands under each tab, to a hundred, and who is on the other side, by name.

`app.inbox` counted exactly and read every open row of a team for it. It goes in the landing after this one, when no
running code asks for it any more.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from carecoord.rowsecurity import function

NOT_ENDED = "'draft', 'sent', 'received', 'info_requested', 'accepted', 'in_progress', 'on_hold', 'rejected', 'failed'"


def most(side: str, states: str, more: str = "") -> str:
    """How many of my teams stand in these states, to a hundred: team by team, so that each is a look-up."""
    return f"""(SELECT count(*) FROM (SELECT FROM unnest(mine) team, LATERAL (
           SELECT FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL AND r.{side} = team
             AND r.status IN ({states}) {more} LIMIT 100) of LIMIT 100) found)"""


def others(mine: str, other: str, and_no: str = "") -> str:
    """The teams on the other side: from each to the next in the index, however many referrals each has sent."""
    row = f"""SELECT r.{other} FROM referrals_referral r WHERE r.accountable_team_id IS NOT NULL {and_no}
               AND r.{mine} = {{team}} {{after}} ORDER BY r.{other} LIMIT 1"""
    return f"""WITH RECURSIVE others(team, other) AS (
            SELECT team, ({row.format(team="team", after=f"AND r.{other} IS NOT NULL")}) FROM unnest(mine) team
            UNION ALL
            SELECT o.team, ({row.format(team="o.team", after=f"AND r.{other} > o.other")})
            FROM others o WHERE o.other IS NOT NULL)
          SELECT array_agg(DISTINCT o.other) INTO teams FROM others o WHERE o.other IS NOT NULL"""


GLANCE = f"""
    CREATE FUNCTION app.inbox_glance(their_side boolean, present timestamptz)
    RETURNS TABLE (waiting bigint, information bigint, accepted bigint, sent bigint, outcomes bigint, overdue bigint,
                   organisations jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    DECLARE mine uuid[] := app.teams(); teams uuid[]; back bigint;
    BEGIN
      IF their_side THEN
        {others("from_team_id", "to_team_id")};
      ELSE
        {others("to_team_id", "from_team_id", "AND r.status <> 'draft'")};
      END IF;
      back := {most("from_team_id", "'info_requested', 'rejected', 'failed'")};
      -- What has come back to us is from ourselves.
      IF back > 0 AND NOT their_side THEN teams := teams || mine; END IF;
      RETURN QUERY SELECT
        least(back + {most("to_team_id", "'sent', 'received'")}, 100),
        {most("to_team_id", "'info_requested'")},
        {most("to_team_id", "'accepted', 'in_progress', 'on_hold'")},
        {most("from_team_id", NOT_ENDED)},
        {most("from_team_id", "'completed'")},
        {most("to_team_id", "'sent', 'received'", "AND r.respond_by <= present")},
        (SELECT coalesce(jsonb_agg(jsonb_build_array(o.id, o.name) ORDER BY o.name, o.id), '[]')
           FROM neighbourhoods_organisation o
           WHERE o.id IN (SELECT t.organisation_id FROM neighbourhoods_team t WHERE t.id = ANY (teams)));
    END $$
    """


class Migration(migrations.Migration):
    # An index is built beside whoever goes on writing.
    atomic = False
    dependencies = [("referrals", "0012_bounded_counts"), ("neighbourhoods", "0017_own_by_name_read_once")]
    operations = [
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                fields=["to_team", "from_team"],
                condition=Q(accountable_team__isnull=False) & ~Q(status="draft"),
                name="referral_senders",
            ),
        ),
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                fields=["from_team", "to_team"],
                condition=Q(accountable_team__isnull=False),
                name="referral_receivers",
            ),
        ),
        function(GLANCE, "app.inbox_glance(boolean, timestamptz)"),
    ]
