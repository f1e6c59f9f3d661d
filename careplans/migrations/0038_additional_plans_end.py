"""An additional plan says who looks at it again, and that it was an error."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("careplans", "0037_written_by_name")]
    operations = [
        migrations.AddField(
            "additionalplan",
            "reviewed_by",
            models.CharField(
                blank=True, db_default="", default="", help_text="Who looks at it again: name and role.", max_length=150
            ),
        ),
        migrations.AddField("additionalplan", "error_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "additionalplan",
            "error_reason",
            models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddConstraint(
            "additionalplan",
            models.CheckConstraint(
                condition=Q(error_at=None, error_reason="") | (Q(error_at__isnull=False) & ~Q(error_reason="")),
                name="an_additional_plan_in_error_says_why",
            ),
        ),
    ]
