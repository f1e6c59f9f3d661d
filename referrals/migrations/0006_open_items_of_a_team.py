"""Referrals and handovers are open items of a team too."""

from django.db import migrations

ACTIONS = """
  SELECT EXISTS (SELECT 1 FROM public.careplans_action a
                 WHERE a.resident_id = who AND a.accountable_team_id = team)
"""
REFERRALS_AND_HANDOVERS = """
      OR EXISTS (SELECT 1 FROM public.referrals_referral r
                 WHERE r.resident_id = who AND r.accountable_team_id = team)
      OR EXISTS (SELECT 1 FROM public.referrals_handover h
                 WHERE h.resident_id = who AND h.accountable_team_id = team)
"""


def has_open_items_of(query: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION app.has_open_items_of(who uuid, team uuid) RETURNS boolean "
        f"LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC {query}; END"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0005_identities_of_live_items"),
        ("careplans", "0005_open_items_of_a_team"),
    ]
    operations = [
        migrations.RunSQL(has_open_items_of(ACTIONS + REFERRALS_AND_HANDOVERS), has_open_items_of(ACTIONS)),
    ]
