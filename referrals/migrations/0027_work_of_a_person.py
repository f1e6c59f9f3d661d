"""How much somebody still has in each team, as numbers: administrators end roles and see no resident's row."""

from django.db import migrations

from carecoord.rowsecurity import function

WORK_OF = function(
    """
    CREATE FUNCTION app.work_of(person uuid) RETURNS TABLE (team_id uuid, things bigint)
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT held.team_id, count(*) FROM (
        SELECT c.team_id FROM public.neighbourhoods_caseloadentry c
         WHERE c.key_worker_id = person AND c.ended_at IS NULL
        UNION ALL
        SELECT a.accountable_team_id FROM public.careplans_action a
         WHERE a.assigned_to_id = person AND a.accountable_team_id IS NOT NULL
        UNION ALL
        SELECT r.to_team_id FROM public.referrals_referral r
         WHERE r.assigned_to_id = person
           AND r.status IN ('sent', 'received', 'info_requested', 'accepted', 'in_progress', 'on_hold')
      ) AS held (team_id) GROUP BY held.team_id;
    END
    """,
    "app.work_of(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0026_cover_returns"),
        ("careplans", "0021_overdue_reviews"),
        ("neighbourhoods", "0100_merge_rules"),
    ]
    operations = [WORK_OF]
