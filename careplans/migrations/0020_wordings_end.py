"""Of a wording only that it was an error may be written, and nothing else of it changed."""

from django.db import migrations

TABLE, COLUMNS = "careplans_sectionversion", "error_at, error_reason, error_by_id"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0019_wordings_in_error")]
    operations = [
        migrations.RunSQL(
            f"GRANT UPDATE ({COLUMNS}) ON {TABLE} TO app_web",
            f"REVOKE UPDATE ({COLUMNS}) ON {TABLE} FROM app_web",
        ),
    ]
