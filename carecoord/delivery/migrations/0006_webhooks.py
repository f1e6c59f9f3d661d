"""Messages also go to the systems of organisations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_of_person")]
    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[("email", "Email"), ("sms", "Text message"), ("webhook", "Your organisation's system")],
                default="email",
                max_length=10,
            ),
        ),
    ]
