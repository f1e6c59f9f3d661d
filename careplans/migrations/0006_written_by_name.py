"""Who wrote a section, where that was a partner's system and no member."""

from django.db import migrations, models

HELP = "Who wrote it, where that was no member: a partner's system and its organisation."


def named(model: str) -> migrations.AddField:
    field = models.CharField(blank=True, help_text=HELP, max_length=300)
    return migrations.AddField(model, "written_by_name", field)


class Migration(migrations.Migration):
    dependencies = [("careplans", "0005_open_items_of_a_team")]
    operations = [named("plansection"), named("sectionversion")]
