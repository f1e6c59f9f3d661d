"""What was written before was last looked at when it was written."""

from django.db import migrations

FILL = "UPDATE careplans_plansection SET looked_at = updated_at"


class Migration(migrations.Migration):
    dependencies = [("careplans", "0046_section_clocks")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
