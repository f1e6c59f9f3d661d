"""The code of a key safe, in a table that nobody reads: an owner function shows it, and writes down to whom."""

import django.db.models.deletion
from django.db import migrations, models

from carecoord.rowsecurity import WEB, function

TABLE = "neighbourhoods_entrysecret"
# Written with an entry of one's own organisation that holds. Nobody is granted SELECT, the workers nothing at all.
ROWS = migrations.RunSQL(
    [
        f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_write ON {TABLE} FOR INSERT TO {WEB} WITH CHECK (EXISTS ("
        "SELECT 1 FROM neighbourhoods_entry e WHERE e.id = entry_id AND e.ended_at IS NULL "
        "AND app.sees(e.resident_id) AND e.recorded_by_organisation_id IS NOT DISTINCT FROM app.organisation_id()))",
        f"GRANT INSERT ON {TABLE} TO {WEB}",
    ],
    [
        f"REVOKE ALL ON {TABLE} FROM {WEB}",
        f"DROP POLICY web_write ON {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
    ],
)
# `neighbourhoods.models.memberships.VISITING_ROLES` says the same; a test compares them.
ROLES = "'nurse', 'gp', 'social_worker', 'link_worker', 'therapist', 'support_worker'"
# Of a correction that gives no code of its own, the last one before it holds.
REVEAL = function(
    f"""
    CREATE FUNCTION app.reveal_secret(which uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE one neighbourhoods_entry%ROWTYPE; code text;
    BEGIN
      IF app.actor_kind() IS DISTINCT FROM 'person' OR coalesce(app.role(), '') NOT IN ({ROLES}) THEN
        RAISE EXCEPTION 'a code is shown to people who visit' USING ERRCODE = 'insufficient_privilege';
      END IF;
      SELECT e.* INTO one FROM neighbourhoods_entry e
        WHERE e.id = which AND e.ended_at IS NULL AND app.sees(e.resident_id)
          AND (e.seal = '' OR app.reads_seal(e.resident_id, e.seal, e.recorded_by_team_id, e.seal_team_id))
          AND NOT app.withheld(e.resident_id, e.section, e.recorded_by_organisation_id);
      IF NOT FOUND THEN RETURN NULL; END IF;
      PERFORM app.note('look', 'code.revealed', one.resident_id, 'entry', one.id, '');
      WITH RECURSIVE chain(id, before, steps) AS (
        SELECT one.id, one.supersedes_id, 0
        UNION ALL
        SELECT e.id, e.supersedes_id, c.steps + 1 FROM chain c JOIN neighbourhoods_entry e ON e.id = c.before
        WHERE NOT EXISTS (SELECT FROM {TABLE} s WHERE s.entry_id = c.id)
      )
      SELECT s.content INTO code FROM chain c JOIN {TABLE} s ON s.entry_id = c.id ORDER BY c.steps LIMIT 1;
      RETURN code;
    END $$
    """,
    "app.reveal_secret(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0075_visit_card")]
    operations = [
        migrations.CreateModel(
            name="EntrySecret",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="neighbourhoods.entry",
                    ),
                ),
                ("content", models.CharField(max_length=60)),
            ],
        ),
        ROWS,
        REVEAL,
    ]
