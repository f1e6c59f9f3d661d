"""A merge joins no lists of words any more: groups are entries, which move."""

from importlib import import_module

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "5ec706937d1c"
(OLD, *_) = import_module("neighbourhoods.migrations.0042_merge_residents").FACTS.sql
again = import_module("neighbourhoods.migrations.0084_kept_of_merged").again
JOINED = """
      FOR one IN SELECT * FROM jsonb_array_elements_text(app.merge_rules() -> 'joined') LOOP
        IF s ? one THEN
          patch := patch || jsonb_build_object(one, (
            SELECT coalesce(jsonb_agg(DISTINCT e ORDER BY e), '[]')
            FROM jsonb_array_elements((s -> one) || (m -> one)) e));
        END IF;
      END LOOP;"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0086_cohorts_filled_again")]
    operations = [
        rules_written(DIGEST),
        migrations.RunSQL([(again(str(OLD[0]), (JOINED, "")), None)], [(again(str(OLD[0])), None)]),
    ]
