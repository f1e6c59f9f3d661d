"""In the list of who looked, a partner's system has its name."""

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
           coalesce(u.name, t.name{names}, 'The system')::text, a.role::text, coalesce(o.name, '')::text, a.reason
    FROM audit_auditentry a
    LEFT JOIN accounts_user u ON u.id = a.actor_id
    LEFT JOIN neighbourhoods_team t ON t.id = a.actor_id{joins}
    LEFT JOIN neighbourhoods_organisation o ON o.id = a.organisation_id
    WHERE a.resident_id = who AND a.kind = 'look'
      AND (app.sees(who) OR a.organisation_id = app.organisation_id())
    ORDER BY a.at DESC, a.id DESC LIMIT least(most, 500);
END $$
"""
PARTNER = "\n    LEFT JOIN neighbourhoods_apiclient p ON p.id = a.actor_id"


def written(names: str = "", joins: str = "") -> str:
    return ACCESS_LOG.replace("{names}", names).replace("{joins}", joins)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0010_caseload_by_name")]
    operations = [migrations.RunSQL([written(", p.name", PARTNER)], [written()])]
