"""What nobody has acknowledged yet, which every page counts: not among all that is still open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_acknowledged_by_partner")]
    operations = [
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["team", "created_at"], condition=models.Q(("state", "waiting")), name="alert_waiting_of_team"
            ),
        ),
    ]
