"""What is typed of an additional plan is kept too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("careplans", "0038_additional_plans_end")]
    operations = [
        migrations.AlterField(
            "plandraft",
            "kind",
            models.CharField(
                choices=[
                    ("section", "Section"),
                    ("goal", "Goal"),
                    ("action", "Action"),
                    ("stage", "Step"),
                    ("outcome", "Outcome of a goal"),
                    ("review", "Review"),
                    ("additional", "Additional plan"),
                ],
                max_length=10,
            ),
        ),
    ]
