"""However many rungs are due, the first urgent one is found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0012_message_hours")]
    operations = [
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["next_rung_at"],
                condition=models.Q(("is_urgent", True), ("next_rung_at__isnull", False)),
                name="alert_urgent_rungs_due",
            ),
        ),
    ]
