"""What a merge brings, an objection of either of the two holds for: it keeps an organisation out of the record of both,
and covers what was frozen for it. Undone, each has what it had, with its own objections (IG-16)."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

MERGING = import_module("neighbourhoods.migrations.0042_merge_residents")
UNDOING = import_module("neighbourhoods.migrations.0043_unmerge")
FROZEN = import_module("referrals.migrations.0017_kept_from")
again = import_module("neighbourhoods.migrations.0084_kept_of_merged").again
(OLD_MERGE, *_), (OLD_UNMERGE, *_) = MERGING.MERGE.sql, UNDOING.UNMERGE.sql

STILL_THEIRS = MERGING.of_the_owner(
    f"""
    CREATE FUNCTION app.still_theirs(who uuid, kept uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$ SELECT EXISTS ({FROZEN.STILL_THEIRS}) $$
    """,
    "app.still_theirs(uuid, uuid)",
)
# As where an objection is upheld: what gives the organisation the record ends, unless it would be nobody's job then.
KEEPS_OUT = MERGING.of_the_owner(
    """
    CREATE FUNCTION app.merge_keeps_out(of uuid, who uuid) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      kept record; opened record; is_out boolean;
      ends text := $w$ended_at = app.present(), ended_reason = 'Withheld after an objection', is_lead = false$w$;
    BEGIN
      FOR kept IN
        SELECT DISTINCT ON (o.id) o.id, o.name, d.id AS decision FROM neighbourhoods_sharingdecision d
        JOIN neighbourhoods_organisation o ON o.id = d.organisation_id
        WHERE d.resident_id = who AND d.status IN ('upheld', 'partly') AND d.section = '' ORDER BY o.id, d.id
      LOOP
        IF app.still_theirs(who, kept.id) THEN
          RAISE EXCEPTION 'an upheld objection keeps this organisation out' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'kept_out_after_an_objection', DETAIL = kept.name;
        END IF;
        is_out := false;
        FOR opened IN
          SELECT 'neighbourhoods_caseloadentry' AS t, c.id, ends AS sets FROM neighbourhoods_caseloadentry c
            JOIN neighbourhoods_team t ON t.id = c.team_id AND t.organisation_id = kept.id
            WHERE c.resident_id = who AND c.ended_at IS NULL
          UNION ALL
          SELECT 'neighbourhoods_relationship', r.id, 'ended_at = app.present()' FROM neighbourhoods_relationship r
            JOIN neighbourhoods_team t ON t.id = r.team_id AND t.organisation_id = kept.id
            WHERE r.resident_id = who AND r.level = 'record' AND r.ended_at IS NULL
        LOOP
          PERFORM app.merge_changes(of, opened.t, opened.id, opened.sets, opened.id);
          is_out := true;
        END LOOP;
        IF is_out THEN PERFORM app.note('change', 'sharing.kept_out', who, 'objection', kept.decision, ''); END IF;
      END LOOP;
    END $$
    """,
    "app.merge_keeps_out(uuid, uuid)",
)
# Called with each objection in force of the survivor; what stood there comes back where the merge is undone.
COVERS = function(
    f"""
    CREATE FUNCTION app.merge_covers(of uuid, which uuid, kinds text[], plan boolean, asked boolean, said text)
    RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    #variable_conflict use_variable
    DECLARE who uuid; kept uuid; frozen record;
    BEGIN
      SELECT d.resident_id, d.organisation_id INTO who, kept
        FROM neighbourhoods_sharingdecision d JOIN neighbourhoods_merge m ON m.resident_id = d.resident_id
       WHERE d.id = which AND d.status IN ('upheld', 'partly') AND m.id = of AND m.undone_at IS NULL
         AND app.may_merge(d.resident_id);
      IF NOT FOUND THEN
        RAISE EXCEPTION 'an objection is followed by whoever merges' USING ERRCODE = 'insufficient_privilege';
      END IF;
      FOR frozen IN
        SELECT 'referrals_referral' AS t, 'card' AS c, r.id, r.card AS was, {FROZEN.CARD} AS covered
          FROM referrals_referral r JOIN neighbourhoods_service s ON s.id = r.service_id
         WHERE r.resident_id = who AND r.card ? 'banner' AND (kept IS NULL OR s.organisation_id = kept)
        UNION ALL
        SELECT 'referrals_handover', 'snapshot', h.id, h.snapshot, {FROZEN.SNAPSHOT}
          FROM referrals_handover h JOIN neighbourhoods_team t ON t.id = h.to_team_id
         WHERE h.resident_id = who AND h.snapshot ? 'taken_at' AND (kept IS NULL OR t.organisation_id = kept)
      LOOP
        CONTINUE WHEN frozen.was = frozen.covered;
        PERFORM app.merge_changes(of, frozen.t, frozen.id, format('%I = %L::jsonb', frozen.c, frozen.covered),
                                  frozen.id);
      END LOOP;
    END $$
    """,
    "app.merge_covers(uuid, uuid, text[], boolean, boolean, text)",
)
LAST_OF_MERGE = "PERFORM app.note('change', 'resident.merged', survivor, 'merge', made, why),"
LEADS = "PERFORM app.unmerge_leads(of, g.survivor_id), app.unmerge_leads(of, g.merged_id);"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0084_kept_of_merged"), ("referrals", "0017_kept_from")]
    operations = [
        STILL_THEIRS,
        KEEPS_OUT,
        COVERS,
        migrations.RunSQL(
            [
                (
                    again(
                        str(OLD_MERGE[0]),
                        (LAST_OF_MERGE, f"PERFORM app.merge_keeps_out(made, survivor);\n      {LAST_OF_MERGE}"),
                    ),
                    None,
                ),
                (
                    again(
                        str(OLD_UNMERGE[0]),
                        (
                            LEADS,
                            "PERFORM app.merge_keeps_out(of, g.survivor_id), app.merge_keeps_out(of, g.merged_id);\n"
                            f"      {LEADS}",
                        ),
                    ),
                    None,
                ),
            ],
            [(again(str(OLD_MERGE[0])), None), (again(str(OLD_UNMERGE[0])), None)],
        ),
    ]
