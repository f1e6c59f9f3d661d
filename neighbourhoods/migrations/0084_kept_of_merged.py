"""An objection withholds too what was changed under the id of somebody merged, and nobody is told how much of what is
withheld has changed since they last looked (IG-16)."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

END_OF = import_module("neighbourhoods.migrations.0044_merged_lead_on").END_OF
BEFORE = import_module("neighbourhoods.migrations.0078_kept_from")
(OLD_SINCE, *_) = import_module("carecoord.audit.migrations.0009_since_my_look").SINCE_MY_LOOK.sql
(OLD_IS_KEPT, *_) = BEFORE.IS_KEPT.sql

SURVIVOR_OF = function(
    f"""
    CREATE FUNCTION app.survivor_of(who uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT coalesce((SELECT e.id FROM ({END_OF}) e), who)
    $$
    """,
    "app.survivor_of(uuid)",
)
KEPT_WITH_MERGED = function(
    """
    CREATE FUNCTION app.kept_with_merged(organisation uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
      WITH RECURSIVE kept AS (
        SELECT unnest(app.kept_from(organisation, NULL, true)) AS id
        UNION
        SELECT r.id FROM kept k JOIN neighbourhoods_resident r ON r.merged_into_id = k.id
      )
      SELECT coalesce(array_agg(k.id), '{}') FROM kept k
    $$
    """,
    "app.kept_with_merged(uuid)",
)
NOBODY_KEPT = "resident_id <> ALL ((SELECT app.kept_with_merged(app.organisation_id()))::uuid[])"


def again(create: str, *changes: tuple[str, str]) -> str:
    for was, now in (("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), *changes):
        if was not in create:
            raise ValueError(was)
        create = create.replace(was, now)
    return create


def condition(policy: migrations.RunSQL, nobody: str) -> str:
    create = str(policy.sql).replace(BEFORE.NOBODY_KEPT, nobody)
    return create.replace("CREATE POLICY", "ALTER POLICY", 1).replace("AS RESTRICTIVE FOR SELECT ", "", 1)


IS_KEPT = again(
    str(OLD_IS_KEPT[0]),
    ("d.resident_id = who", "d.resident_id = (SELECT app.survivor_of(who))"),
    ("app.in_emergency(who)", "app.in_emergency(app.survivor_of(who))"),
)
SINCE = again(
    str(OLD_SINCE[0]),
    (
        "changes integer;",
        "changes integer;\n      kept boolean := who = ANY (app.kept_from(app.organisation_id(), NULL, true));",
    ),
    (
        "AND e.actor_id <> app.actor_id()",
        "AND e.actor_id <> app.actor_id()\n"
        "          AND (NOT kept OR e.organisation_id = app.organisation_id() OR NOT app.is_kept(who, e.about_type))",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0083_best_by_name"), ("audit", "0009_since_my_look")]
    operations = [
        SURVIVOR_OF,
        KEPT_WITH_MERGED,
        migrations.RunSQL([(IS_KEPT, None)], [(again(str(OLD_IS_KEPT[0])), None)]),
        *(
            migrations.RunSQL(condition(policy, NOBODY_KEPT), condition(policy, BEFORE.NOBODY_KEPT))
            for policy in (BEFORE.CHANGES, BEFORE.PAST)
        ),
        migrations.RunSQL([(SINCE, None)], [(again(str(OLD_SINCE[0])), None)]),
    ]
