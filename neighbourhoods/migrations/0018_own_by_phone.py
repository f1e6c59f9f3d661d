"""Phone numbers among one's own: written in many ways, so the owner compares what is the same in all of them."""

from django.db import migrations

from carecoord.rowsecurity import function

# Its last ten digits, without what stands before them at home (0) and abroad (+44, 0044, 0044 (0)).
PHONE_KEY = function(
    """
    CREATE FUNCTION app.phone_key(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^(00)?(44)?0?', ''), 10)
    """,
    "app.phone_key(text)",
)

# Restricted people are found by no phone number (IG-13), not even by their own teams. Each of the others passes the
# policy of the table as well.
OWN_BY_PHONE = function(
    """
    CREATE FUNCTION app.own_by_phone(asked text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE found uuid[]; mine uuid[] := app.teams(); moment timestamptz := app.present();
            wanted text := app.phone_key(asked);
    BEGIN
      SELECT array_agg(f.id) INTO found FROM (
        SELECT r.id FROM neighbourhoods_resident r
        WHERE app.phone_key(r.phone) = wanted AND wanted <> '' AND r.phone <> '' AND NOT r.is_restricted AND EXISTS (
          SELECT FROM neighbourhoods_relationship x
          WHERE x.resident_id = r.id AND x.team_id = ANY (mine) AND x.ended_at IS NULL AND x.level = 'record'
            AND (x.expires_at IS NULL OR x.expires_at > moment)
        ) ORDER BY r.id LIMIT 1000) f;
      RETURN coalesce(found, '{}');
    END $$;
    """,
    "app.own_by_phone(text)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0017_own_by_name_read_once")]
    operations = [PHONE_KEY, OWN_BY_PHONE]
