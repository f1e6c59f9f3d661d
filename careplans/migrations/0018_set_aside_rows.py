"""What was set aside is read as the plan is, and withheld as the plan is (IG-16)."""

from django.db import migrations

from carecoord.rowsecurity import residents_rows, shared_in_part

TABLE = "careplans_setaside"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0017_set_aside")]
    operations = [
        residents_rows(TABLE, web="SELECT, INSERT"),
        shared_in_part(TABLE, "plan", members=["written_by_id"]),
    ]
