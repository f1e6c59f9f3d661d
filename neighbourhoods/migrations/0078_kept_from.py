"""What an upheld objection keeps from an organisation, beyond entries: visits, the audit's changes, past rows; and a
relationship of an organisation that is kept out altogether is refused (IG-16).

Who is kept is one array, read once a statement. The tables of plans and referrals have their policies in their apps.
"""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import WEB, function, shared_in_part

DECISIONS = "public.neighbourhoods_sharingdecision"
IN_FORCE = "d.status IN ('upheld', 'partly')"
MINE = "(d.organisation_id IS NULL OR d.organisation_id = app.organisation_id())"
EMERGENCY = import_module("neighbourhoods.migrations.0032_opened_seals").ONLY_RECORDS

# Of one part, or of any; `whole`: also who is kept with everything.
KEPT_FROM = function(
    f"""
    CREATE FUNCTION app.kept_from(organisation uuid, part text, whole boolean) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT coalesce(array_agg(d.resident_id), '{{}}'::uuid[]) FROM {DECISIONS} d
      WHERE {IN_FORCE} AND (part IS NULL OR d.section = part OR (whole AND d.section = ''))
        AND (d.organisation_id IS NULL OR d.organisation_id = organisation);
    END
    """,
    "app.kept_from(uuid, text, boolean)",
)
IS_OF = function(
    """
    CREATE FUNCTION app.is_of(team uuid, organisation uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (SELECT 1 FROM public.neighbourhoods_team t WHERE t.id = team AND t.organisation_id = organisation);
    END
    """,
    "app.is_of(uuid, uuid)",
)
IS_MEMBER_OF = function(
    """
    CREATE FUNCTION app.is_member_of(member uuid, organisation uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (SELECT 1 FROM public.neighbourhoods_membership m
                     WHERE m.id = member AND m.organisation_id = organisation);
    END
    """,
    "app.is_member_of(uuid, uuid)",
)
IN_EMERGENCY = function(
    f"""
    CREATE FUNCTION app.in_emergency(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC SELECT {EMERGENCY}; END
    """,
    "app.in_emergency(uuid)",
)
# Asked row by row, of those alone who are kept. `what` is a part, or what the audit and past rows call what is in one;
# of what is recorded they do not say the section, so that one that is kept keeps all.
IS_KEPT = function(
    f"""
    CREATE FUNCTION app.is_kept(who uuid, what text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (
        SELECT 1 FROM {DECISIONS} d,
          (SELECT CASE
             WHEN what IN ('plan', 'care_plan', 'goal', 'action', 'additional_plan')
                  OR what LIKE 'careplans\\_%' THEN 'plan'
             WHEN what IN ('visits', 'encounter', 'neighbourhoods_encounter') THEN 'visits'
             WHEN what IN ('referrals', 'referral', 'handover') OR what LIKE 'referrals\\_%' THEN 'referrals'
             WHEN what IN ('entry', 'banner_entry', 'neighbourhoods_entry') THEN 'entries' END) AS found (part)
        WHERE d.resident_id = who AND {IN_FORCE} AND {MINE} AND found.part IS NOT NULL
          AND (d.section = found.part OR (d.section = '' AND NOT app.in_emergency(who))
               OR (found.part = 'entries' AND d.section NOT IN ('', 'plan', 'visits', 'referrals'))));
    END
    """,
    "app.is_kept(uuid, text)",
)
# What one's own organisation wrote or answered for, of a past row of any of these tables.
WAS_OWN = function(
    """
    CREATE FUNCTION app.was_own(was jsonb) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
      SELECT (was ->> 'recorded_by_organisation_id')::uuid = app.organisation_id()
          OR app.is_of((was ->> 'team_id')::uuid, app.organisation_id())
          OR app.is_of((was ->> 'review_team_id')::uuid, app.organisation_id())
          OR app.is_of((was ->> 'last_accountable_team_id')::uuid, app.organisation_id())
          OR app.is_of((was ->> 'from_team_id')::uuid, app.organisation_id())
          OR app.is_of((was ->> 'to_team_id')::uuid, app.organisation_id())
          OR app.is_member_of((was ->> 'written_by_id')::uuid, app.organisation_id());
    END
    """,
    "app.was_own(jsonb)",
)
NOBODY_KEPT = "resident_id <> ALL ((SELECT app.kept_from(app.organisation_id(), NULL, true))::uuid[])"


def restrictive(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE POLICY web_shared ON {table} AS RESTRICTIVE FOR SELECT TO {WEB} USING ({condition})",
        f"DROP POLICY web_shared ON {table}",
    )


CHANGES = restrictive(
    "audit_auditentry",
    f"resident_id IS NULL OR {NOBODY_KEPT} OR organisation_id = app.organisation_id() "
    "OR NOT app.is_kept(resident_id, about_type)",
)
PAST = restrictive("audit_pastrow", f"{NOBODY_KEPT} OR app.was_own(row) OR NOT app.is_kept(resident_id, table_name)")
ENTRIES = f"""
    CREATE OR REPLACE FUNCTION app.withheld(who uuid, part text, wrote uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT wrote IS DISTINCT FROM app.organisation_id() AND EXISTS (
        SELECT 1 FROM {DECISIONS} d
        WHERE d.resident_id = who AND {IN_FORCE} AND (d.section = part OR (d.section = '' AND %s)) AND {MINE});
    END
"""

# Of a whole statement at once: a list of many is asked as quickly as one.
REFUSED = migrations.RunSQL(
    [
        f"""
        CREATE FUNCTION app.refuse_excluded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
          IF EXISTS (SELECT 1 FROM {DECISIONS} d
                     JOIN opened o ON o.resident_id = d.resident_id AND o.level = 'record' AND o.ended_at IS NULL
                     JOIN neighbourhoods_team t ON t.id = o.team_id AND t.organisation_id = d.organisation_id
                     WHERE {IN_FORCE} AND d.section = '') THEN
            RAISE EXCEPTION 'an upheld objection keeps this organisation out'
              USING ERRCODE = 'check_violation', CONSTRAINT = 'kept_out_after_an_objection';
          END IF;
          RETURN NULL;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.refuse_excluded() FROM PUBLIC",
        "CREATE TRIGGER kept_out_after_an_objection AFTER INSERT ON neighbourhoods_relationship "
        "REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_excluded()",
    ],
    [
        "DROP TRIGGER kept_out_after_an_objection ON neighbourhoods_relationship",
        "DROP FUNCTION app.refuse_excluded()",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0076_entry_secret"), ("audit", "0003_past_rows")]
    operations = [
        KEPT_FROM,
        IS_OF,
        IS_MEMBER_OF,
        IN_EMERGENCY,
        IS_KEPT,
        WAS_OWN,
        migrations.RunSQL(ENTRIES % "NOT app.in_emergency(who)", ENTRIES % "true"),
        shared_in_part("neighbourhoods_encounter", "visits", teams=["team_id"]),
        CHANGES,
        PAST,
        REFUSED,
    ]
