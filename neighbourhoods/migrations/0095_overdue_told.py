"""Up to which day a team has been told of what is overdue. Workers write it."""

from django.db import migrations, models

from carecoord.rowsecurity import SYSTEM


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0088_without_cohorts")]
    operations = [
        migrations.AddField(
            "team",
            "overdue_told_on",
            models.DateField(
                blank=True,
                editable=False,
                help_text="The last day of what was overdue when the team was told of it.",
                null=True,
            ),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE (overdue_told_on) ON neighbourhoods_team TO {SYSTEM}",
            f"REVOKE UPDATE (overdue_told_on) ON neighbourhoods_team FROM {SYSTEM}",
        ),
    ]
