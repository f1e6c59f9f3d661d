"""Messages that were taken, with what was answered: each client reads its own."""

from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows


class Migration(migrations.Migration):
    dependencies = [("fhir", "0003_said")]
    operations = [
        migrations.CreateModel(
            name="AnsweredMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("client_id", models.UUIDField()),
                ("message_id", models.CharField(help_text="MessageHeader.id.", max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("answer", models.JSONField(help_text="Without a word about anybody.", null=True)),
                ("answered_at", models.DateTimeField(default=carecoord.clock.present.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("client_id", "message_id"), name="one_answer_per_message")
                ],
            },
        ),
        guarded_rows("fhir_answeredmessage", read="client_id = app.actor_id()", system=""),
    ]
