"""The index of teams and of trigrams each by itself is asked no more."""

from importlib import import_module

from django.db import migrations

before = import_module("neighbourhoods.migrations.0082_held_by_name").INDEXES["relationship_by_likeness"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("neighbourhoods", "0119_held_by_parts")]
    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY relationship_by_likeness",
            f"CREATE INDEX CONCURRENTLY relationship_by_likeness ON neighbourhoods_relationship {before} "
            "WHERE ended_at IS NULL AND level = 'record'",
        ),
    ]
