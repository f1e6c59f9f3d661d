"""What is open for each of a caseload is counted without what an objection keeps from whoever reads it (IG-16)."""

from importlib import import_module

from django.db import migrations

(OLD, *_) = import_module("referrals.migrations.0010_caseload_from_indexes").OPEN_ITEMS.sql
# Of those who are kept, in branches of their own: all others are counted from the indexes, as before.
ACTIONS = "FROM careplans_action a\n            WHERE a.resident_id = who.id AND a.accountable_team_id IS NOT NULL"
REFERRALS = "FROM referrals_referral r WHERE r.resident_id = who.id AND r.accountable_team_id IS NOT NULL"
HANDOVERS = "FROM referrals_handover h\n            WHERE h.resident_id = who.id AND h.accountable_team_id IS NOT NULL"
IS_LATE = """CASE r.status WHEN 'sent' THEN r.respond_by <= present WHEN 'received' THEN r.respond_by <= present
                               WHEN 'accepted' THEN r.start_by <= present WHEN 'on_hold' THEN r.hold_until <= today
                               ELSE false END"""
OWN = f"""
          UNION ALL
          SELECT coalesce(a.due_on < today, false) {ACTIONS} AND who.no_plan
              AND (app.is_of(a.last_accountable_team_id, ours) OR app.is_member_of(a.written_by_id, ours))
          UNION ALL
          SELECT {IS_LATE}
            {REFERRALS} AND who.no_referrals
              AND (app.is_of(r.from_team_id, ours) OR app.is_of(r.to_team_id, ours))
          UNION ALL
          SELECT h.status = 'offered' AND h.accept_by <= present {HANDOVERS} AND who.no_referrals
              AND (app.is_of(h.from_team_id, ours) OR app.is_of(h.to_team_id, ours))
        ) item"""
CHANGES = (
    (
        "moment timestamptz := app.present();",
        "moment timestamptz := app.present(); ours uuid := app.organisation_id();\n"
        "      kept_plan uuid[] := app.kept_from(ours, 'plan', true);\n"
        "      kept_asked uuid[] := app.kept_from(ours, 'referrals', true);",
    ),
    (
        "FROM unnest(residents) AS who(id), LATERAL (",
        "FROM (\n          SELECT w.id, w.id = ANY (kept_plan) AND app.is_kept(w.id, 'plan') AS no_plan,\n"
        "                 w.id = ANY (kept_asked) AND app.is_kept(w.id, 'referrals') AS no_referrals\n"
        "          FROM unnest(residents) AS w(id)\n        ) AS who, LATERAL (",
    ),
    (ACTIONS, f"{ACTIONS} AND NOT who.no_plan"),
    (REFERRALS, f"{REFERRALS} AND NOT who.no_referrals"),
    (HANDOVERS, f"{HANDOVERS} AND NOT who.no_referrals"),
    ("\n        ) item", OWN),
)


def again(*changes: tuple[str, str]) -> str:
    create = str(OLD[0])
    for was, now in (("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), *changes):
        if was not in create:
            raise ValueError(was)
        create = create.replace(was, now, 1)
    return create


class Migration(migrations.Migration):
    dependencies = [("referrals", "0017_kept_from")]
    operations = [migrations.RunSQL([(again(*CHANGES), None)], [(again(), None)])]
