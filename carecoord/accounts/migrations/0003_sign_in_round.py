"""A number that every sign-in carries: adding one ends them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_grants")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_in_round",
            field=models.PositiveIntegerField(
                default=0,
                help_text="A sign-in lasts for its round: adding one ends every sign-in of this person at once.",
            ),
        ),
    ]
