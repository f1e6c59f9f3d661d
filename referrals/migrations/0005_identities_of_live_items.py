"""Names go with a live relationship, or with a referral or handover that still names my team: never with one lapsed."""

from django.db import migrations

COLUMNS = """
  id uuid, nhs_number text, title text, given_name text, family_name text, preferred_name text, birth_date date,
  gender text, died_on date, district text, seen boolean
"""
FIELDS = """
  r.id, r.nhs_number::text, r.title::text, r.given_name::text, r.family_name::text, r.preferred_name::text,
  r.birth_date, r.gender::text, r.died_on, split_part(r.postcode, ' ', 1)
"""
MINE = "= ANY ((SELECT app.teams())::uuid[])"
EVER_RELATED = f"""
  EXISTS (SELECT 1 FROM neighbourhoods_relationship x WHERE x.resident_id = r.id AND x.team_id {MINE})
"""
# The conditions of the items' own policies, less "sees the resident", which the first line says.
RELATED_OR_ADDRESSED = f"""
  EXISTS (SELECT 1 FROM neighbourhoods_relationship x
          WHERE x.resident_id = r.id AND x.team_id {MINE} AND x.ended_at IS NULL
            AND (x.expires_at IS NULL OR x.expires_at > app.present()))
  OR EXISTS (SELECT 1 FROM referrals_referral i
             WHERE i.resident_id = r.id AND (i.to_team_id {MINE} OR i.from_team_id {MINE}))
  OR EXISTS (SELECT 1 FROM referrals_handover h
             WHERE h.resident_id = r.id
               AND (h.from_team_id {MINE} OR (h.to_team_id {MINE} AND h.offered_at IS NOT NULL)))
"""


def identities(known: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION app.identities(ids uuid[]) RETURNS TABLE({COLUMNS})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      RETURN QUERY SELECT {FIELDS}, app.sees(r.id) FROM neighbourhoods_resident r
        WHERE r.id = ANY (ids[1:200]) AND ({known});
    END $$
    """


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_unowned_items"), ("neighbourhoods", "0004_new_neighbourhoods")]
    operations = [migrations.RunSQL(identities(RELATED_OR_ADDRESSED), identities(EVER_RELATED))]
