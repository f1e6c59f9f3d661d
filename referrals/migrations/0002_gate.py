"""Referrals and handovers also show themselves to their two teams; open ones need a lead team like every open item."""

from django.db import migrations

from carecoord.rowsecurity import guarded_rows

OWN_TEAMS = (
    "to_team_id = ANY ((SELECT app.teams())::uuid[]) OR from_team_id = ANY ((SELECT app.teams())::uuid[]) "
    "OR app.sees(resident_id)"
)
ACTIONS_ONLY = """
CREATE OR REPLACE FUNCTION app.has_open_items(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM public.careplans_action a
                 WHERE a.resident_id = who AND a.accountable_team_id IS NOT NULL);
END
"""
ALL_ITEMS = """
CREATE OR REPLACE FUNCTION app.has_open_items(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM public.careplans_action a
                 WHERE a.resident_id = who AND a.accountable_team_id IS NOT NULL)
      OR EXISTS (SELECT 1 FROM public.referrals_referral r
                 WHERE r.resident_id = who AND r.accountable_team_id IS NOT NULL)
      OR EXISTS (SELECT 1 FROM public.referrals_handover h
                 WHERE h.resident_id = who AND h.accountable_team_id IS NOT NULL);
END
"""


def require_lead(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE CONSTRAINT TRIGGER open_items_have_a_lead_team AFTER INSERT OR UPDATE ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.accountable_team_id IS NOT NULL) "
        "EXECUTE FUNCTION app.require_lead()",
        f"DROP TRIGGER open_items_have_a_lead_team ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("careplans", "0002_gate")]
    operations = [
        guarded_rows("referrals_referral", read=OWN_TEAMS),
        guarded_rows(
            "referrals_referralevent",
            read="EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
            web="SELECT, INSERT",
        ),
        guarded_rows("referrals_handover", read=OWN_TEAMS),
        guarded_rows(
            "referrals_handoveritem", read="EXISTS (SELECT 1 FROM referrals_handover h WHERE h.id = handover_id)"
        ),
        migrations.RunSQL(ALL_ITEMS, ACTIONS_ONLY),
        require_lead("referrals_referral"),
        require_lead("referrals_handover"),
    ]
