"""What an objection keeps of the plan are its steps and its reports, too: what the audit says of them (IG-16)."""

from importlib import import_module

from django.db import migrations

kept = import_module("neighbourhoods.migrations.0078_kept_from")
BEFORE = kept.IS_KEPT.sql[0][0]
AFTER = BEFORE.replace("'additional_plan')", "'additional_plan', 'stagegoal', 'goaloutcome')")


def again(create: str) -> str:
    return create.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0113_reviews_go_with_their_plan")]
    operations = [migrations.RunSQL([(again(AFTER), None)], [(again(BEFORE), None)])]
