"""A team's whole list of alerts in the order of their ids."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_waiting_of_team")]
    operations = [
        migrations.AddIndex(model_name="alert", index=models.Index(fields=["team", "id"], name="alert_list_of_team")),
        migrations.AlterField(
            model_name="alert",
            name="team",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="neighbourhoods.team",
            ),
        ),
    ]
