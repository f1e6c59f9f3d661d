"""`app.inbox` goes: since 0013 the page of the inbox glances at bounded counts instead."""

from importlib import import_module

from django.db import migrations

INBOX = import_module("referrals.migrations.0009_counted_by_the_owner").INBOX
COUNTED = import_module("referrals.migrations.0012_bounded_counts").INBOX


class Migration(migrations.Migration):
    dependencies = [("referrals", "0014_past_rows")]
    operations = [migrations.RunSQL(INBOX.reverse_sql, [*(statement for statement, _ in INBOX.sql), COUNTED])]
