"""Reviews are read as the plan is, and withheld as it is (IG-16). They are only ever added."""

from django.db import migrations

from carecoord.rowsecurity import residents_rows, shared_in_part

TABLE = "careplans_planreview"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0025_plan_reviews")]
    operations = [
        residents_rows(TABLE, web="SELECT, INSERT"),
        shared_in_part(TABLE, "plan", members=["written_by_id"]),
    ]
