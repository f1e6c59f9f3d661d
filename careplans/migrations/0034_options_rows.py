"""Options are read as the plan is, and withheld as it is (IG-16); what a change replaced is kept."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past, residents_rows, shared_in_part

OPTIONS = "careplans_option"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0033_options"), ("audit", "0003_past_rows")]
    operations = [
        residents_rows(OPTIONS),
        shared_in_part(OPTIONS, "plan", members=["written_by_id"]),
        keeps_past(OPTIONS),
    ]
