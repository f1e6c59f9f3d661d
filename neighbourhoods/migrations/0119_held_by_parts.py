"""Who is called nearly the same is found by the parts of names that one's own team keeps, and compared then."""

from importlib import import_module

from django.db import migrations

by_name = import_module("neighbourhoods.migrations.0082_held_by_name").OWN_BY_NAME
(best, _), *_ = import_module("neighbourhoods.migrations.0083_best_by_name").BEST_BY_WORDS.sql
BEFORE = (by_name, best.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
LIKE = "x.sort_name %> likeness"
BY_PARTS = f"app.name_parts(x.sort_name, x.team_id) && app.name_parts_asked(likeness, own.team_id) AND {LIKE}"
NOW = [one.replace(LIKE, BY_PARTS) for one in BEFORE]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0118_parts_of_names")]
    operations = [migrations.RunSQL([(now, None)], [(before, None)]) for now, before in zip(NOW, BEFORE, strict=True)]
