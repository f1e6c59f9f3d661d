"""Sections of a plan are defined by files: a section keeps as what it was asked, and what was answered. Columns have
defaults in the database, so that the code of before goes on writing."""

from django.db import migrations, models


def as_asked(model: str) -> list[migrations.AddField]:
    empty = models.Value([], models.JSONField())
    fields: dict[str, models.Field[object, object]] = {
        "title": models.CharField(blank=True, db_default="", default="", max_length=200),
        "definition_version": models.PositiveSmallIntegerField(db_default=1, default=1),
        "answers": models.JSONField(blank=True, db_default=empty, default=list),
    }
    return [migrations.AddField(model, name, field) for name, field in fields.items()]


class Migration(migrations.Migration):
    dependencies = [("careplans", "0026_plan_reviews_rows")]
    operations = [
        *as_asked("plansection"),
        *as_asked("sectionversion"),
        migrations.AlterField("plansection", "key", models.CharField(max_length=40)),
        migrations.AlterField(
            "sectionversion",
            "in_own_words",
            models.BooleanField(default=False, help_text="Written as the resident said it."),
        ),
    ]
