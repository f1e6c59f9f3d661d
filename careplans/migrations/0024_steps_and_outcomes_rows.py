"""Steps and how it went are read as the goal is, and withheld as it is (IG-16); what a change replaced is kept."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past, residents_rows, shared_in_part

STAGES, OUTCOMES = "careplans_stagegoal", "careplans_goaloutcome"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0023_steps_and_outcomes"), ("audit", "0003_past_rows")]
    operations = [
        residents_rows(STAGES),
        residents_rows(OUTCOMES),
        shared_in_part(STAGES, "plan", members=["written_by_id"]),
        shared_in_part(OUTCOMES, "plan", members=["written_by_id"]),
        keeps_past(STAGES, OUTCOMES),
    ]
