"""A handover that was never offered is its giver's only, whoever else sees the resident."""

from django.db import migrations

GIVER = "from_team_id = ANY ((SELECT app.teams())::uuid[])"
RECEIVER = "to_team_id = ANY ((SELECT app.teams())::uuid[])"


def policy(read: str) -> str:
    return f"ALTER POLICY web ON referrals_handover USING ({read}) WITH CHECK ({read})"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_gate")]
    operations = [
        migrations.RunSQL(
            policy(f"{GIVER} OR (offered_at IS NOT NULL AND ({RECEIVER} OR app.sees(resident_id)))"),
            policy(f"{RECEIVER} OR {GIVER} OR app.sees(resident_id)"),
        )
    ]
