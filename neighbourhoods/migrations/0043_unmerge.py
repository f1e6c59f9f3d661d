"""Undoing a merge by stated rules (neighbourhoods/README.md): what goes back, what goes with it, and what stays."""

from importlib import import_module

from django.db import migrations

from carecoord.rowsecurity import function

of_the_owner = import_module("neighbourhoods.migrations.0042_merge_residents").of_the_owner

# `back` are rows that the merge brought, `hangs` rows written since that hang from one of those, `stays` what else was
# written since. `also` are rows that somebody wants to go. Ids are unique among all tables.
PLAN = of_the_owner(
    """
    CREATE FUNCTION app.unmerge_plan(of uuid, also uuid[]) RETURNS TABLE(table_name text, row_id uuid, part text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      g neighbourhoods_merge; place record; going uuid[]; hanging uuid[] := '{}'; since uuid[] := '{}';
      found uuid[]; brought uuid[];
      before integer := -1; tables text[] := '{}'; ids uuid[] := '{}'; parts text[] := '{}';
    BEGIN
      SELECT * INTO g FROM neighbourhoods_merge m WHERE m.id = of;
      SELECT coalesce(array_agg(c.row_id), '{}') INTO going FROM neighbourhoods_mergechange c
        WHERE c.merge_id = of AND c.kind = 'moved' AND c.after ? 'resident_id';
      -- What was written since, by table; not what another merge has brought.
      SELECT coalesce(array_agg(c.row_id), '{}') INTO brought FROM neighbourhoods_mergechange c
        JOIN neighbourhoods_merge m ON m.id = c.merge_id
        WHERE m.resident_id = g.survivor_id AND m.undone_at IS NULL AND m.id <> of AND c.kind = 'moved';
      FOR place IN
        SELECT r.table_name AS t,
               CASE WHEN bool_or(c.column_name = 'created_at') THEN 'created_at' ELSE 'started_at' END AS at,
               coalesce((
                 SELECT array_agg(a.attname::text) FROM pg_constraint k
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND k.conrelid = ('public.' || quote_ident(r.table_name))::regclass
                   AND a.attname <> 'resident_id'), '{}')
               || coalesce((
                 SELECT array_agg(split_part(h, '.', 2))
                 FROM jsonb_array_elements_text(app.merge_rules() -> 'hangs_from') h
                 WHERE split_part(h, '.', 1) = r.table_name), '{}') AS parents
        FROM app.resident_columns() r
        JOIN information_schema.columns c ON c.table_schema = 'public' AND c.table_name = r.table_name
        WHERE r.column_name = 'resident_id' AND c.column_name IN ('created_at', 'started_at')
        GROUP BY r.table_name ORDER BY r.table_name
      LOOP
        FOR found IN EXECUTE format(
          'SELECT ARRAY[t.id] || array_remove(ARRAY[%3$s]::uuid[], NULL) FROM %1$I t
           WHERE t.resident_id = $1 AND t.%2$I > $2 AND NOT t.id = ANY ($3 || $4) ORDER BY t.%2$I, t.id',
          place.t, place.at, (SELECT string_agg(format('t.%I', p), ', ') FROM unnest(place.parents) p))
          USING g.survivor_id, g.at, going, brought
        LOOP
          tables := tables || place.t;
          ids := ids || found[1];
          -- Its parents, as text: arrays of arrays are of one length only.
          parts := parts || array_to_string(found[2:], ',');
        END LOOP;
      END LOOP;
      going := going || ARRAY(SELECT i FROM unnest(ids) i WHERE i = ANY (also));
      hanging := ARRAY(SELECT i FROM unnest(ids) i WHERE i = ANY (also));
      WHILE cardinality(hanging) > before LOOP
        before := cardinality(hanging);
        SELECT coalesce(array_agg(w.id), '{}') INTO found FROM unnest(ids, parts) AS w(id, parents)
          WHERE NOT w.id = ANY (going) AND string_to_array(nullif(w.parents, ''), ',')::uuid[] && going;
        going := going || found;
        hanging := hanging || found;
      END LOOP;
      SELECT coalesce(array_agg(w.id), '{}') INTO since FROM unnest(tables, ids) AS w(t, id)
        WHERE NOT w.id = ANY (going) AND NOT app.merge_rules() -> 'silent' ? w.t
          AND NOT EXISTS (SELECT 1 FROM neighbourhoods_mergechange c
                          WHERE c.merge_id = of AND c.kind = 'made' AND c.row_id = w.id);
      RETURN QUERY
        SELECT c.table_name::text, c.row_id, 'back' FROM neighbourhoods_mergechange c
          WHERE c.merge_id = of AND c.kind = 'moved' AND c.after ? 'resident_id'
        UNION ALL
        SELECT w.t, w.id, 'hangs' FROM unnest(tables, ids) AS w(t, id) WHERE w.id = ANY (hanging)
        UNION ALL
        SELECT w.t, w.id, 'stays' FROM unnest(tables, ids, parts) AS w(t, id, parents)
          WHERE w.id = ANY (since)
            AND NOT coalesce(string_to_array(nullif(w.parents, ''), ',')::uuid[] && since, false);
    END $$
    """,
    "app.unmerge_plan(uuid, uuid[])",
)
PREVIEW = function(
    """
    CREATE FUNCTION app.unmerge_preview(of uuid, also uuid[])
    RETURNS TABLE(table_name text, row_id uuid, part text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM neighbourhoods_merge m WHERE m.id = of AND app.may_merge(m.resident_id)) THEN
        RAISE EXCEPTION 'a merge is undone by whoever may make one' USING ERRCODE = 'insufficient_privilege';
      END IF;
      RETURN QUERY SELECT p.table_name, p.row_id, p.part FROM app.unmerge_plan(of, also) p;
    END $$
    """,
    "app.unmerge_preview(uuid, uuid[])",
)

# A column goes back if it still says what the merge wrote; what stands in its place by now stays.
RESTORE = of_the_owner(
    """
    CREATE FUNCTION app.merge_restores(tbl text, what uuid, was jsonb, wrote jsonb) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE now jsonb; patch jsonb; sets text;
    BEGIN
      EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', tbl) INTO now USING what;
      SELECT jsonb_object_agg(k.key, k.value) INTO patch FROM jsonb_each(was) k
        WHERE now ? k.key AND now -> k.key IS NOT DISTINCT FROM wrote -> k.key;
      IF patch IS NULL THEN RETURN false; END IF;
      sets := app.merge_sets(patch);
      IF now ? 'version' THEN sets := sets || ', version = w.version + 1, updated_at = app.present()'; END IF;
      BEGIN
        EXECUTE format('UPDATE %I w SET %s WHERE w.id = $1', tbl, sets) USING what;
      EXCEPTION WHEN unique_violation THEN
        RETURN false;
      END;
      RETURN true;
    END $$
    """,
    "app.merge_restores(text, uuid, jsonb, jsonb)",
)

# Whoever is left with something open and no lead gets the team that led, else the front door.
LEAD = of_the_owner(
    """
    CREATE FUNCTION app.unmerge_leads(of uuid, who uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE entry uuid; front uuid; made uuid := app.new_id();
    BEGIN
      IF NOT app.has_open_items(who) OR EXISTS (SELECT 1 FROM neighbourhoods_caseloadentry c
           WHERE c.resident_id = who AND c.is_lead AND c.ended_at IS NULL) THEN RETURN; END IF;
      SELECT c.id INTO entry FROM neighbourhoods_caseloadentry c
        WHERE c.resident_id = who AND c.ended_at IS NULL
        ORDER BY EXISTS (SELECT 1 FROM neighbourhoods_mergechange x
                         WHERE x.merge_id = of AND x.row_id = c.id AND x.before ->> 'is_lead' = 'true') DESC,
                 c.opened_at, c.id LIMIT 1;
      IF FOUND THEN
        UPDATE neighbourhoods_caseloadentry c SET is_lead = true, version = c.version + 1, updated_at = app.present()
          WHERE c.id = entry;
        RETURN;
      END IF;
      SELECT p.front_door_id INTO front FROM neighbourhoods_place p
        JOIN neighbourhoods_organisation o ON o.place_id = p.id WHERE o.id = app.organisation_id();
      INSERT INTO neighbourhoods_relationship
        (id, resident_id, team_id, level, source_kind, source_id, reason, started_at)
        VALUES (app.new_id(), who, front, 'record', 'caseload', made, '', app.present());
      INSERT INTO neighbourhoods_caseloadentry
        (id, created_at, updated_at, version, resident_id, team_id, is_lead, reason, opened_at, ended_reason, sort_name)
        VALUES (made, app.present(), app.present(), 1, who, front, true, 'A merge was undone, and nobody led',
                app.present(), '', '');
    END $$
    """,
    "app.unmerge_leads(uuid, uuid)",
)

UNMERGE = function(
    """
    CREATE FUNCTION app.unmerge(of uuid, why text, also uuid[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE g neighbourhoods_merge; one record; tables text[]; ids uuid[];
    BEGIN
      IF length(trim(coalesce(why, ''))) < 3 THEN
        RAISE EXCEPTION 'undoing a merge needs a reason' USING ERRCODE = 'invalid_parameter_value';
      END IF;
      SELECT * INTO g FROM neighbourhoods_merge m WHERE m.id = of;
      PERFORM 1 FROM neighbourhoods_resident r WHERE r.id IN (g.survivor_id, g.merged_id) ORDER BY r.id FOR UPDATE;
      SELECT * INTO g FROM neighbourhoods_merge m WHERE m.id = of;
      IF NOT FOUND OR NOT app.may_merge(g.resident_id) THEN RETURN 'not_yours'; END IF;
      IF g.undone_at IS NOT NULL THEN RETURN 'undone_already'; END IF;
      IF g.resident_id <> g.survivor_id THEN RETURN 'merged_on'; END IF;

      -- What hangs from another row goes back to its own first: then each row stands in the record of its parent.
      SELECT coalesce(array_agg(p.table_name), '{}'), coalesce(array_agg(p.row_id), '{}') INTO tables, ids
        FROM app.unmerge_plan(of, also) p WHERE p.part <> 'stays';
      FOR one IN SELECT c.table_name, c.row_id, k.key, c.before ->> k.key AS was, c.after ->> k.key AS wrote
                 FROM neighbourhoods_mergechange c, jsonb_object_keys(c.after) AS k(key)
                 WHERE c.merge_id = of AND c.kind = 'hung' LOOP
        EXECUTE format('UPDATE %1$I t SET %2$I = $1 WHERE t.id = $2 AND t.%2$I = $3', one.table_name, one.key)
          USING one.was::uuid, one.row_id, one.wrote::uuid;
      END LOOP;
      FOR one IN
        SELECT t.table_name, t.col, array_agg(t.row_id) AS ids FROM (
          SELECT u.t AS table_name, 'resident_id' AS col, u.id AS row_id FROM unnest(tables, ids) AS u(t, id)
          UNION
          SELECT c.table_name, k.key, c.row_id FROM neighbourhoods_mergechange c, jsonb_object_keys(c.after) AS k(key)
            WHERE c.merge_id = of AND c.kind = 'moved') t GROUP BY 1, 2 ORDER BY 1, 2
      LOOP
        EXECUTE format('UPDATE %1$I t SET %2$I = $1 WHERE t.%2$I = $2 AND t.id = ANY ($3)', one.table_name, one.col)
          USING g.merged_id, g.survivor_id, one.ids;
      END LOOP;
      -- The survivor gives back the number before the other takes it.
      FOR one IN SELECT c.* FROM neighbourhoods_mergechange c WHERE c.merge_id = of AND c.kind = 'changed'
                 ORDER BY (c.row_id = g.survivor_id) DESC, c.table_name, c.id LOOP
        IF NOT app.merge_restores(one.table_name, one.row_id, one.before, one.after) AND one.row_id = g.merged_id THEN
          PERFORM app.merge_restores(one.table_name, one.row_id, one.before || '{"nhs_number": null}', one.after);
          UPDATE neighbourhoods_resident r SET nhs_number_status = '05' WHERE r.id = g.merged_id;
        END IF;
      END LOOP;
      UPDATE neighbourhoods_residentdetail d
         SET ended_at = app.present(), ended_reason = 'A merge was undone', version = d.version + 1,
             ended_by_name = (SELECT u.name FROM accounts_user u WHERE u.id = app.actor_id()),
             updated_at = app.present()
       WHERE d.ended_at IS NULL AND d.id IN (
         SELECT c.row_id FROM neighbourhoods_mergechange c WHERE c.merge_id = of AND c.kind = 'made');
      -- Restricted since: nobody knows of which of both it was said, so nothing leads to either (IG-20).
      IF NOT g.is_restricted AND app.is_restricted(g.survivor_id) THEN
        UPDATE neighbourhoods_resident r
           SET is_restricted = true, address_lines = '{}', postcode = '', phone = '', email = '', gp_practice_id = NULL
         WHERE r.id = g.merged_id;
      END IF;
      PERFORM app.unmerge_leads(of, g.survivor_id), app.unmerge_leads(of, g.merged_id);
      UPDATE neighbourhoods_merge m
         SET undone_at = app.present(), undone_reason = left(trim(why), 200), version = m.version + 1,
             undone_by_name = coalesce((SELECT u.name FROM accounts_user u WHERE u.id = app.actor_id()), ''),
             updated_at = app.present()
       WHERE m.id = of;
      PERFORM app.note('change', 'resident.unmerged', g.survivor_id, 'merge', of, why),
              app.note('change', 'resident.unmerged', g.merged_id, 'merge', of, why);
      RETURN '';
    END $$
    """,
    "app.unmerge(uuid, text, uuid[])",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0042_merge_residents")]
    operations = [PLAN, PREVIEW, RESTORE, LEAD, UNMERGE]
