"""What stands on my day has an index of its own: a team may have acknowledged thousands that are still open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_list_of_a_team")]
    operations = [
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["team", "state", "due_at"],
                include=["created_at"],
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(("escalation_level__gte", 2), ("state", "acknowledged")),
                    _connector="OR",
                ),
                name="alert_standing_of_team",
            ),
        ),
        # Its first column and its condition are the new one's.
        migrations.RemoveIndex(model_name="alert", name="alert_waiting_of_team"),
    ]
