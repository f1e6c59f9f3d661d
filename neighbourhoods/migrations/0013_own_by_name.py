"""Names among one's own: under the policies no trigram index can be used, so the owner reads it for one's teams."""

from django.db import migrations, models

from carecoord.rowsecurity import function

# At most a thousand: nobody reads on for so long. Each of them passes the policy of the table as well.
OWN_BY_NAME = function(
    """
    CREATE FUNCTION app.own_by_name(likeness text, begins text[], ends text[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    DECLARE found uuid[];
    BEGIN
      PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
      SELECT array_agg(f.id) INTO found FROM (
        SELECT m.id FROM (
          SELECT r.id FROM neighbourhoods_resident r WHERE r.sort_name >= begins[1] AND r.sort_name < ends[1]
          UNION
          SELECT r.id FROM neighbourhoods_resident r WHERE r.sort_name >= begins[2] AND r.sort_name < ends[2]
          UNION
          SELECT r.id FROM neighbourhoods_resident r WHERE likeness <> '' AND r.sort_name %> likeness
        ) m WHERE EXISTS (
          SELECT FROM neighbourhoods_relationship x
          WHERE x.resident_id = m.id AND x.team_id = ANY (app.teams()) AND x.ended_at IS NULL AND x.level = 'record'
            AND (x.expires_at IS NULL OR x.expires_at > app.present())
        ) ORDER BY m.id LIMIT 1000) f;
      RETURN coalesce(found, '{}');
    END $$;
    """,
    "app.own_by_name(text, text[], text[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0012_caseload_loads")]
    operations = [
        migrations.AddIndex(
            model_name="resident", index=models.Index(fields=["sort_name", "id"], name="resident_by_name")
        ),
        OWN_BY_NAME,
    ]
