"""Drafts are read by their author alone; who writes where, and since when, by everybody who reads the plan."""

from django.db import migrations

from carecoord.rowsecurity import function, guarded_rows

TABLE = "careplans_plandraft"
OWN = "app.sees(resident_id) AND written_by_id = app.membership_id()"
# Never a word of it. A team of theirs says where to ring; of several the first by name.
EDITING = function(
    """
    CREATE FUNCTION app.plan_editing(who uuid)
    RETURNS TABLE(kind text, place text, mine boolean, name text, organisation text, phone text,
                  begun_at timestamptz, typed_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT d.kind::text, d.place::text, d.written_by_id IS NOT DISTINCT FROM app.membership_id(), u.name::text,
             o.name::text, coalesce(t.phone, '')::text, d.begun_at, d.updated_at
        FROM public.careplans_plandraft d
        JOIN public.neighbourhoods_membership m ON m.id = d.written_by_id
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.neighbourhoods_organisation o ON o.id = m.organisation_id
        LEFT JOIN LATERAL (
          SELECT t.phone FROM public.neighbourhoods_membershipteam l
          JOIN public.neighbourhoods_team t ON t.id = l.team_id
          WHERE l.membership_id = m.id AND t.ended_at IS NULL AND t.phone <> '' ORDER BY t.name, t.id LIMIT 1
        ) t ON true
       WHERE d.resident_id = who AND d.ended_at IS NULL AND app.sees(who)
         AND (m.organisation_id = app.organisation_id() OR NOT app.is_kept(who, 'plan'))
       ORDER BY d.begun_at, d.id;
    END
    """,
    "app.plan_editing(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("careplans", "0015_plan_drafts"), ("neighbourhoods", "0080_last_seen")]
    operations = [guarded_rows(TABLE, read=OWN, system="SELECT"), EDITING]
