"""Two records of one person may have named each other among the people around them. Nobody is that to themselves: from
the merge on it is an end with the name that was written down; undone, it leads there again."""

from importlib import import_module

from django.db import migrations

MERGING = import_module("neighbourhoods.migrations.0042_merge_residents")
again = import_module("neighbourhoods.migrations.0084_kept_of_merged").again
((OLD_SETTLE, _), *_) = MERGING.SETTLE.sql
NAMED = """    BEGIN
      FOR opened IN
        SELECT c.id FROM neighbourhoods_contact c
        WHERE (c.resident_id, c.resident_link_id) IN ((survivor, merged), (merged, survivor))
      LOOP
        PERFORM app.merge_changes(of, 'neighbourhoods_contact', opened,
          'resident_link_id = NULL, ends_on = least(w.ends_on, app.present()::date)', opened);
      END LOOP;
"""
SETTLE = again(OLD_SETTLE.replace("    BEGIN\n", NAMED, 1))


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0138_organisation_agreement")]
    operations = [migrations.RunSQL([(SETTLE, None)], [(again(OLD_SETTLE), None)])]
