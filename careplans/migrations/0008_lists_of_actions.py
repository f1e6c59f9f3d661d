"""A team's whole list of actions, and one of a single status, in the order of their ids."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("careplans", "0007_actions_of_a_team_once_indexed")]
    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["last_accountable_team", "id"], name="action_list_of_team"),
        ),
        migrations.AddIndex(
            model_name="action", index=models.Index(fields=["status", "id"], name="action_list_by_status")
        ),
        migrations.AlterField(
            model_name="action",
            name="last_accountable_team",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="neighbourhoods.team",
            ),
        ),
    ]
