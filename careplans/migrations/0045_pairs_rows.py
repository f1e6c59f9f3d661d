"""What is said of two actions is read as the plan is, and withheld as it is (IG-16); what a change replaced is kept."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past, residents_rows, shared_in_part

PAIRS = "careplans_actionpair"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0044_pairs"), ("audit", "0003_past_rows")]
    operations = [
        residents_rows(PAIRS),
        shared_in_part(PAIRS, "plan", members=["written_by_id"]),
        keeps_past(PAIRS),
    ]
