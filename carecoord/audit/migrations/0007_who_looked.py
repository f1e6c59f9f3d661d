"""Who looked, page by page for staff and by day for the resident (IG-28). Reading either is written down (IG-30).

`app.access_log` stays for the code of the landing before.
"""

from django.db import migrations

from carecoord.rowsecurity import function

# Each look with the relationship that the looker's teams held at that moment: the one that says most, a claim only
# where nothing else has opened the record, the card only where nothing has.
LOOKS_OF = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.looks_of(who uuid, since timestamptz, before_at timestamptz, before_id uuid,
                                     of_organisation uuid, most integer)
        RETURNS TABLE(id uuid, at timestamptz, verb text, actor_kind text, actor_name text, role text,
                      organisation_name text, cause text, reason text, purpose text)
        LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
          SELECT a.id, a.at, a.verb::text, a.actor_kind::text, coalesce(u.name, t.name, p.name, 'The system')::text,
                 a.role::text, coalesce(o.name, '')::text,
                 coalesce(w.source_kind, CASE WHEN e.said IS NOT NULL THEN 'emergency' END, '')::text,
                 coalesce(nullif(a.reason, ''), nullif(w.reason, ''),
                          CASE w.source_kind WHEN 'caseload' THEN 'On the caseload of their team'
                                             WHEN 'registration' THEN 'Registered by their team' END,
                          e.said, '')::text,
                 a.purpose::text
          FROM audit_auditentry a
          LEFT JOIN accounts_user u ON u.id = a.actor_id
          LEFT JOIN neighbourhoods_team t ON t.id = a.actor_id
          LEFT JOIN neighbourhoods_apiclient p ON p.id = a.actor_id
          LEFT JOIN neighbourhoods_organisation o ON o.id = a.organisation_id
          LEFT JOIN LATERAL (
            SELECT r.source_kind, r.reason FROM neighbourhoods_relationship r
            WHERE r.resident_id = who AND r.started_at <= a.at AND (r.ended_at IS NULL OR r.ended_at >= a.at)
              AND (r.expires_at IS NULL OR r.expires_at > a.at)
              AND (r.team_id = a.actor_id
                   OR r.team_id IN (SELECT l.team_id FROM neighbourhoods_membershipteam l
                                    WHERE l.membership_id = a.membership_id)
                   OR r.team_id IN (SELECT c.team_id FROM neighbourhoods_apiclient_teams c
                                    WHERE c.apiclient_id = a.actor_id))
            ORDER BY r.level = 'record' DESC,
                     array_position(ARRAY['caseload', 'handover', 'registration', 'front_door', 'referral', 'action',
                                          'import', 'claim'], r.source_kind::text),
                     r.started_at DESC LIMIT 1) w ON true
          -- The ground of an emergency stands where no relationship had opened the record.
          LEFT JOIN LATERAL (
            SELECT 'Emergency access: ' || CASE g.ground
                     WHEN 'best_interests' THEN 'they cannot give permission, and it is in their best interests'
                     WHEN 'law' THEN 'the law requires it' ELSE 'serious risk to others' END AS said
            FROM neighbourhoods_emergencyaccess g
            WHERE w.source_kind IS NULL AND g.resident_id = who AND g.actor_id = a.actor_id
              AND g.membership_id = a.membership_id
              AND g.opened_at <= a.at AND g.until > a.at AND (g.ended_at IS NULL OR g.ended_at >= a.at)
            ORDER BY g.opened_at DESC LIMIT 1) e ON true
          WHERE a.resident_id = who AND a.kind = 'look'
            AND (since IS NULL OR a.at >= since)
            AND (before_at IS NULL OR (a.at, a.id) < (before_at, before_id))
            AND (of_organisation IS NULL OR a.organisation_id = of_organisation)
          ORDER BY a.at DESC, a.id DESC LIMIT most
        $$
        """,
        "REVOKE ALL ON FUNCTION app.looks_of(uuid, timestamptz, timestamptz, uuid, uuid, integer) FROM PUBLIC",
    ],
    ["DROP FUNCTION app.looks_of(uuid, timestamptz, timestamptz, uuid, uuid, integer)"],
)
# For those who see the resident, and, of their own organisation's looks, for privacy officers. An entry that is not
# there begins at the latest.
LOOKS = function(
    """
    CREATE FUNCTION app.looks(who uuid, before uuid, most integer)
    RETURNS TABLE(id uuid, at timestamptz, verb text, actor_name text, role text, organisation_name text, reason text,
                  purpose text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE is_seen boolean := app.sees(who); before_at timestamptz;
    BEGIN
      IF app.actor_id() IS NULL OR NOT (is_seen OR app.role() = 'privacy_officer') THEN
        RAISE EXCEPTION 'the access log is for those who see the resident' USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM app.note('look', 'access_log.read', who, 'resident', who, '');
      SELECT a.at INTO before_at FROM audit_auditentry a WHERE a.id = before AND a.resident_id = who;
      RETURN QUERY
        SELECT l.id, l.at, l.verb, l.actor_name, l.role, l.organisation_name, l.reason, l.purpose
        FROM app.looks_of(who, NULL, before_at, before, CASE WHEN NOT is_seen THEN app.organisation_id() END,
                          least(most, 500)) l;
    END $$
    """,
    "app.looks(uuid, uuid, integer)",
)
# For the resident's statement: which organisation, in which role, on which day, for which cause; nobody's name, and
# none of the words in which somebody gave a reason. Who has only met the card that asks for one is told apart.
BY_DAY = function(
    """
    CREATE FUNCTION app.looks_by_day(who uuid, since timestamptz, zone text)
    RETURNS TABLE(day date, organisation_name text, actor_kind text, role text, cause text, of_identity boolean,
                  looks bigint, first_at timestamptz, last_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_id() IS NULL OR NOT app.sees(who) THEN
        RAISE EXCEPTION 'the access log is for those who see the resident' USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM app.note('look', 'access_log.read', who, 'resident', who, '');
      RETURN QUERY
        SELECT (l.at AT TIME ZONE zone)::date, l.organisation_name, l.actor_kind, l.role, l.cause,
               l.verb IN ('resident.found', 'resident.interrupted'), count(*), min(l.at), max(l.at)
        FROM app.looks_of(who, since, NULL, NULL, NULL, NULL) l
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 1 DESC, 9 DESC, 4, 5, 6;
    END $$
    """,
    "app.looks_by_day(uuid, timestamptz, text)",
)


class Migration(migrations.Migration):
    # The functions read tables of neighbourhoods and accounts when they are called.
    dependencies = [("audit", "0006_turn_indexed"), ("neighbourhoods", "0032_opened_seals")]
    operations = [LOOKS_OF, LOOKS, BY_DAY]
