"""Whoever says that something is not to be shared any more corrects it: what stood there before is sealed with it, and
the notes beside it (IG-22). No role of the run time changes the seal of an entry by itself."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB, function

BEFORE = import_module("neighbourhoods.migrations.0053_cohort_clocks")
WAS = BEFORE.ONLY_ENDS.replace("{may_change}", BEFORE.TOLD)
OF_OWNER = f"""IF current_user NOT IN ('{WEB}', '{SYSTEM}') THEN
      ends := ends || '{{resident_id,seal,seal_team_id,recorded_by_team_id}}'::text[];
    END IF;"""

SEAL_EARLIER = function(
    """
    CREATE FUNCTION app.seal_earlier(correction uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE made neighbourhoods_entry; earlier uuid[];
    BEGIN
      SELECT * INTO made FROM neighbourhoods_entry e WHERE e.id = correction;
      IF made.seal IS NULL OR made.seal = '' OR NOT app.sees(made.resident_id)
         OR NOT coalesce(made.recorded_by_team_id = ANY (app.teams()), false) THEN
        RAISE EXCEPTION 'the team that seals a correction seals what it corrects'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      WITH RECURSIVE chain AS (
        SELECT e.id, e.supersedes_id FROM neighbourhoods_entry e WHERE e.id = correction
        UNION
        SELECT e.id, e.supersedes_id FROM chain c JOIN neighbourhoods_entry e ON e.id = c.supersedes_id
      )
      SELECT array_agg(c.id) INTO earlier FROM chain c WHERE c.id <> correction;
      UPDATE neighbourhoods_entry e
         SET seal = made.seal, seal_team_id = coalesce(e.seal_team_id, made.recorded_by_team_id),
             recorded_by_team_id = coalesce(e.recorded_by_team_id, made.recorded_by_team_id),
             version = e.version + 1, updated_at = app.present()
       WHERE e.seal = '' AND (e.id = ANY (earlier) OR e.about_id = ANY (earlier));
    END $$
    """,
    "app.seal_earlier(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0132_pairs_go_with_their_actions")]
    operations = [
        migrations.RunSQL([WAS.replace("{moved}", OF_OWNER)], [WAS.replace("{moved}", BEFORE.MOVED)]),
        SEAL_EARLIER,
    ]
