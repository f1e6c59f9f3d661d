"""What an upheld objection keeps of the plan, its goals and actions from an organisation (IG-16)."""

from django.db import migrations

from carecoord.rowsecurity import shared_in_part

WROTE = ["written_by_id"]


class Migration(migrations.Migration):
    dependencies = [("careplans", "0010_actions_of_volunteers"), ("neighbourhoods", "0078_kept_from")]
    operations = [
        shared_in_part("careplans_careplan", "plan", teams=["review_team_id"]),
        shared_in_part("careplans_plansection", "plan", members=WROTE),
        shared_in_part("careplans_sectionversion", "plan", members=WROTE),
        shared_in_part("careplans_goal", "plan", members=WROTE),
        shared_in_part("careplans_additionalplan", "plan", members=WROTE),
        shared_in_part("careplans_action", "plan", teams=["last_accountable_team_id"], members=WROTE),
    ]
