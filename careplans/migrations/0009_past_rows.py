"""What a change of a plan, a goal or an action replaced is kept."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past


class Migration(migrations.Migration):
    dependencies = [("careplans", "0008_lists_of_actions"), ("audit", "0003_past_rows")]
    operations = [
        keeps_past("careplans_careplan", "careplans_goal", "careplans_action", "careplans_additionalplan"),
    ]
