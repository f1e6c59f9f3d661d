"""What an objection keeps of the plan are its steps and its reports, too: what the audit says of them (IG-16)."""

from importlib import import_module

from django.db import migrations

kept = import_module("neighbourhoods.migrations.0084_kept_of_merged")
BEFORE = kept.IS_KEPT
AFTER = kept.again(
    BEFORE.replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION"),
    ("'additional_plan')", "'additional_plan', 'stagegoal', 'goaloutcome')"),
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0113_reviews_go_with_their_plan")]
    operations = [migrations.RunSQL([(AFTER, None)], [(BEFORE, None)])]
