"""Merging: every row that names the one resident names the other, and what was changed is written down to be undone.

Which tables, and of what a resident has only one, `app.merge_rules()` says. No right of the web's role is wider for it.
"""

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB, function


def of_the_owner(create: str, name: str) -> migrations.RunSQL:
    """A function that others of the owner call; nobody else."""
    return migrations.RunSQL(
        [(create.strip().rstrip(";"), None), (f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC", None)],
        f"DROP FUNCTION {name}",
    )


# What an entry says stays as it was written; whose record it stands in is for the owner's functions to say.
ENDS = "ends text[] := '{ended_at,ended_by_name,ended_reason,error_at,error_reason,updated_at,version}';"
ONLY_ENDS = """
CREATE OR REPLACE FUNCTION app.only_ends() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE {ends}
BEGIN
{before}  IF to_jsonb(NEW) - ends IS DISTINCT FROM to_jsonb(OLD) - ends THEN
    RAISE EXCEPTION 'an entry says what was written: end it, and write another that supersedes it'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
MOVED_BY_OWNER = f"  IF current_user NOT IN ('{WEB}', '{SYSTEM}') THEN ends := ends || 'resident_id'::text; END IF;\n"
MOVES_ENTRIES = migrations.RunSQL(
    ONLY_ENDS.format(ends=ENDS, before=MOVED_BY_OWNER), ONLY_ENDS.format(ends=ENDS, before="")
)

# Both ways to find them: by the name of the column, and by what it points at.
COLUMNS = of_the_owner(
    """
    CREATE FUNCTION app.resident_columns() RETURNS TABLE(table_name text, column_name text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT f.t, f.c FROM (
        SELECT c.table_name::text AS t, c.column_name::text AS c FROM information_schema.columns c
          JOIN information_schema.tables b USING (table_schema, table_name)
          WHERE c.table_schema = 'public' AND b.table_type = 'BASE TABLE' AND c.column_name = 'resident_id'
        UNION
        SELECT r.relname::text, a.attname::text FROM pg_constraint k
          JOIN pg_class r ON r.oid = k.conrelid
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
          WHERE k.contype = 'f' AND k.confrelid = 'public.neighbourhoods_resident'::regclass
      ) f WHERE NOT app.merge_rules() -> 'stays' ? (f.t || '.' || f.c) ORDER BY 1, 2
    $$
    """,
    "app.resident_columns()",
)

# A team lead, or the place's front door, who has the record by a relationship: not in an emergency, and no system.
MAY_MERGE = function(
    """
    CREATE FUNCTION app.may_merge(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT coalesce(app.actor_kind() = 'person' AND app.membership_id() IS NOT NULL
        AND EXISTS (
          SELECT 1 FROM neighbourhoods_relationship r
          WHERE r.resident_id = who AND r.ended_at IS NULL AND r.level = 'record'
            AND (r.expires_at IS NULL OR r.expires_at > app.present()) AND r.team_id = ANY (app.teams()))
        AND (EXISTS (SELECT 1 FROM neighbourhoods_place p WHERE p.front_door_id = ANY (app.teams()))
          OR EXISTS (
            SELECT 1 FROM neighbourhoods_membershipteam l JOIN neighbourhoods_team t ON t.id = l.team_id
            WHERE l.membership_id = app.membership_id() AND l.is_lead AND t.ended_at IS NULL
              AND l.team_id = ANY (app.teams()))), false)
    $$
    """,
    "app.may_merge(uuid)",
)

# `other` is the row that o stands for in `sets`. What is the same afterwards is not written down.
CHANGE = of_the_owner(
    """
    CREATE FUNCTION app.merge_changes(of uuid, tbl text, what uuid, sets text, other uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE was jsonb; now jsonb;
    BEGIN
      EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', tbl) INTO was USING what;
      IF was ? 'version' THEN sets := sets || ', version = w.version + 1, updated_at = app.present()'; END IF;
      EXECUTE format('UPDATE %1$I w SET %2$s FROM %1$I o WHERE w.id = $1 AND o.id = $2', tbl, sets) USING what, other;
      EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', tbl) INTO now USING what;
      INSERT INTO neighbourhoods_mergechange (id, merge_id, kind, table_name, row_id, before, after)
      SELECT app.new_id(), of, 'changed', tbl, what, jsonb_object_agg(k.key, k.value),
             jsonb_object_agg(k.key, now -> k.key)
      FROM jsonb_each(was) k
      WHERE k.key NOT IN ('version', 'updated_at') AND k.value IS DISTINCT FROM now -> k.key
      HAVING count(*) > 0;
    END $$
    """,
    "app.merge_changes(uuid, text, uuid, text, uuid)",
)

# Of what a resident has one at a time, one row stands and the other ends, with the relationships that it had opened.
SETTLE = of_the_owner(
    """
    CREATE FUNCTION app.merge_settles(of uuid, survivor uuid, merged uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE rule jsonb; hang jsonb; two record; stands uuid; ends uuid; opened uuid;
    BEGIN
      FOR rule IN SELECT * FROM jsonb_array_elements(app.merge_rules() -> 'one_at_a_time') LOOP
        FOR two IN EXECUTE format(
          'SELECT s.id AS one, m.id AS other, (%4$s) AS is_first
           FROM (SELECT * FROM %1$I WHERE resident_id = $1 AND (%2$s)) s
           JOIN (SELECT * FROM %1$I WHERE resident_id = $2 AND (%2$s)) m ON %3$s ORDER BY s.id, m.id',
          rule ->> 'table', rule ->> 'live',
          coalesce((SELECT string_agg(format('s.%1$I = m.%1$I', c), ' AND ')
                    FROM jsonb_array_elements_text(rule -> 'same') c), 'true'),
          rule ->> 'stands') USING survivor, merged
        LOOP
          stands := CASE WHEN two.is_first THEN two.one ELSE two.other END;
          ends := CASE WHEN two.is_first THEN two.other ELSE two.one END;
          IF rule -> 'takes' <> '{}' THEN
            PERFORM app.merge_changes(of, rule ->> 'table', stands,
              (SELECT string_agg(format('%I = %s', t.key, t.value), ', ')
               FROM jsonb_each_text(rule -> 'takes') t), ends);
          END IF;
          PERFORM app.merge_changes(of, rule ->> 'table', ends,
            (SELECT string_agg(format('%I = %s', t.key, t.value), ', ')
             FROM jsonb_each_text(rule -> 'ends') t), stands);
          IF rule -> 'ends' ? 'ended_at' THEN
            FOR opened IN SELECT r.id FROM neighbourhoods_relationship r WHERE r.source_id = ends AND r.ended_at IS NULL
            LOOP
              PERFORM app.merge_changes(of, 'neighbourhoods_relationship', opened, 'ended_at = app.present()', opened);
            END LOOP;
          END IF;
          FOR hang IN SELECT * FROM jsonb_array_elements(rule -> 'hangs') LOOP
            EXECUTE format(
              'WITH hung AS (UPDATE %1$I c SET %2$I = $1 WHERE c.%2$I = $2 AND %3$s RETURNING c.id)
               INSERT INTO neighbourhoods_mergechange (id, merge_id, kind, table_name, row_id, before, after)
               SELECT app.new_id(), $3, ''hung'', %4$L, h.id, jsonb_build_object(%5$L, $2), jsonb_build_object(%5$L, $1)
               FROM hung h',
              hang ->> 'table', hang ->> 'column',
              CASE WHEN hang ->> 'unless_same' = '' THEN 'true' ELSE format(
                'NOT EXISTS (SELECT 1 FROM %1$I d WHERE d.%2$I = $1 AND d.%3$I = c.%3$I)',
                hang ->> 'table', hang ->> 'column', hang ->> 'unless_same') END,
              hang ->> 'table', hang ->> 'column') USING stands, ends, of;
          END LOOP;
        END LOOP;
      END LOOP;
    END $$
    """,
    "app.merge_settles(uuid, uuid, uuid)",
)

# What the survivor's own row says from now on. Whoever of both is restricted, nothing of it leads to them (IG-20).
FACTS = of_the_owner(
    """
    CREATE FUNCTION app.merge_facts(s jsonb, m jsonb, chosen text[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE fact record; patch jsonb := '{}'; nothing text[] := ARRAY['null', '""', '[]', '"unknown"']; one text;
    BEGIN
      FOR fact IN SELECT f.key, f.value AS columns, f.value ->> 0 AS first
                  FROM jsonb_each(app.merge_rules() -> 'facts') f LOOP
        IF fact.key = ANY (chosen)
           OR ((s -> fact.first)::text = ANY (nothing) AND NOT (m -> fact.first)::text = ANY (nothing)) THEN
          SELECT patch || coalesce(jsonb_object_agg(c, m -> c), '{}') INTO patch
            FROM jsonb_array_elements_text(fact.columns) c WHERE m ? c;
        END IF;
      END LOOP;
      FOR one IN SELECT * FROM jsonb_array_elements_text(app.merge_rules() -> 'joined') LOOP
        IF s ? one THEN
          patch := patch || jsonb_build_object(one, (
            SELECT coalesce(jsonb_agg(DISTINCT e ORDER BY e), '[]')
            FROM jsonb_array_elements((s -> one) || (m -> one)) e));
        END IF;
      END LOOP;
      FOR one IN SELECT * FROM jsonb_array_elements_text(app.merge_rules() -> 'either') LOOP
        IF s ? one THEN patch := patch || jsonb_build_object(one, (s ->> one)::boolean OR (m ->> one)::boolean); END IF;
      END LOOP;
      IF s ->> 'nhs_number' IS DISTINCT FROM m ->> 'nhs_number' AND m ->> 'nhs_number' IS NOT NULL
         AND (s ->> 'nhs_number' IS NULL
              OR (m ->> 'nhs_number_status' = '01' AND s ->> 'nhs_number_status' <> '01')
              OR ('nhs_number' = ANY (chosen) AND s ->> 'nhs_number_status' <> '01')) THEN
        patch := patch || jsonb_build_object(
          'nhs_number', m -> 'nhs_number', 'nhs_number_status', m -> 'nhs_number_status',
          'nhs_number_unavailable_reason', m -> 'nhs_number_unavailable_reason');
      END IF;
      IF (s ->> 'is_restricted')::boolean OR (m ->> 'is_restricted')::boolean THEN
        patch := patch || '{"is_restricted": true, "address_lines": [], "postcode": "", "phone": "", "email": "",
                            "gp_practice_id": null}';
      END IF;
      RETURN patch;
    END $$
    """,
    "app.merge_facts(jsonb, jsonb, text[])",
)
SETS = of_the_owner(
    """
    CREATE FUNCTION app.merge_sets(patch jsonb) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT string_agg(format('%1$I = (jsonb_populate_record(w, %2$L::jsonb)).%1$I', k, patch), ', ')
      FROM jsonb_object_keys(patch) k
    $$
    """,
    "app.merge_sets(jsonb)",
)

# A name or a number that is the person's too, and stands in no row of a resident from now on.
KEEP_DETAIL = of_the_owner(
    """
    CREATE FUNCTION app.merge_keeps(of uuid, who uuid, what text, as_use text, said text, content jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE made uuid := app.new_id();
    BEGIN
      INSERT INTO neighbourhoods_residentdetail
        (id, created_at, updated_at, version, resident_id, kind, use, value, data, source, recorded_by_id,
         recorded_by_name, recorded_by_organisation_id, ended_by_name, ended_reason)
        SELECT made, app.present(), app.present(), 1, who, what, as_use, left(said, 255), content, 'merge',
               app.membership_id(), m.by_name, app.organisation_id(), '', ''
        FROM neighbourhoods_merge m WHERE m.id = of
        ON CONFLICT DO NOTHING;
      IF FOUND THEN
        INSERT INTO neighbourhoods_mergechange (id, merge_id, kind, table_name, row_id)
          VALUES (app.new_id(), of, 'made', 'neighbourhoods_residentdetail', made);
      END IF;
    END $$
    """,
    "app.merge_keeps(uuid, uuid, text, text, text, jsonb)",
)

# Gives what stands in the way, or nothing. Both rows are locked in one order: of two who merge the same, one does.
MERGE = function(
    """
    CREATE FUNCTION app.merge(made uuid, survivor uuid, merged uuid, why text, chosen text[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE s jsonb; m jsonb; patch jsonb; rule jsonb; place record; is_two boolean; opened uuid;
    BEGIN
      IF survivor = merged OR length(trim(coalesce(why, ''))) < 3 THEN
        RAISE EXCEPTION 'a merge needs two residents and a reason' USING ERRCODE = 'invalid_parameter_value';
      END IF;
      PERFORM 1 FROM neighbourhoods_resident r WHERE r.id IN (survivor, merged) ORDER BY r.id FOR UPDATE;
      SELECT to_jsonb(r) INTO s FROM neighbourhoods_resident r WHERE r.id = survivor;
      SELECT to_jsonb(r) INTO m FROM neighbourhoods_resident r WHERE r.id = merged;
      IF s ->> 'merged_into_id' IS NOT NULL OR m ->> 'merged_into_id' IS NOT NULL THEN RETURN 'merged_already'; END IF;
      IF NOT (app.may_merge(survivor) AND app.may_merge(merged)) THEN RETURN 'not_yours'; END IF;
      IF s ->> 'nhs_number_status' = '01' AND m ->> 'nhs_number_status' = '01'
         AND s ->> 'nhs_number' <> m ->> 'nhs_number' THEN RETURN 'two_numbers'; END IF;
      FOR rule IN SELECT * FROM jsonb_array_elements(app.merge_rules() -> 'refuses') LOOP
        EXECUTE format(
          'SELECT EXISTS (SELECT %2$s FROM %1$I WHERE resident_id = $1 AND (%3$s)
                          INTERSECT SELECT %2$s FROM %1$I WHERE resident_id = $2 AND (%3$s))',
          rule ->> 'table', rule ->> 'same', rule ->> 'live') INTO is_two USING survivor, merged;
        IF is_two THEN RETURN rule ->> 'constraint'; END IF;
      END LOOP;

      INSERT INTO neighbourhoods_merge
        (id, created_at, updated_at, version, resident_id, survivor_id, merged_id, merged_name, reason, at, by_id,
         by_name, by_organisation_id, is_restricted, undone_by_name, undone_reason)
        VALUES (made, app.present(), app.present(), 1, survivor, survivor, merged,
                upper(m ->> 'family_name') || ', ' || (m ->> 'given_name'), left(trim(why), 200), app.present(),
                app.membership_id(), coalesce((SELECT u.name FROM accounts_user u WHERE u.id = app.actor_id()), ''),
                app.organisation_id(), (s ->> 'is_restricted')::boolean OR (m ->> 'is_restricted')::boolean, '', '');
      INSERT INTO neighbourhoods_mergechange (id, merge_id, kind, table_name, row_id, before)
        VALUES (app.new_id(), made, 'snapshot', 'neighbourhoods_resident', survivor, s),
               (app.new_id(), made, 'snapshot', 'neighbourhoods_resident', merged, m);
      PERFORM app.merge_settles(made, survivor, merged);

      -- The old row is closed before the survivor takes its number.
      PERFORM app.merge_changes(made, 'neighbourhoods_resident', merged, app.merge_sets(jsonb_build_object(
        'merged_into_id', survivor, 'nhs_number', null, 'is_restricted', true, 'address_lines', '[]'::jsonb,
        'postcode', '', 'phone', '', 'email', '', 'gp_practice_id', null, 'search_keys', '[]'::jsonb)), merged);
      patch := app.merge_facts(s, m, chosen);
      PERFORM app.merge_changes(made, 'neighbourhoods_resident', survivor, app.merge_sets(patch), survivor);
      IF m ->> 'nhs_number' <> s ->> 'nhs_number' THEN
        PERFORM app.merge_keeps(made, survivor, 'identifier', 'nhs-superseded', n.number,
                                jsonb_build_object('written', n.number, 'assigner', ''))
        FROM (SELECT CASE WHEN patch ? 'nhs_number' THEN s ->> 'nhs_number' ELSE m ->> 'nhs_number' END AS number) n;
      END IF;
      IF m ->> 'sort_name' <> s ->> 'sort_name' THEN
        PERFORM app.merge_keeps(made, survivor, 'name', 'old', n.o ->> 'sort_name', jsonb_build_object(
          'family', n.o -> 'family_name', 'given', n.o -> 'given_name', 'title', n.o -> 'title'))
        FROM (SELECT CASE WHEN patch ? 'sort_name' THEN s ELSE m END AS o) n;
      END IF;

      FOR place IN SELECT * FROM app.resident_columns() LOOP
        EXECUTE format(
          'WITH moved AS (UPDATE %1$I t SET %2$I = $1 WHERE t.%2$I = $2 RETURNING t.id)
           INSERT INTO neighbourhoods_mergechange (id, merge_id, kind, table_name, row_id, before, after)
           SELECT app.new_id(), $3, ''moved'', %3$L, m.id, jsonb_build_object(%4$L, $2), jsonb_build_object(%4$L, $1)
           FROM moved m', place.table_name, place.column_name, place.table_name, place.column_name)
          USING survivor, merged, made;
      END LOOP;
      -- Whoever has a neighbourhood is on nobody's list of people not yet placed.
      FOR opened IN
        SELECT r.id FROM neighbourhoods_relationship r JOIN neighbourhoods_resident p ON p.id = r.resident_id
        WHERE r.resident_id = survivor AND r.source_kind = 'front_door' AND r.ended_at IS NULL
          AND p.neighbourhood_id IS NOT NULL LOOP
        PERFORM app.merge_changes(made, 'neighbourhoods_relationship', opened, 'ended_at = app.present()', opened);
      END LOOP;
      PERFORM app.note('change', 'resident.merged', survivor, 'merge', made, why),
              app.note('change', 'resident.merged_away', merged, 'merge', made, why);
      RETURN '';
    END $$
    """,
    "app.merge(uuid, uuid, uuid, text, text[])",
)


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0041_merge_rules"),
        ("careplans", "0009_past_rows"),
        ("referrals", "0014_past_rows"),
    ]
    operations = [MOVES_ENTRIES, COLUMNS, MAY_MERGE, CHANGE, SETTLE, FACTS, SETS, KEEP_DETAIL, MERGE]
