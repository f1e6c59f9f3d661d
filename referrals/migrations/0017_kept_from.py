"""What an upheld objection keeps of referrals and handovers from an organisation, and what happens when it is upheld
(IG-16): cards and snapshots that it has been shown no longer say it; kept out altogether, it loses the record."""

from django.db import migrations

from carecoord.rowsecurity import function, shared_in_part

OWN = ["from_team_id", "to_team_id"]
# `kinds` are those of entries that are withheld, `plan` and `asked` whether the plan and referrals are; in their place
# stands `said`.
CARD = """
    r.card || jsonb_build_object(
      'banner', (SELECT coalesce(jsonb_object_agg(b.key, CASE WHEN b.key = ANY (kinds)
                                                              THEN jsonb_build_array(said) ELSE b.value END), '{}')
                 FROM jsonb_each(r.card -> 'banner') AS b),
      'most_important', CASE WHEN plan AND r.card ->> 'most_important' <> '' THEN to_jsonb(said)
                             ELSE r.card -> 'most_important' END)
"""
SNAPSHOT = """
    h.snapshot || jsonb_build_object(
      'facts', (SELECT coalesce(jsonb_agg(CASE WHEN f.value ->> 'kind' = ANY (kinds)
                                               THEN f.value || jsonb_build_object('text', said)
                                               ELSE f.value END ORDER BY f.ordinality), '[]')
                FROM jsonb_array_elements(h.snapshot -> 'facts') WITH ORDINALITY AS f),
      'goals', CASE WHEN plan AND h.snapshot -> 'goals' <> '[]' THEN jsonb_build_array(said)
                    ELSE h.snapshot -> 'goals' END,
      'elsewhere', (SELECT coalesce(jsonb_agg(CASE WHEN plan OR asked
                                                   THEN e.value || jsonb_build_object('title', said)
                                                   ELSE e.value END ORDER BY e.ordinality), '[]')
                    FROM jsonb_array_elements(h.snapshot -> 'elsewhere') WITH ORDINALITY AS e))
"""
# What nobody else would see to, if the organisation were kept out: then it is not.
STILL_THEIRS = """
    SELECT 1 FROM neighbourhoods_team t
    WHERE t.organisation_id = kept AND (
      app.has_open_items_of(who, t.id)
      OR EXISTS (SELECT 1 FROM neighbourhoods_caseloadentry c
                 WHERE c.resident_id = who AND c.team_id = t.id AND c.is_lead AND c.ended_at IS NULL)
      OR EXISTS (SELECT 1 FROM neighbourhoods_encounter v
                 WHERE v.resident_id = who AND v.team_id = t.id AND v.status = 'planned')
      OR EXISTS (SELECT 1 FROM neighbourhoods_carepackage p
                 WHERE p.resident_id = who AND p.team_id = t.id AND p.status <> 'ended')
      OR EXISTS (SELECT 1 FROM careplans_careplan l
                 WHERE l.resident_id = who AND l.review_team_id = t.id AND l.ended_at IS NULL))
"""
ENFORCE = function(
    f"""
    CREATE FUNCTION app.enforce_objection(which uuid, kinds text[], plan boolean, asked boolean, said text)
    RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    #variable_conflict use_variable
    DECLARE who uuid; kept uuid; part text;
    BEGIN
      SELECT d.resident_id, d.organisation_id, d.section INTO who, kept, part
        FROM neighbourhoods_sharingdecision d
       WHERE d.id = which AND d.status IN ('upheld', 'partly') AND d.decider_team_id = ANY (app.teams());
      IF NOT FOUND THEN
        RAISE EXCEPTION 'an objection is enforced by those who upheld it' USING ERRCODE = 'insufficient_privilege';
      END IF;
      UPDATE referrals_referral r SET card = {CARD}
        FROM neighbourhoods_service s
       WHERE r.resident_id = who AND s.id = r.service_id AND r.card ? 'banner'
         AND (kept IS NULL OR s.organisation_id = kept);
      UPDATE referrals_handover h SET snapshot = {SNAPSHOT}
        FROM neighbourhoods_team t
       WHERE h.resident_id = who AND t.id = h.to_team_id AND h.snapshot ? 'taken_at'
         AND (kept IS NULL OR t.organisation_id = kept);
      IF part <> '' OR kept IS NULL THEN RETURN true; END IF;
      IF EXISTS ({STILL_THEIRS}) THEN RETURN false; END IF;
      UPDATE neighbourhoods_caseloadentry c
         SET ended_at = app.present(), ended_reason = said, updated_at = app.present(), version = c.version + 1
        FROM neighbourhoods_team t
       WHERE c.resident_id = who AND c.ended_at IS NULL AND t.id = c.team_id AND t.organisation_id = kept;
      UPDATE neighbourhoods_relationship x SET ended_at = app.present()
        FROM neighbourhoods_team t
       WHERE x.resident_id = who AND x.level = 'record' AND x.ended_at IS NULL
         AND t.id = x.team_id AND t.organisation_id = kept;
      PERFORM app.note('change', 'sharing.kept_out', who, 'objection', which, '');
      RETURN true;
    END $$
    """,
    "app.enforce_objection(uuid, text[], boolean, boolean, text)",
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0015_without_the_exact_inbox"), ("careplans", "0011_kept_from")]
    operations = [
        shared_in_part("referrals_referral", "referrals", teams=OWN),
        shared_in_part("referrals_handover", "referrals", teams=OWN),
        ENFORCE,
    ]
