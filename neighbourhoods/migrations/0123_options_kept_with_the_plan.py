"""What an objection keeps of the plan is what was offered, too: what the audit says of options (IG-16)."""

from importlib import import_module

from django.db import migrations

before = import_module("neighbourhoods.migrations.0114_steps_kept_with_the_plan")
AFTER = before.AFTER.replace("'goaloutcome')", "'goaloutcome', 'option')")
if AFTER == before.AFTER:
    raise ValueError("0114 names what an objection keeps of the plan in other words: name options there.")


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0120_by_parts_alone")]
    operations = [migrations.RunSQL([(AFTER, None)], [(before.AFTER, None)])]
