"""Who is called nearly the same is found by the parts of names that a team keeps; only they are compared."""

from importlib import import_module

from django.db import migrations

by_name = import_module("neighbourhoods.migrations.0082_held_by_name").OWN_BY_NAME
(best, _), *_ = import_module("neighbourhoods.migrations.0083_best_by_name").BEST_BY_WORDS.sql
BEFORE = (by_name, best.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
OF_TEAM = """neighbourhoods_relationship x
          WHERE x.team_id = own.team_id AND x.ended_at IS NULL AND x.level = 'record'"""
# The offset keeps the planner from comparing everybody's name before anything is known of the team.
BY_PARTS = """(
            SELECT y.* FROM neighbourhoods_relationship y
            WHERE app.name_parts(y.sort_name, y.team_id) && app.name_parts_asked(likeness, own.team_id)
              AND y.ended_at IS NULL AND y.level = 'record' OFFSET 0) x
          WHERE x.team_id = own.team_id"""


def by_parts(function: str) -> str:
    beginning, union, like = function.rpartition("UNION")
    return beginning + union + like.replace(OF_TEAM, BY_PARTS)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0118_parts_of_names")]
    operations = [migrations.RunSQL([(by_parts(one), None)], [(one, None)]) for one in BEFORE]
