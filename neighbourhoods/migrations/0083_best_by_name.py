"""The few whose names are most like what was typed, chosen where the names are: only they are asked the policies."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

held = import_module("neighbourhoods.migrations.0082_held_by_name")
NAMED = held.NAMED.replace("SELECT x.resident_id FROM", "SELECT x.resident_id, x.sort_name FROM")
# In the order in which the page shows them. Where nobody's name begins or looks like it, all who sound like it.
BEST_BY_WORDS = function(
    f"""
    CREATE FUNCTION app.best_by_words(
      likeness text, begins text[], ends text[], one text[], other text[], third text[], most integer
    ) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET cpu_operator_cost = 0.25
    AS $$
    DECLARE found uuid[]; mine uuid[] := app.teams(); moment timestamptz := app.present();
    BEGIN
      PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
      SELECT array_agg(f.id) INTO found FROM (
        SELECT d.resident_id AS id FROM (
          SELECT DISTINCT m.resident_id, m.sort_name FROM unnest(mine) AS own(team_id) CROSS JOIN LATERAL (
{NAMED}          ) m) d
        ORDER BY public.word_similarity(likeness, d.sort_name) DESC, d.sort_name, d.resident_id LIMIT most) f;
      RETURN coalesce(found, app.own_by_words(likeness, begins, ends, one, other, third));
    END $$
    """,
    "app.best_by_words(text, text[], text[], text[], text[], text[], integer)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0082_held_by_name")]
    operations = [BEST_BY_WORDS]
