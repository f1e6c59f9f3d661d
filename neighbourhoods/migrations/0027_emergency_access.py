"""A record that one person has opened in an emergency: for eight hours, in this sign-in only (IG-05).

The second reason by which anything is seen. `app.glass` is set by `app.enter` where this sign-in has something open, so
that nobody else pays for it; where it is not set, nothing is open. The function of three arguments stays: the count of
alerts asks it, and the code of the landing before.
"""

from datetime import timedelta
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import SYSTEM, WEB, function

BEFORE = import_module("neighbourhoods.migrations.0014_why_they_looked")
RELATIONSHIP = """
    EXISTS (
      SELECT 1 FROM public.neighbourhoods_relationship r
      WHERE r.resident_id = who AND r.ended_at IS NULL AND r.level = 'record'
        AND (r.expires_at IS NULL OR r.expires_at > app.present())
        AND r.team_id = ANY ((SELECT app.teams())::uuid[])
    )
"""
EMERGENCY = """
    (app.glass() IS NOT NULL AND EXISTS (
      SELECT 1 FROM public.neighbourhoods_emergencyaccess g
      WHERE g.resident_id = who AND g.sign_in = app.glass() AND g.actor_id = app.actor_id()
        AND g.membership_id = app.membership_id() AND g.ended_at IS NULL AND g.until > app.present()
    ))
"""


def sees(condition: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION app.sees(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER "
        f"PARALLEL SAFE BEGIN ATOMIC SELECT {condition}; END"
    )


GLASS = function(
    "CREATE FUNCTION app.glass() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE "
    "RETURN NULLIF(current_setting('app.glass', true), '')::uuid",
    "app.glass()",
)
ENTER = function(
    """
    CREATE FUNCTION app.enter(
      acting uuid, who uuid, moment timestamptz, signed_in uuid,
      OUT name text, OUT organisation_id uuid, OUT organisation_name text, OUT role text, OUT place_id uuid,
      OUT team_ids uuid[], OUT lead_team_ids uuid[], OUT glass uuid
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      SELECT u.name, m.organisation_id, o.name, m.role, o.place_id,
             coalesce(array_agg(l.team_id ORDER BY l.team_id) FILTER (WHERE t.id IS NOT NULL), '{}'),
             coalesce(array_agg(l.team_id ORDER BY l.team_id) FILTER (WHERE t.id IS NOT NULL AND l.is_lead), '{}'),
             (SELECT g.sign_in FROM neighbourhoods_emergencyaccess g
              WHERE g.sign_in = signed_in AND g.actor_id = who AND g.membership_id = acting AND g.ended_at IS NULL
                AND g.until > coalesce(moment, now()) LIMIT 1)
        INTO name, organisation_id, organisation_name, role, place_id, team_ids, lead_team_ids, glass
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
              set_config('app.teams', team_ids::text, true), set_config('app.moment', coalesce(moment::text, ''), true),
              set_config('app.glass', coalesce(glass::text, ''), true);
    END $$
    """,
    "app.enter(uuid, uuid, timestamptz, uuid)",
)

# Of somebody restricted, unknown, or by whoever may have no residents: nothing, and all three look the same.
BREAK_GLASS = function(
    """
    CREATE FUNCTION app.break_glass(
      made uuid, who uuid, acting_team uuid, why text, what text, signed_in uuid,
      OUT opened uuid, OUT open_until timestamptz, OUT is_another boolean
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_kind() IS DISTINCT FROM 'person' OR app.membership_id() IS NULL OR signed_in IS NULL
         OR NOT acting_team = ANY (app.teams()) THEN
        RAISE EXCEPTION 'an emergency needs a person, a sign-in and a team of theirs'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM neighbourhoods_resident r WHERE r.id = who AND NOT r.is_restricted)
         OR NOT EXISTS (SELECT 1 FROM neighbourhoods_team t WHERE t.id = acting_team AND t.ended_at IS NULL
                        AND t.kind NOT IN ('privacy', 'administration')) THEN
        RETURN;
      END IF;
      -- Sent twice, it is one: the second waits for the first and finds it open.
      PERFORM pg_advisory_xact_lock(hashtextextended(signed_in::text || who::text, 0));
      SELECT g.id, g.until, false INTO opened, open_until, is_another FROM neighbourhoods_emergencyaccess g
        WHERE g.resident_id = who AND g.sign_in = signed_in AND g.actor_id = app.actor_id()
          AND g.membership_id = app.membership_id() AND g.ended_at IS NULL AND g.until > app.present()
        LIMIT 1;
      IF FOUND THEN RETURN; END IF;
      PERFORM app.note('change', 'emergency.opened', who, 'emergency_access', made, what);
      opened := made;
      open_until := app.present() + interval '8 hours';
      is_another := EXISTS (SELECT 1 FROM neighbourhoods_emergencyaccess g
                            WHERE g.actor_id = app.actor_id() AND g.reviewed_at IS NULL);
      INSERT INTO neighbourhoods_emergencyaccess
        (id, created_at, updated_at, version, resident_id, actor_id, membership_id, organisation_id, team_id,
         ground, words, sign_in, opened_at, until)
        VALUES (made, app.present(), app.present(), 1, who, app.actor_id(), app.membership_id(), app.organisation_id(),
                acting_team, why, what, signed_in, app.present(), open_until);
      PERFORM set_config('app.glass', signed_in::text, true);
    END $$
    """,
    "app.break_glass(uuid, uuid, uuid, text, text, uuid)",
)
END = function(
    """
    CREATE FUNCTION app.end_emergency(who uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE ended uuid[];
    BEGIN
      WITH over AS (
        UPDATE neighbourhoods_emergencyaccess g
           SET ended_at = app.present(), updated_at = app.present(), version = g.version + 1
         WHERE g.resident_id = who AND g.sign_in = app.glass() AND g.actor_id = app.actor_id()
           AND g.ended_at IS NULL AND g.until > app.present()
        RETURNING g.id)
      SELECT array_agg(id) INTO ended FROM over;
      PERFORM app.note('change', 'emergency.ended', who, 'emergency_access', one, '') FROM unnest(ended) AS one;
      RETURN coalesce(array_length(ended, 1), 0);
    END $$
    """,
    "app.end_emergency(uuid)",
)
ROWS = migrations.RunSQL(
    [
        "ALTER TABLE neighbourhoods_emergencyaccess ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_read ON neighbourhoods_emergencyaccess FOR SELECT TO {WEB} "
        "USING (actor_id = (SELECT app.actor_id()))",
        f"CREATE POLICY system ON neighbourhoods_emergencyaccess TO {SYSTEM} USING (true)",
        f"GRANT SELECT ON neighbourhoods_emergencyaccess TO {WEB}",
        f"GRANT SELECT, UPDATE (reviewed_at, updated_at, version) ON neighbourhoods_emergencyaccess TO {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON neighbourhoods_emergencyaccess FROM {WEB}, {SYSTEM}",
        "DROP POLICY system ON neighbourhoods_emergencyaccess",
        "DROP POLICY web_read ON neighbourhoods_emergencyaccess",
        "ALTER TABLE neighbourhoods_emergencyaccess DISABLE ROW LEVEL SECURITY",
    ],
)
# In the list of who looked, the ground stands where no relationship had opened the record.
GROUND = """coalesce(nullif({why}, ''), (
             SELECT 'Emergency access: ' || CASE e.ground
                      WHEN 'best_interests' THEN 'they cannot give permission, and it is in their best interests'
                      WHEN 'law' THEN 'the law requires it' ELSE 'serious risk to others' END
             FROM neighbourhoods_emergencyaccess e
             WHERE e.resident_id = who AND e.actor_id = a.actor_id AND e.membership_id = a.membership_id
               AND e.opened_at <= a.at AND e.until > a.at AND (e.ended_at IS NULL OR e.ended_at >= a.at)
             ORDER BY e.opened_at DESC LIMIT 1), '')"""


def to(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"neighbourhoods.{model}"
    )


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0026_past_rows")]
    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("actor_id", models.UUIDField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            (
                                "best_interests",
                                "They cannot give permission, and it is in their best interests",
                            ),
                            ("law", "The law requires it"),
                            ("public_interest", "Serious risk to others: overriding public interest"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField()),
                ("sign_in", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("membership", to("membership")),
                ("organisation", to("organisation")),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.resident"
                    ),
                ),
                ("team", to("team")),
            ],
            options={
                "verbose_name_plural": "emergency accesses",
                "indexes": [
                    models.Index(
                        condition=Q(("ended_at", None)), fields=["sign_in", "resident"], name="emergency_of_sign_in"
                    ),
                    models.Index(condition=Q(("reviewed_at", None)), fields=["actor_id"], name="emergency_to_review"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("until__gt", F("opened_at")), ("until__lte", F("opened_at") + timedelta(hours=8))),
                        name="an_emergency_lasts_eight_hours",
                    ),
                    models.CheckConstraint(
                        condition=Q(("words__regex", ".{10,}")), name="an_emergency_is_told_in_words"
                    ),
                    models.CheckConstraint(
                        condition=Q(("ground__in", ["best_interests", "law", "public_interest"])),
                        name="an_emergency_has_one_of_three_grounds",
                    ),
                ],
            },
        ),
        ROWS,
        GLASS,
        migrations.RunSQL(sees(f"{RELATIONSHIP} OR {EMERGENCY}"), sees(RELATIONSHIP)),
        ENTER,
        BREAK_GLASS,
        END,
        migrations.RunSQL(
            BEFORE.ACCESS_LOG.replace("{reason}", GROUND.replace("{why}", BEFORE.WHY)),
            BEFORE.ACCESS_LOG.replace("{reason}", BEFORE.WHY),
        ),
    ]
