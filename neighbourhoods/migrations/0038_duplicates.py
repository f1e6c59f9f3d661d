"""Who may be somebody about to be registered: compared in Python (neighbourhoods/matching), brought together here."""

from django.db import migrations

from carecoord.rowsecurity import function

COLUMNS = """
  id uuid, nhs_number text, title text, given_name text, family_name text, preferred_name text, birth_date date,
  gender text, died_on date, district text, seen boolean,
  birth_is_estimated boolean, same_postcode boolean, same_phone boolean, same_practice boolean
"""

# Asked for is what neighbourhoods/matching/asking.py makes: a number, or names beside a date of birth, a postcode or a
# phone (IG-12). How to reach somebody is compared here, and only whether it is the same is told; of restricted people
# not even that (IG-13). Whoever is returned has an entry of their own: nobody asks unseen.
# Few are born on fifty days and many have one of the names: OFFSET keeps the dates first.
DUPLICATES = function(
    f"""
    CREATE FUNCTION app.duplicates(
      nhs text, names text[], born date, births date[], home text, called text, practice uuid,
      sounds text[], other_sounds text[]
    ) RETURNS TABLE({COLUMNS})
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    DECLARE found uuid[];
    BEGIN
      IF app.actor_id() IS NULL THEN
        RAISE EXCEPTION 'duplicates needs a principal' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF nhs IS NULL AND (coalesce(cardinality(names), 0) = 0 OR (born IS NULL AND home = '' AND called = '')) THEN
        RAISE EXCEPTION 'give an NHS number, or a name and a date of birth, a postcode or a phone'
          USING ERRCODE = 'invalid_parameter_value';
      END IF;
      SELECT array_agg(m.id) INTO found FROM (
        SELECT r.id FROM (
          SELECT x.id FROM neighbourhoods_resident x WHERE x.nhs_number = nhs
          UNION
          SELECT x.id FROM (
            SELECT y.id, y.search_keys FROM neighbourhoods_resident y WHERE y.birth_date = ANY (births) OFFSET 0
          ) x WHERE x.search_keys && names
          UNION
          SELECT x.id FROM neighbourhoods_resident x
            WHERE home <> '' AND x.search_keys @> ARRAY[home] AND x.search_keys && names
          UNION
          SELECT x.id FROM neighbourhoods_resident x
            WHERE called <> '' AND x.search_keys @> ARRAY[called] AND x.search_keys && names
          UNION
          SELECT x.id FROM unnest(sounds, other_sounds) AS pair(one, other)
            JOIN neighbourhoods_resident x ON x.search_keys @> ARRAY[pair.one, pair.other]
            WHERE date_part('year', x.birth_date) = date_part('year', born)
               OR to_char(x.birth_date, 'MM-DD') = to_char(born, 'MM-DD')
        ) f JOIN neighbourhoods_resident r ON r.id = f.id
        WHERE NOT r.is_restricted OR app.sees(r.id)
        ORDER BY (r.nhs_number IS NOT DISTINCT FROM nhs AND nhs IS NOT NULL) DESC,
                 cardinality(ARRAY(SELECT unnest(r.search_keys) INTERSECT SELECT unnest(names))) DESC,
                 (r.birth_date = born) IS TRUE DESC, r.id
        LIMIT 50) m;
      PERFORM app.note('look', 'resident.compared', f, 'resident', f, '') FROM unnest(found) AS f;
      RETURN QUERY
        SELECT r.id, r.nhs_number::text, r.title::text, r.given_name::text, r.family_name::text, r.preferred_name::text,
               r.birth_date, r.gender::text, r.died_on,
               CASE WHEN r.is_restricted THEN NULL ELSE split_part(r.postcode, ' ', 1) END, app.sees(r.id),
               r.birth_date_status = 'estimated',
               NOT r.is_restricted AND home <> '' AND r.search_keys @> ARRAY[home],
               NOT r.is_restricted AND called <> '' AND r.search_keys @> ARRAY[called],
               NOT r.is_restricted AND r.gp_practice_id IS NOT DISTINCT FROM practice AND practice IS NOT NULL
        FROM unnest(found) WITH ORDINALITY AS f(id, place) JOIN neighbourhoods_resident r ON r.id = f.id
        ORDER BY f.place;
    END $$
    """,
    "app.duplicates(text, text[], date, date[], text, text, uuid, text[], text[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0037_find_by_items")]
    operations = [DUPLICATES]
