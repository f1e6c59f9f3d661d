"""Parts of a name that are kept by team: three letters and the team in one key, so that no list of the place is read.

In an index of teams and trigrams each key is by itself, and a frequent trigram's list grows with the place.
"""

from django.db import migrations

from carecoord.rowsecurity import function

# Hashes: two parts may have one, and whoever is found by them is compared letter by letter.
NAME_PARTS = """
CREATE FUNCTION app.name_parts(name text, team uuid) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 500
AS $$ SELECT array_agg(hashtext(part || team::text)) FROM unnest(public.show_trgm(name)) part $$
"""
# What is like a name by 0.4 has at least two fifths of its parts, so that one of the others and one more has to be
# there. First letters are in most names, and are left out first; then last letters.
PARTS_ASKED = """
CREATE FUNCTION app.name_parts_asked(name text, team uuid) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_agg(hashtext(part || team::text)) FILTER (WHERE place <= n - ceil(n * 0.4) + 1) FROM (
    SELECT part, count(*) OVER () AS n,
           row_number() OVER (ORDER BY part LIKE '  %', part LIKE ' %' OR part LIKE '% ', part) AS place
    FROM unnest(public.show_trgm(name)) part) parts
$$
"""


class Migration(migrations.Migration):
    # Written beside those who go on working.
    atomic = False
    dependencies = [("neighbourhoods", "0114_steps_kept_with_the_plan")]
    operations = [
        function(NAME_PARTS, "app.name_parts(text, uuid)"),
        function(PARTS_ASKED, "app.name_parts_asked(text, uuid)"),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY relationship_by_parts ON neighbourhoods_relationship "
            "USING gin (app.name_parts(sort_name, team_id)) WITH (fastupdate = off) "
            "WHERE ended_at IS NULL AND level = 'record'",
            "DROP INDEX relationship_by_parts",
        ),
    ]
