"""What an entry says beyond its words, who wrote it, and how it ended.

Each column has a default in the database, because the code of the landing before inserts without them.
"""

import django.db.models.deletion
from django.db import migrations, models

EMPTY = models.Value({}, models.JSONField())


def add(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("entry", name, field)


def words(**more: object) -> models.Field:
    return models.CharField(blank=True, default="", db_default="", **more)


def to(model: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        model, blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, **({"related_name": "+"} | more)
    )


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0022_entry")]
    operations = [
        migrations.AlterModelOptions("entry", {"verbose_name_plural": "entries"}),
        add("definition_version", models.PositiveSmallIntegerField(default=1, db_default=1)),
        add("section", words(max_length=40)),
        add("headline", models.TextField(blank=True, default="", db_default="")),
        add("data", models.JSONField(blank=True, default=dict, db_default=EMPTY)),
        add("event_until", models.DateField(blank=True, null=True)),
        add("review_due_on", models.DateField(blank=True, null=True)),
        add("recorded_by_name", words(max_length=310)),
        add("recorded_by_role", words(max_length=30)),
        add("recorded_by_team", to("neighbourhoods.team", db_index=False)),
        add(
            "is_single",
            models.BooleanField(default=False, db_default=False, help_text="One of its kind at a time."),
        ),
        add("about", to("neighbourhoods.entry", related_name="notes")),
        add("supersedes", to("neighbourhoods.entry")),
        add("ended_by_name", words(max_length=310)),
        add("ended_reason", words(max_length=200)),
        add("error_at", models.DateTimeField(blank=True, null=True)),
        add("error_reason", words(max_length=200)),
    ]
