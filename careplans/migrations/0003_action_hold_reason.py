"""Why an action is on hold, and until when: the second line of its paused clock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("careplans", "0002_gate")]
    operations = [
        migrations.AddField(
            model_name="action",
            name="hold_reason",
            field=models.CharField(blank=True, help_text="Why it is on hold, and until when.", max_length=200),
        ),
    ]
