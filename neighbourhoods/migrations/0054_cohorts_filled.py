"""Groups that stood as words beside a resident become entries. The words stay in their column, which the code of the
landing before still writes: the landing after this one runs FILL once more and drops the column."""

from django.db import migrations

# A word for which there is a group; any other is kept as it is. Nothing is due of it until somebody records when.
FILL = """
    WITH word AS (
      SELECT r.id AS resident_id, r.updated_at AS at, w.word,
             coalesce(
               (SELECT c.team_id FROM neighbourhoods_caseloadentry c
                 WHERE c.resident_id = r.id AND c.is_lead AND c.ended_at IS NULL),
               (SELECT l.team_id FROM neighbourhoods_relationship l
                 WHERE l.resident_id = r.id AND l.ended_at IS NULL AND l.level = 'record'
                 ORDER BY l.started_at, l.id LIMIT 1)) AS team_id,
             CASE w.word WHEN 'mental_health' THEN 'professional' WHEN 'safeguarding' THEN 'safeguarding' ELSE '' END
               AS seal,
             w.word IN ('learning_disabilities', 'dementia', 'mental_health', 'safeguarding', 'send',
                        'childrens_services', 'frailty', 'carers') AS is_known
        FROM neighbourhoods_resident r CROSS JOIN LATERAL (SELECT DISTINCT unnest(r.cohorts) AS word) w
    )
    INSERT INTO neighbourhoods_entry
      (id, created_at, updated_at, version, kind, definition_version, section, text, headline, data, seal, is_single,
       recorded_by_name, recorded_by_role, recorded_by_team_id, ended_by_name, ended_reason, error_reason, resident_id)
    SELECT app.new_id(), w.at, w.at, 1, CASE WHEN w.is_known THEN 'cohort.' || w.word ELSE 'cohort.other' END, 1,
           'cohorts', '', CASE WHEN w.is_known THEN '' ELSE w.word END,
           CASE WHEN w.is_known THEN '{}'::jsonb ELSE jsonb_build_object('group', w.word) END,
           w.seal, w.is_known AND w.seal = '', '', '', w.team_id, '', '', '', w.resident_id
      FROM word w
     WHERE (w.seal = '' OR w.team_id IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM neighbourhoods_entry e
                        WHERE e.resident_id = w.resident_id
                          AND (e.kind = 'cohort.' || w.word OR e.kind = 'cohort.other' AND e.data ->> 'group' = w.word))
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0053_cohort_clocks")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
