"""In the list of who looked, each look has its reason: the relationship that the looker's teams held at that moment."""

from django.db import migrations

ACCESS_LOG = """
CREATE OR REPLACE FUNCTION app.access_log(who uuid, most integer)
RETURNS TABLE(at timestamptz, kind text, verb text, actor_name text, role text, organisation_name text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF app.actor_id() IS NULL OR NOT (app.sees(who) OR app.role() = 'privacy_officer') THEN
    RAISE EXCEPTION 'the access log is for those who see the resident' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM app.note('look', 'access_log.read', who, 'resident', who, '');
  RETURN QUERY
    SELECT a.at, a.kind::text, a.verb::text,
           coalesce(u.name, t.name, p.name, 'The system')::text, a.role::text, coalesce(o.name, '')::text, {reason}
    FROM audit_auditentry a
    LEFT JOIN accounts_user u ON u.id = a.actor_id
    LEFT JOIN neighbourhoods_team t ON t.id = a.actor_id
    LEFT JOIN neighbourhoods_apiclient p ON p.id = a.actor_id
    LEFT JOIN neighbourhoods_organisation o ON o.id = a.organisation_id
    WHERE a.resident_id = who AND a.kind = 'look'
      AND (app.sees(who) OR a.organisation_id = app.organisation_id())
    ORDER BY a.at DESC, a.id DESC LIMIT least(most, 500);
END $$
"""
# The reason that says most, a claim only where nothing else has opened the record, the card only where nothing has.
WHY = """coalesce(nullif(a.reason, ''), (
             SELECT coalesce(nullif(r.reason, ''),
                             CASE r.source_kind WHEN 'caseload' THEN 'On the caseload of their team'
                                                WHEN 'registration' THEN 'Registered by their team' ELSE '' END)
             FROM neighbourhoods_relationship r
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
                      r.started_at DESC LIMIT 1), '')"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0013_own_by_name")]
    operations = [
        migrations.RunSQL([ACCESS_LOG.replace("{reason}", WHY)], [ACCESS_LOG.replace("{reason}", "a.reason")])
    ]
