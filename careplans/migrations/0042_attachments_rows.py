"""Files are read as the plan is, and withheld as it is (IG-16). Of a row only that it was an error is written later."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past, residents_rows, shared_in_part

TABLE = "careplans_attachment"
ERROR = "error_at, error_reason, version, updated_at"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0041_attachments")]
    operations = [
        residents_rows(TABLE, web=f"SELECT, INSERT, UPDATE ({ERROR})"),
        shared_in_part(TABLE, "plan", members=["written_by_id"]),
        keeps_past(TABLE),
    ]
