"""Plans, goals and actions are visible to whoever sees the resident; whoever has something open has a lead team."""

from django.db import migrations

from carecoord.rowsecurity import function, residents_rows

HAS_OPEN_ITEMS = function(
    """
    CREATE FUNCTION app.has_open_items(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT EXISTS (SELECT 1 FROM public.careplans_action a
                     WHERE a.resident_id = who AND a.accountable_team_id IS NOT NULL);
    END
    """,
    "app.has_open_items(uuid)",
)

REQUIRE_LEAD = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.require_lead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
          IF app.has_open_items(NEW.resident_id) AND NOT EXISTS (
            SELECT 1 FROM neighbourhoods_caseloadentry c
            WHERE c.resident_id = NEW.resident_id AND c.is_lead AND c.ended_at IS NULL) THEN
            RAISE EXCEPTION 'a resident with anything open has a lead team'
              USING ERRCODE = 'check_violation', CONSTRAINT = 'open_items_have_a_lead_team';
          END IF;
          RETURN NULL;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.require_lead() FROM PUBLIC",
        "CREATE CONSTRAINT TRIGGER open_items_have_a_lead_team AFTER INSERT OR UPDATE ON careplans_action "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.accountable_team_id IS NOT NULL) "
        "EXECUTE FUNCTION app.require_lead()",
        "CREATE CONSTRAINT TRIGGER open_items_have_a_lead_team AFTER UPDATE ON neighbourhoods_caseloadentry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "WHEN (OLD.is_lead AND OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NOT NEW.is_lead)) "
        "EXECUTE FUNCTION app.require_lead()",
    ],
    [
        "DROP TRIGGER open_items_have_a_lead_team ON neighbourhoods_caseloadentry",
        "DROP TRIGGER open_items_have_a_lead_team ON careplans_action",
        "DROP FUNCTION app.require_lead()",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("careplans", "0001_initial"), ("neighbourhoods", "0002_gate")]
    operations = [
        residents_rows("careplans_careplan"),
        residents_rows("careplans_plansection"),
        residents_rows("careplans_sectionversion", web="SELECT, INSERT"),
        residents_rows("careplans_goal"),
        residents_rows("careplans_action"),
        residents_rows("careplans_additionalplan"),
        HAS_OPEN_ITEMS,
        REQUIRE_LEAD,
    ]
