"""The gate: one function says who sees whom, and every policy asks it (rls.md holds the measurements)."""

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB, function, residents_rows, shared_rows

SEES = function(
    """
    CREATE FUNCTION app.sees(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (
        SELECT 1 FROM public.neighbourhoods_relationship r
        WHERE r.resident_id = who AND r.ended_at IS NULL AND r.level = 'record'
          AND (r.expires_at IS NULL OR r.expires_at > app.present())
          AND r.team_id = ANY ((SELECT app.teams())::uuid[])
      );
    END
    """,
    "app.sees(uuid)",
)

HOLDS_ANY = function(
    """
    CREATE FUNCTION app.holds_any(who uuid, team uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (
        SELECT 1 FROM public.neighbourhoods_relationship r
        WHERE r.resident_id = who AND r.team_id = team AND r.ended_at IS NULL
          AND (r.expires_at IS NULL OR r.expires_at > app.present())
      );
    END
    """,
    "app.holds_any(uuid, uuid)",
)

IS_NEW = function(
    """
    CREATE FUNCTION app.is_new(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT NOT EXISTS (SELECT 1 FROM public.neighbourhoods_resident WHERE id = who)
         AND NOT EXISTS (SELECT 1 FROM public.neighbourhoods_relationship WHERE resident_id = who);
    END
    """,
    "app.is_new(uuid)",
)

# The membership look-up that every request needs anyway; the settings end with the transaction.
ENTER = function(
    """
    CREATE FUNCTION app.enter(
      acting uuid, who uuid, moment timestamptz,
      OUT name text, OUT organisation_id uuid, OUT organisation_name text, OUT role text, OUT place_id uuid,
      OUT team_ids uuid[], OUT lead_team_ids uuid[]
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      SELECT u.name, m.organisation_id, o.name, m.role, o.place_id,
             coalesce(array_agg(l.team_id ORDER BY l.team_id) FILTER (WHERE t.id IS NOT NULL), '{}'),
             coalesce(array_agg(l.team_id ORDER BY l.team_id) FILTER (WHERE t.id IS NOT NULL AND l.is_lead), '{}')
        INTO name, organisation_id, organisation_name, role, place_id, team_ids, lead_team_ids
        FROM neighbourhoods_membership m
        JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        JOIN neighbourhoods_organisation o ON o.id = m.organisation_id AND o.ended_at IS NULL
        LEFT JOIN neighbourhoods_membershipteam l ON l.membership_id = m.id
        LEFT JOIN neighbourhoods_team t ON t.id = l.team_id AND t.ended_at IS NULL
       WHERE m.id = acting AND m.user_id = who
         AND m.starts_at <= coalesce(moment, now())
         AND (m.ends_at IS NULL OR m.ends_at > coalesce(moment, now()))
       GROUP BY u.name, m.organisation_id, o.name, m.role, o.place_id;
      IF NOT FOUND THEN RETURN; END IF;
      PERFORM set_config('app.actor_id', who::text, true), set_config('app.actor_kind', 'person', true),
              set_config('app.membership_id', acting::text, true),
              set_config('app.organisation_id', organisation_id::text, true), set_config('app.role', role, true),
              set_config('app.teams', team_ids::text, true), set_config('app.moment', coalesce(moment::text, ''), true);
    END $$
    """,
    "app.enter(uuid, uuid, timestamptz)",
)

# What owner functions write for somebody who cannot: in the actor's name, never granted to a run-time role.
NOTE = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.note(kind text, verb text, resident uuid, about_type text, about uuid, reason text)
        RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
          INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, membership_id, role, organisation_id,
                                        resident_id, about_type, about_id, reason, detail)
          VALUES (app.new_id(), app.present(), $1, $2, coalesce(app.actor_kind(), 'person'), app.actor_id(),
                  app.membership_id(), coalesce(app.role(), ''), app.organisation_id(), $3, $4, $5, $6, '{}')
        $$
        """,
        "REVOKE ALL ON FUNCTION app.note(text, text, uuid, text, uuid, text) FROM PUBLIC",
    ],
    ["DROP FUNCTION app.note(text, text, uuid, text, uuid, text)"],
)

IDENTITY_COLUMNS = """
  id uuid, nhs_number text, title text, given_name text, family_name text, preferred_name text, birth_date date,
  gender text, died_on date, district text, seen boolean
"""
IDENTITY_FIELDS = """
  r.id, r.nhs_number::text, r.title::text, r.given_name::text, r.family_name::text, r.preferred_name::text,
  r.birth_date, r.gender::text, r.died_on, split_part(r.postcode, ' ', 1)
"""

# Identity of the people on one page of items addressed to my teams: they were told it with the item.
IDENTITIES = function(
    f"""
    CREATE FUNCTION app.identities(ids uuid[]) RETURNS TABLE({IDENTITY_COLUMNS})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      RETURN QUERY SELECT {IDENTITY_FIELDS}, app.sees(r.id) FROM neighbourhoods_resident r
        WHERE r.id = ANY (ids[1:200]) AND EXISTS (
          SELECT 1 FROM neighbourhoods_relationship x
          WHERE x.resident_id = r.id AND x.team_id = ANY ((SELECT app.teams())::uuid[]));
    END $$
    """,
    "app.identities(uuid[])",
)

# For the interruption card: one person, never a restricted one, and the look is written first.
IDENTITY_CARD = function(
    f"""
    CREATE FUNCTION app.identity_card(who uuid) RETURNS TABLE({IDENTITY_COLUMNS})
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_id() IS NULL THEN
        RAISE EXCEPTION 'identity_card needs a principal' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM neighbourhoods_resident r WHERE r.id = who AND NOT r.is_restricted) THEN
        RETURN;
      END IF;
      PERFORM app.note('look', 'resident.interrupted', who, 'resident', who, '');
      RETURN QUERY SELECT {IDENTITY_FIELDS}, app.sees(r.id) FROM neighbourhoods_resident r WHERE r.id = who;
    END $$
    """,
    "app.identity_card(uuid)",
)

# Search beyond one's own: an NHS number, or a name and a date of birth; at most 50; each match is written down.
FIND_IDENTITY = function(
    f"""
    CREATE FUNCTION app.find_identity(nhs text, name_part text, born date) RETURNS TABLE({IDENTITY_COLUMNS})
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    DECLARE found uuid[];
    BEGIN
      IF app.actor_id() IS NULL THEN
        RAISE EXCEPTION 'find_identity needs a principal' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF nhs IS NULL AND (born IS NULL OR coalesce(length(name_part), 0) < 2) THEN
        RAISE EXCEPTION 'give an NHS number, or a name and a date of birth' USING ERRCODE = 'invalid_parameter_value';
      END IF;
      IF nhs IS NOT NULL THEN
        SELECT array_agg(r.id) INTO found FROM neighbourhoods_resident r
          WHERE r.nhs_number = nhs AND (NOT r.is_restricted OR app.sees(r.id));
      ELSE
        SELECT array_agg(m.id) INTO found FROM (
          SELECT r.id FROM neighbourhoods_resident r
          WHERE r.birth_date = born AND (NOT r.is_restricted OR app.sees(r.id))
            AND (r.sort_name LIKE name_part || '%' OR public.word_similarity(name_part, r.sort_name) >= 0.4)
          ORDER BY public.word_similarity(name_part, r.sort_name) DESC, r.sort_name LIMIT 50) m;
      END IF;
      PERFORM app.note('look', 'resident.found', f, 'resident', f, '') FROM unnest(found) AS f;
      RETURN QUERY SELECT {IDENTITY_FIELDS}, app.sees(r.id)
        FROM unnest(found) WITH ORDINALITY AS f(id, place) JOIN neighbourhoods_resident r ON r.id = f.id
        ORDER BY f.place;
    END $$
    """,
    "app.find_identity(text, text, date)",
)

# One of the two relationships that a person makes for themselves (the other, break-glass, is for emergencies).
CLAIM = function(
    """
    CREATE FUNCTION app.claim(made uuid, who uuid, team uuid, why text, until timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_id() IS NULL OR NOT team = ANY (app.teams()) OR coalesce(length(why), 0) = 0 OR until IS NULL THEN
        RAISE EXCEPTION 'a claim needs a principal, a team of theirs, a reason and an end'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM neighbourhoods_resident r WHERE r.id = who AND NOT r.is_restricted)
         OR NOT EXISTS (SELECT 1 FROM neighbourhoods_team t WHERE t.id = team AND t.ended_at IS NULL
                        AND t.kind NOT IN ('privacy', 'administration')) THEN
        RETURN false;
      END IF;
      PERFORM app.note('change', 'relationship.claimed', who, 'relationship', made, why);
      INSERT INTO neighbourhoods_relationship
        (id, resident_id, team_id, level, source_kind, source_id, reason, started_at, expires_at)
        VALUES (made, who, team, 'record', 'claim', made, why, app.present(), until);
      RETURN true;
    END $$
    """,
    "app.claim(uuid, uuid, uuid, text, timestamptz)",
)

# Who looked, for those who see the resident and for the organisation's privacy officers; reading it is written down.
ACCESS_LOG = function(
    """
    CREATE FUNCTION app.access_log(who uuid, most integer)
    RETURNS TABLE(at timestamptz, kind text, verb text, actor_name text, role text, organisation_name text, reason text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_id() IS NULL OR NOT (app.sees(who) OR app.role() = 'privacy_officer') THEN
        RAISE EXCEPTION 'the access log is for those who see the resident' USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM app.note('look', 'access_log.read', who, 'resident', who, '');
      RETURN QUERY
        SELECT a.at, a.kind::text, a.verb::text,
               coalesce(u.name, t.name, 'The system')::text, a.role::text, coalesce(o.name, '')::text, a.reason
        FROM audit_auditentry a
        LEFT JOIN accounts_user u ON u.id = a.actor_id
        LEFT JOIN neighbourhoods_team t ON t.id = a.actor_id
        LEFT JOIN neighbourhoods_organisation o ON o.id = a.organisation_id
        WHERE a.resident_id = who AND a.kind = 'look'
          AND (app.sees(who) OR a.organisation_id = app.organisation_id())
        ORDER BY a.at DESC, a.id DESC LIMIT least(most, 500);
    END $$
    """,
    "app.access_log(uuid, integer)",
)

RELATIONSHIP = migrations.RunSQL(
    [
        "ALTER TABLE neighbourhoods_relationship ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_read ON neighbourhoods_relationship FOR SELECT TO {WEB} "
        "USING (team_id = ANY ((SELECT app.teams())::uuid[]) OR app.sees(resident_id))",
        f"CREATE POLICY web_open ON neighbourhoods_relationship FOR INSERT TO {WEB} WITH CHECK (app.sees(resident_id) "
        "OR (team_id = ANY ((SELECT app.teams())::uuid[]) AND app.is_new(resident_id)) "
        "OR (team_id = ANY ((SELECT app.teams())::uuid[]) AND app.holds_any(resident_id, team_id)))",
        f"CREATE POLICY web_end ON neighbourhoods_relationship FOR UPDATE TO {WEB} "
        "USING (team_id = ANY ((SELECT app.teams())::uuid[]) OR app.sees(resident_id)) WITH CHECK (true)",
        f"CREATE POLICY system ON neighbourhoods_relationship TO {SYSTEM} USING (true)",
        # Only the end may ever be written: a level or a resident that could change would open any record.
        f"GRANT SELECT, INSERT, UPDATE (ended_at) ON neighbourhoods_relationship TO {WEB}, {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON neighbourhoods_relationship FROM {WEB}, {SYSTEM}",
        "DROP POLICY system ON neighbourhoods_relationship",
        "DROP POLICY web_end ON neighbourhoods_relationship",
        "DROP POLICY web_open ON neighbourhoods_relationship",
        "DROP POLICY web_read ON neighbourhoods_relationship",
        "ALTER TABLE neighbourhoods_relationship DISABLE ROW LEVEL SECURITY",
    ],
)

AUDIT_READ = migrations.RunSQL(
    f"CREATE POLICY web_read ON audit_auditentry FOR SELECT TO {WEB} USING (kind = 'change' AND app.sees(resident_id))",
    "DROP POLICY web_read ON audit_auditentry",
)


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0001_initial"),
        ("audit", "0002_append_only"),
        ("accounts", "0002_grants"),
    ]
    operations = [
        SEES,
        HOLDS_ANY,
        IS_NEW,
        ENTER,
        NOTE,
        IDENTITIES,
        IDENTITY_CARD,
        FIND_IDENTITY,
        CLAIM,
        ACCESS_LOG,
        RELATIONSHIP,
        AUDIT_READ,
        residents_rows("neighbourhoods_resident", resident="id"),
        residents_rows("neighbourhoods_caseloadentry"),
        residents_rows("neighbourhoods_contact"),
        residents_rows("neighbourhoods_bannerentry"),
        shared_rows("neighbourhoods_place"),
        shared_rows("neighbourhoods_neighbourhood"),
        shared_rows("neighbourhoods_area"),
        shared_rows("neighbourhoods_postcode"),
        shared_rows("neighbourhoods_organisation", web="SELECT, INSERT, UPDATE"),
        shared_rows("neighbourhoods_team", web="SELECT, INSERT, UPDATE"),
        shared_rows("neighbourhoods_service", web="SELECT, INSERT, UPDATE"),
        shared_rows("neighbourhoods_membership", web="SELECT, INSERT, UPDATE"),
        shared_rows("neighbourhoods_membershipteam", web="SELECT, INSERT, UPDATE, DELETE"),
    ]
