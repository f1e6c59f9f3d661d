"""Who acknowledged an alert, where that was a partner's system and no member."""

from django.db import migrations, models

HELP = "Who it was, where that was no member: a partner's system."


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_state_for_monitors")]
    operations = [
        migrations.AddField(
            "alert", "acknowledged_by_name", models.CharField(blank=True, help_text=HELP, max_length=300)
        )
    ]
