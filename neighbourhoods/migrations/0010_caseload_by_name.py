"""Third of three: every entry has the name, and the index in whose order a caseload is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0009_caseload_sort_name_kept")]
    operations = [
        migrations.AlterField(
            model_name="caseloadentry",
            name="sort_name",
            field=models.CharField(
                default="",
                editable=False,
                help_text="The resident's; the database keeps it, so that lists follow an index.",
                max_length=210,
            ),
        ),
        migrations.AddIndex(
            model_name="caseloadentry",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["team", "sort_name", "id"],
                name="caseload_by_name",
            ),
        ),
    ]
