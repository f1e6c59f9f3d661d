"""Finding by what somebody is known by: any two items in the whole place, and one of them among one's own (IG-12)."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

identities = import_module("neighbourhoods.migrations.0016_restricted_have_no_district")
# As a value of its own it cannot become a join: the planner would read all that a team holds.
HELD = """
    (SELECT true FROM neighbourhoods_relationship x
     WHERE x.resident_id = {of} AND x.team_id = ANY (mine) AND x.ended_at IS NULL AND x.level = 'record'
       AND (x.expires_at IS NULL OR x.expires_at > moment) LIMIT 1)
"""
DECLARED = "mine uuid[] := app.teams(); moment timestamptz := app.present();"
# Nobody reads on for a thousand, and no key that helps is shared by twenty thousand. Each of those found passes the
# policy of the table as well. Nobody restricted is found by a way to them (IG-13), not by their own teams either.
WAYS_THERE = "'z', 't', 'e'"
OWN_BY_KEYS = function(
    f"""
    CREATE FUNCTION app.own_by_keys(wanted text[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE found uuid[]; {DECLARED}
            leads_there boolean := EXISTS (SELECT FROM unnest(wanted) w WHERE left(w, 1) IN ({WAYS_THERE}));
    BEGIN
      IF cardinality(wanted) = 0 THEN RETURN '{{}}'; END IF;
      WITH alike AS MATERIALIZED (
        SELECT r.id FROM neighbourhoods_resident r
        WHERE r.search_keys @> wanted AND NOT (leads_there AND r.is_restricted) LIMIT 20000
      )
      SELECT array_agg(f.id) INTO found FROM (
        SELECT a.id FROM alike a WHERE {HELD.format(of="a.id")} LIMIT 1000) f;
      RETURN coalesce(found, '{{}}');
    END $$
    """,
    "app.own_by_keys(text[])",
)
# Each word in any of the ways in which it may have been written down, only where no name begins or looks like it.
OWN_BY_WORDS = function(
    f"""
    CREATE FUNCTION app.own_by_words(likeness text, begins text[], ends text[], one text[], other text[], third text[])
    RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    DECLARE found uuid[] := app.own_by_name(likeness, begins, ends); {DECLARED}
    BEGIN
      IF cardinality(found) > 0 OR cardinality(one) = 0 THEN RETURN found; END IF;
      WITH alike AS MATERIALIZED (
        SELECT r.id FROM neighbourhoods_resident r
        WHERE r.search_keys && one AND (cardinality(other) = 0 OR r.search_keys && other)
          AND (cardinality(third) = 0 OR r.search_keys && third) LIMIT 20000
      )
      SELECT array_agg(f.id) INTO found FROM (
        SELECT a.id FROM alike a WHERE {HELD.format(of="a.id")} LIMIT 1000) f;
      RETURN coalesce(found, '{{}}');
    END $$
    """,
    "app.own_by_words(text, text[], text[], text[], text[], text[])",
)
# `exact` are keys, of one birth date perhaps two: the centuries of a year of two digits. Whoever has the number is the
# only one asked for; anybody else must agree with two items at least, and whoever agrees with most comes first.
FIND_BY_ITEMS = function(
    f"""
    CREATE FUNCTION app.find_by_items(
      nhs text, exact text[], names text[], one text[], other text[], third text[]
    ) RETURNS TABLE({identities.COLUMNS})
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    DECLARE
      found uuid[];
      items integer := (SELECT count(DISTINCT left(e, 1)) FROM unnest(exact) e)
                       + (EXISTS (SELECT FROM unnest(names) n WHERE length(n) >= 2))::int;
    BEGIN
      IF app.actor_id() IS NULL THEN
        RAISE EXCEPTION 'find_by_items needs a principal' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF nhs IS NULL AND items < 2 THEN
        RAISE EXCEPTION 'give an NHS number, or two identifying items' USING ERRCODE = 'invalid_parameter_value';
      END IF;
      IF nhs IS NOT NULL THEN
        SELECT array_agg(r.id) INTO found FROM neighbourhoods_resident r
          WHERE r.nhs_number = nhs AND (NOT r.is_restricted OR app.sees(r.id));
        IF found IS NULL THEN
          SELECT array_agg(r.id) INTO found FROM neighbourhoods_resident r
            WHERE r.search_keys @> ARRAY['h:' || nhs] AND (NOT r.is_restricted OR app.sees(r.id));
        END IF;
      END IF;
      IF found IS NULL AND items >= 2 THEN
        WITH near AS MATERIALIZED (
          SELECT r.id, r.sort_name, r.search_keys, r.is_restricted FROM neighbourhoods_resident r
          WHERE r.search_keys && exact LIMIT 5000
        ), judged AS (
          SELECT n.id, n.sort_name, n.is_restricted,
                 (SELECT count(DISTINCT left(e, 1)) FROM unnest(exact) e WHERE e = ANY (n.search_keys)
                    AND NOT (n.is_restricted AND left(e, 1) IN ({WAYS_THERE}))) AS facts,
                 (SELECT max(public.word_similarity(x, n.sort_name)) FROM unnest(names) x) AS likeness,
                 EXISTS (SELECT FROM unnest(names) x WHERE length(x) >= 2 AND starts_with(n.sort_name, x))
                   OR (cardinality(one) > 0 AND n.search_keys && one
                       AND (cardinality(other) = 0 OR n.search_keys && other)
                       AND (cardinality(third) = 0 OR n.search_keys && third)) AS is_named
          FROM near n
        ), agreeing AS (
          SELECT j.*, j.facts + (j.is_named OR coalesce(j.likeness, 0) >= 0.4)::int AS agreed FROM judged j
        )
        SELECT array_agg(m.id) INTO found FROM (
          SELECT a.id FROM agreeing a WHERE a.agreed >= 2 AND (NOT a.is_restricted OR app.sees(a.id))
          ORDER BY a.agreed DESC, a.likeness DESC NULLS LAST, a.sort_name, a.id LIMIT 50) m;
      END IF;
      PERFORM app.note('look', 'resident.found', f, 'resident', f, '') FROM unnest(found) AS f;
      RETURN QUERY SELECT {identities.FIELDS}, {identities.UNLESS_RESTRICTED}, app.sees(r.id)
        FROM unnest(found) WITH ORDINALITY AS f(id, place) JOIN neighbourhoods_resident r ON r.id = f.id
        ORDER BY f.place;
    END $$
    """,
    "app.find_by_items(text, text[], text[], text[], text[], text[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0036_resident_facts")]
    operations = [OWN_BY_KEYS, OWN_BY_WORDS, FIND_BY_ITEMS]
