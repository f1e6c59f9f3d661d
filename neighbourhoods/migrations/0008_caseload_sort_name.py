"""First of three: room for the resident's name on the caseload, so that its order can follow an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0007_resident_cohorts")]
    operations = [
        migrations.AddField(
            model_name="caseloadentry",
            name="sort_name",
            field=models.CharField(
                default="",
                editable=False,
                help_text="The resident's; the database keeps it, so that lists follow an index.",
                max_length=210,
                null=True,
            ),
        ),
    ]
