"""What an objection keeps of the plan are its needs and strengths, too: what the audit says of them (IG-16)."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("neighbourhoods.migrations.0131_attachments_kept_with_the_plan").AFTER
AFTER = BEFORE.replace("'attachment')", "'attachment', 'need')")
if AFTER == BEFORE:
    raise ValueError("0131 names what an objection keeps of the plan in other words: name needs there.")


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0138_sealed_by_a_correction")]
    operations = [migrations.RunSQL([(AFTER, None)], [(BEFORE, None)])]
