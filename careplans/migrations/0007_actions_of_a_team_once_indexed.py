"""The index in the order of due days finds a team's actions too; a second one only led the planner astray."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("careplans", "0006_written_by_name")]
    operations = [
        migrations.AlterField(
            model_name="action",
            name="accountable_team",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="open_actions",
                to="neighbourhoods.team",
            ),
        ),
    ]
