"""Whose teams, and when, is read once for a search, not for each of the hundreds whose names are alike."""

from importlib import import_module

from django.db import migrations

before = import_module("neighbourhoods.migrations.0013_own_by_name")
(THEN, _), *_ = before.OWN_BY_NAME.sql
THEN = THEN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
NOW = (
    THEN.replace(
        "DECLARE found uuid[];",
        "DECLARE found uuid[]; mine uuid[] := app.teams(); moment timestamptz := app.present();",
    )
    .replace("ANY (app.teams())", "ANY (mine)")
    .replace("> app.present())", "> moment)")
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0016_restricted_have_no_district")]
    operations = [migrations.RunSQL(NOW, THEN)]
