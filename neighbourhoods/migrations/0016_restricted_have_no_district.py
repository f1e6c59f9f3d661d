"""The identity of a restricted person says no district: null, which nobody else has (IG-20)."""

from django.db import migrations

COLUMNS = """
  id uuid, nhs_number text, title text, given_name text, family_name text, preferred_name text, birth_date date,
  gender text, died_on date, district text, seen boolean
"""
FIELDS = """
  r.id, r.nhs_number::text, r.title::text, r.given_name::text, r.family_name::text, r.preferred_name::text,
  r.birth_date, r.gender::text, r.died_on
"""
DISTRICT = "split_part(r.postcode, ' ', 1)"
UNLESS_RESTRICTED = f"CASE WHEN r.is_restricted THEN NULL ELSE {DISTRICT} END"
MINE = "= ANY ((SELECT app.teams())::uuid[])"


def identities(district: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION app.identities(ids uuid[]) RETURNS TABLE({COLUMNS})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      RETURN QUERY SELECT {FIELDS}, {district}, app.sees(r.id) FROM neighbourhoods_resident r
        WHERE r.id = ANY (ids[1:200]) AND (
          EXISTS (SELECT 1 FROM neighbourhoods_relationship x
                  WHERE x.resident_id = r.id AND x.team_id {MINE} AND x.ended_at IS NULL
                    AND (x.expires_at IS NULL OR x.expires_at > app.present()))
          OR EXISTS (SELECT 1 FROM referrals_referral i
                     WHERE i.resident_id = r.id AND (i.to_team_id {MINE} OR i.from_team_id {MINE}))
          OR EXISTS (SELECT 1 FROM referrals_handover h
                     WHERE h.resident_id = r.id
                       AND (h.from_team_id {MINE} OR (h.to_team_id {MINE} AND h.offered_at IS NOT NULL))));
    END $$
    """


def find_identity(district: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION app.find_identity(nhs text, name_part text, born date) RETURNS TABLE({COLUMNS})
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    DECLARE found uuid[];
    BEGIN
      IF app.actor_id() IS NULL THEN
        RAISE EXCEPTION 'find_identity needs a principal' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF nhs IS NULL AND (born IS NULL OR coalesce(length(name_part), 0) < 2) THEN
        RAISE EXCEPTION 'give an NHS number, or a name and a date of birth' USING ERRCODE = 'invalid_parameter_value';
      END IF;
      IF nhs IS NOT NULL THEN
        SELECT array_agg(r.id) INTO found FROM neighbourhoods_resident r
          WHERE r.nhs_number = nhs AND (NOT r.is_restricted OR app.sees(r.id));
      ELSE
        SELECT array_agg(m.id) INTO found FROM (
          SELECT r.id FROM neighbourhoods_resident r
          WHERE r.birth_date = born AND (NOT r.is_restricted OR app.sees(r.id))
            AND (r.sort_name LIKE name_part || '%' OR public.word_similarity(name_part, r.sort_name) >= 0.4)
          ORDER BY public.word_similarity(name_part, r.sort_name) DESC, r.sort_name LIMIT 50) m;
      END IF;
      PERFORM app.note('look', 'resident.found', f, 'resident', f, '') FROM unnest(found) AS f;
      RETURN QUERY SELECT {FIELDS}, {district}, app.sees(r.id)
        FROM unnest(found) WITH ORDINALITY AS f(id, place) JOIN neighbourhoods_resident r ON r.id = f.id
        ORDER BY f.place;
    END $$
    """


class Migration(migrations.Migration):
    # The function of identities was last written by referrals 0005.
    dependencies = [
        ("neighbourhoods", "0015_list_of_encounters"),
        ("referrals", "0005_identities_of_live_items"),
    ]
    operations = [
        migrations.RunSQL(identities(UNLESS_RESTRICTED), identities(DISTRICT)),
        migrations.RunSQL(find_identity(UNLESS_RESTRICTED), find_identity(DISTRICT)),
    ]
