"""Where no mail server is set up a message is written to the log, and says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_grants")]
    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sent", "Sent"),
                    ("logged", "Logged, not sent"),
                    ("failed", "Not delivered"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
    ]
