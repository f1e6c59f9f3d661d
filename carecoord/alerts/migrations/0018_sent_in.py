"""Of a message that was held back it is known in which digest it went."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0017_webhooks"), ("delivery", "0006_webhooks")]
    operations = [
        migrations.AddField(
            model_name="heldmessage",
            name="sent_in",
            field=models.ForeignKey(
                db_index=False,
                help_text="The digest that said it; empty where it was over by then.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.delivery",
            ),
        ),
    ]
