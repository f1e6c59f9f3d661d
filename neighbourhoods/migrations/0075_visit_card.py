"""What a volunteer is shown of somebody whom their team helps: the minimum (IG-11), and each look is written down."""

from django.db import migrations

from carecoord.rowsecurity import function

# How to reach somebody who is restricted no row says (0017); whom to ring is the lead team's to answer.
VISIT_CARD = function(
    """
    CREATE FUNCTION app.visit_card(who uuid) RETURNS TABLE(
      id uuid, title text, given_name text, family_name text, preferred_name text, pronouns text, address_lines text[],
      postcode text, phone text, language text, interpreter_required boolean, preferred_contact_method text,
      died_on date, is_restricted boolean, lead_team text, lead_phone text, said jsonb
    )
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_id() IS NULL OR NOT app.visits(who) THEN RETURN; END IF;
      PERFORM app.note('look', 'visit_card.viewed', who, 'resident', who, '');
      RETURN QUERY
        SELECT r.id, r.title::text, r.given_name::text, r.family_name::text, r.preferred_name::text, r.pronouns::text,
               r.address_lines::text[], r.postcode::text, r.phone::text, r.language::text, r.interpreter_required,
               r.preferred_contact_method::text, r.died_on, r.is_restricted, t.name::text, t.phone::text,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(e.kind, coalesce(nullif(e.headline, ''), e.text))
                                          ORDER BY e.created_at, e.id), '[]')
                FROM neighbourhoods_entry e
                WHERE e.resident_id = who AND e.kind IN ('adjustment', 'social.access', 'risk.visitor')
                  AND e.seal = '' AND e.ended_at IS NULL
                  AND (e.event_until IS NULL OR e.event_until >= app.present()::date)
                  AND NOT app.withheld(e.resident_id, e.section, e.recorded_by_organisation_id))
        FROM neighbourhoods_resident r
        LEFT JOIN neighbourhoods_caseloadentry c ON c.resident_id = r.id AND c.is_lead AND c.ended_at IS NULL
        LEFT JOIN neighbourhoods_team t ON t.id = c.team_id
        WHERE r.id = who;
    END $$
    """,
    "app.visit_card(uuid)",
)
# Names alone, of whom a team was asked to help: it was told them with the item, as `app.identities` tells others more.
VISIT_NAMES = function(
    """
    CREATE FUNCTION app.visit_names(ids uuid[])
    RETURNS TABLE(id uuid, title text, given_name text, family_name text, died_on date, is_restricted boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      RETURN QUERY SELECT r.id, r.title::text, r.given_name::text, r.family_name::text, r.died_on, r.is_restricted
        FROM neighbourhoods_resident r
        WHERE r.id = ANY (ids[1:200]) AND EXISTS (
          SELECT 1 FROM neighbourhoods_relationship x
          WHERE x.resident_id = r.id AND x.team_id = ANY ((SELECT app.teams())::uuid[]));
    END $$
    """,
    "app.visit_names(uuid[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0074_volunteers_open_no_record")]
    operations = [VISIT_CARD, VISIT_NAMES]
