"""What an objection keeps of the plan are its files, too: what the audit says of them (IG-16)."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("neighbourhoods.migrations.0123_options_kept_with_the_plan").AFTER
AFTER = BEFORE.replace("'option')", "'option', 'attachment')")


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0130_attachments_go_with_their_plan")]
    operations = [migrations.RunSQL([(AFTER, None)], [(BEFORE, None)])]
