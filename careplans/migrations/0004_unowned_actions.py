"""An index that is always empty: whether anything is open without a team is asked on every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("careplans", "0003_action_hold_reason"),
        ("neighbourhoods", "0004_new_neighbourhoods"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                condition=models.Q(
                    ("accountable_team", None), ("status__in", ["in_progress", "not_started", "on_hold", "scheduled"])
                ),
                fields=["id"],
                name="action_without_team",
            ),
        ),
    ]
