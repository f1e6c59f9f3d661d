"""An index of names by team, and names looked for in it: what a search costs does not depend on how large the place is.

Until here each search read the names of the whole place and kept those of one's teams, which among a million took
seconds for a frequent name. The planner takes likeness for as cheap as equality and reads every name of a team instead
of this index, unless it is told otherwise (`cpu_operator_cost`).
"""

from importlib import import_module

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

before = import_module("neighbourhoods.migrations.0017_own_by_name_read_once")
# Likeness is looked for without a list of what is still to be sorted in, which each search would read wholly.
INDEXES = {
    "relationship_by_likeness": "USING gin (team_id, sort_name gin_trgm_ops) WITH (fastupdate = off)",
    "relationship_by_name": "(team_id, sort_name) INCLUDE (resident_id, expires_at)",
}
OF_TEAM = """
          SELECT x.resident_id FROM neighbourhoods_relationship x
          WHERE x.team_id = own.team_id AND x.ended_at IS NULL AND x.level = 'record'
            AND (x.expires_at IS NULL OR x.expires_at > moment) AND {named}
"""
BEGINS = "x.sort_name >= begins[{number}] AND x.sort_name < ends[{number}]"
NAMED = "          UNION".join(
    OF_TEAM.format(named=named)
    for named in (
        BEGINS.format(number=1),
        f"begins[2] <> begins[1] AND {BEGINS.format(number=2)}",
        "likeness <> '' AND x.sort_name %> likeness",
    )
)
# At most a thousand: nobody reads on for so long. Each of them passes the policy of the table as well.
OWN_BY_NAME = f"""
    CREATE OR REPLACE FUNCTION app.own_by_name(likeness text, begins text[], ends text[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET cpu_operator_cost = 0.25
    AS $$
    DECLARE found uuid[]; mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
      SELECT array_agg(f.id) INTO found FROM (
        SELECT DISTINCT m.resident_id AS id FROM unnest(mine) AS own(team_id) CROSS JOIN LATERAL (
{NAMED}        ) m ORDER BY m.resident_id LIMIT 1000) f;
      RETURN coalesce(found, '{{}}');
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0081_held_names")]
    operations = [
        BtreeGinExtension(),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {name} ON neighbourhoods_relationship {of} WHERE ended_at IS NULL AND level = 'record'",
                f"DROP INDEX {name}",
            )
            for name, of in INDEXES.items()
        ),
        migrations.RunSQL([(OWN_BY_NAME, None)], [(before.NOW, None)]),
    ]
