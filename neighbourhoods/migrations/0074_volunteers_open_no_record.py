"""The second lock of volunteers: no relationship of theirs opens a record, and no owner function shows them anybody."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

GATE = import_module("neighbourhoods.migrations.0002_gate")

# What would open the record to another team opens the visit to this one; nothing else gives it anything.
LEVEL = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.volunteers_open_no_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
          IF (SELECT t.kind FROM neighbourhoods_team t WHERE t.id = NEW.team_id) IS DISTINCT FROM 'volunteers' THEN
            IF NEW.level = 'visit' THEN
              RAISE EXCEPTION 'a visit is for a team of volunteers'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_visit_is_for_volunteers';
            END IF;
          ELSIF NEW.level = 'record' AND NEW.source_kind IN ('action', 'referral') THEN
            NEW.level := 'visit';
          ELSIF NEW.level = 'record' THEN
            RAISE EXCEPTION 'a team of volunteers opens no record'
              USING ERRCODE = 'check_violation', CONSTRAINT = 'volunteers_open_no_record';
          END IF;
          RETURN NEW;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.volunteers_open_no_record() FROM PUBLIC",
        "CREATE TRIGGER volunteers_open_no_record BEFORE INSERT OR UPDATE OF level, team_id, source_kind "
        "ON neighbourhoods_relationship FOR EACH ROW WHEN (NEW.level <> 'card') "
        "EXECUTE FUNCTION app.volunteers_open_no_record()",
    ],
    [
        "DROP TRIGGER volunteers_open_no_record ON neighbourhoods_relationship",
        "DROP FUNCTION app.volunteers_open_no_record()",
    ],
)
VISITS = function(
    """
    CREATE FUNCTION app.visits(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (
        SELECT 1 FROM public.neighbourhoods_relationship r
        WHERE r.resident_id = who AND r.ended_at IS NULL AND r.level = 'visit'
          AND (r.expires_at IS NULL OR r.expires_at > app.present())
          AND r.team_id = ANY ((SELECT app.teams())::uuid[])
      );
    END
    """,
    "app.visits(uuid)",
)

# Every owner function that shows somebody writes it down by `app.note`: to a volunteer none of them shows anybody but
# the one that is made for them.
NOTED = GATE.NOTE.sql[0]
NOTE = """
CREATE OR REPLACE FUNCTION app.note(kind text, verb text, resident uuid, about_type text, about uuid, reason text)
RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF app.role() = 'volunteer' AND $2 <> 'visit_card.viewed' THEN
    RAISE EXCEPTION 'volunteers are shown only whom they help' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, membership_id, role, organisation_id,
                                resident_id, about_type, about_id, reason, detail)
  VALUES (app.new_id(), app.present(), $1, $2, coalesce(app.actor_kind(), 'person'), app.actor_id(),
          app.membership_id(), coalesce(app.role(), ''), app.organisation_id(), $3, $4, $5, $6, '{}');
END $$
"""
REFUSED = "kind NOT IN ('privacy', 'administration')"
REFUSED_NOW = "kind NOT IN ('privacy', 'administration', 'volunteers')"
BEGINS = "BEGIN\n      RETURN QUERY"
BEGINS_NOW = "BEGIN\n      IF app.role() = 'volunteer' THEN RETURN; END IF;\n      RETURN QUERY"


def rewritten(signature: str, before: str, after: str) -> migrations.RunSQL:
    """A function as it is today, with this in the place of that; it fails where that is not in it."""

    def change(was: str, becomes: str) -> str:
        return f"""
        DO $do$
        DECLARE
          text_now text := pg_get_functiondef('{signature}'::regprocedure);
          was text := $was${was}$was$;
        BEGIN
          IF position(was IN text_now) = 0 THEN RAISE EXCEPTION '{signature} does not say: %', was; END IF;
          EXECUTE replace(text_now, was, $becomes${becomes}$becomes$);
        END $do$
        """

    return migrations.RunSQL([change(before, after)], [change(after, before)])


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0073_volunteers")]
    operations = [
        LEVEL,
        VISITS,
        migrations.RunSQL([NOTE], [NOTED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")]),
        rewritten("app.claim(uuid, uuid, uuid, text, timestamptz)", REFUSED, REFUSED_NOW),
        rewritten("app.break_glass(uuid, uuid, uuid, text, text, uuid)", REFUSED, REFUSED_NOW),
        rewritten("app.identities(uuid[])", BEGINS, BEGINS_NOW),
    ]
