"""A handover that was never offered is not yet the receiver's to read."""

from django.db import migrations

GIVER = "from_team_id = ANY ((SELECT app.teams())::uuid[])"
RECEIVER = "to_team_id = ANY ((SELECT app.teams())::uuid[])"


def policy(*conditions: str) -> str:
    read = " OR ".join([*conditions, "app.sees(resident_id)"])
    return f"ALTER POLICY web ON referrals_handover USING ({read}) WITH CHECK ({read})"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_gate")]
    operations = [
        migrations.RunSQL(
            policy(GIVER, f"({RECEIVER} AND offered_at IS NOT NULL)"),
            policy(RECEIVER, GIVER),
        )
    ]
