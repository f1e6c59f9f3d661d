"""A partner's system says how it went, holds reviews and writes additional plans: by its name."""

from django.db import migrations, models

WRITTEN_BY_NAME = "Who wrote it, where that was no member: a partner's system and its organisation."


def by_name(model: str) -> migrations.AddField:
    field = models.CharField(blank=True, db_default="", default="", help_text=WRITTEN_BY_NAME, max_length=300)
    return migrations.AddField(model, "written_by_name", field)


class Migration(migrations.Migration):
    dependencies = [("careplans", "0035_shared_with_carers")]
    operations = [by_name("additionalplan"), by_name("goaloutcome"), by_name("planreview")]
