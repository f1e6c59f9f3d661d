"""Whoever was compared with somebody about to be registered was shown as a hit of a search is; of a claim that did not
match nothing was shown. The resident reads both so (IG-28)."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("carecoord.audit.migrations.0007_who_looked")
((CREATE, _), *_) = BEFORE.BY_DAY.sql
WAS = CREATE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
NOW = WAS.replace(
    "l.verb IN ('resident.found', 'resident.interrupted')",
    "l.verb IN ('resident.found', 'resident.interrupted', 'resident.compared')",
).replace("l.cause,", "CASE WHEN l.verb = 'resident.claim_refused' THEN 'refused' ELSE l.cause END,", 1)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0131_attachments_kept_with_the_plan"), ("audit", "0009_since_my_look")]
    operations = [migrations.RunSQL([(NOW, None)], [(WAS, None)])]
