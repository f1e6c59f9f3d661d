"""What is urgent is handed over first: after an outage much waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_order_and_heartbeat")]
    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="is_urgent",
            field=models.BooleanField(db_default=False, default=False, help_text="Handed over before what is not."),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("delivered_at", None), ("failed_at", None), ("is_urgent", True)),
                fields=["next_attempt_at", "id"],
                name="outbox_urgent",
            ),
        ),
    ]
