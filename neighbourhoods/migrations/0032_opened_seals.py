"""Whoever may not read what is sealed opens it with a reason, where their role may; it is reviewed afterwards (IG-08).

It is an emergency access of those entries, beside one of the whole record: in the same table, for the same time.
"""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

from carecoord.rowsecurity import function

GLASS = import_module("neighbourhoods.migrations.0027_emergency_access")
SEALS = import_module("neighbourhoods.migrations.0031_seals")
RECORD_GROUNDS = ["best_interests", "law", "public_interest"]
SEAL_GROUNDS = ["consent", "law", "public_interest"]
GROUNDS = [
    ("best_interests", "They cannot give permission, and it is in their best interests"),
    ("consent", "They agree that I read it"),
    ("law", "The law requires it"),
    ("public_interest", "Serious risk to others: overriding public interest"),
]
# Who may open what they may not read: a permission of its own.
MAY_OPEN = """
    UPDATE neighbourhoods_seal
       SET may_open = CASE key WHEN 'safeguarding' THEN '{gp,team_lead}'::varchar[] ELSE '{gp}' END
"""
READS = SEALS.READS_SEAL.sql[0][0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OPENED = """
          OR (app.glass() IS NOT NULL AND EXISTS (
                SELECT 1 FROM public.neighbourhoods_emergencyaccess g
                WHERE g.resident_id = reads_seal.who AND g.seal = reads_seal.seal AND g.sign_in = app.glass()
                  AND g.actor_id = app.actor_id() AND g.membership_id = app.membership_id()
                  AND g.ended_at IS NULL AND g.until > app.present()));
    END
"""
BREAK = GLASS.BREAK_GLASS.sql[0][0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OF_THE_RECORD = BREAK.replace("g.sign_in = signed_in AND", "g.seal = '' AND g.sign_in = signed_in AND")
ONLY_RECORDS = GLASS.EMERGENCY.replace("g.resident_id = who AND", "g.resident_id = who AND g.seal = '' AND")
LOG = GLASS.BEFORE.ACCESS_LOG.replace("{reason}", GLASS.GROUND.replace("{why}", GLASS.BEFORE.WHY))

BREAK_SEAL = function(
    """
    CREATE FUNCTION app.break_seal(
      made uuid, who uuid, acting_team uuid, which text, why text, what text, signed_in uuid,
      OUT opened uuid, OUT open_until timestamptz, OUT is_another boolean
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF app.actor_kind() IS DISTINCT FROM 'person' OR app.membership_id() IS NULL OR signed_in IS NULL
         OR NOT acting_team = ANY (app.teams()) THEN
        RAISE EXCEPTION 'a seal is opened by a person, in a sign-in, for a team of theirs'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NOT app.sees(who)
         OR NOT EXISTS (SELECT 1 FROM neighbourhoods_seal s WHERE s.key = which AND app.role() = ANY (s.may_open)) THEN
        RETURN;
      END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended(signed_in::text || who::text, 0));
      SELECT g.id, g.until, false INTO opened, open_until, is_another FROM neighbourhoods_emergencyaccess g
        WHERE g.resident_id = who AND g.seal = which AND g.sign_in = signed_in AND g.actor_id = app.actor_id()
          AND g.membership_id = app.membership_id() AND g.ended_at IS NULL AND g.until > app.present()
        LIMIT 1;
      IF FOUND THEN RETURN; END IF;
      PERFORM app.note('change', 'seal.opened', who, 'emergency_access', made, what);
      opened := made;
      open_until := app.present() + interval '8 hours';
      is_another := EXISTS (SELECT 1 FROM neighbourhoods_emergencyaccess g
                            WHERE g.actor_id = app.actor_id() AND g.reviewed_at IS NULL);
      INSERT INTO neighbourhoods_emergencyaccess
        (id, created_at, updated_at, version, resident_id, actor_id, membership_id, organisation_id, team_id,
         ground, words, seal, sign_in, opened_at, until)
        VALUES (made, app.present(), app.present(), 1, who, app.actor_id(), app.membership_id(), app.organisation_id(),
                acting_team, why, what, which, signed_in, app.present(), open_until);
      PERFORM set_config('app.glass', signed_in::text, true);
    END $$
    """,
    "app.break_seal(uuid, uuid, uuid, text, text, text, uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0031_seals")]
    operations = [
        migrations.AddField(
            "seal",
            "may_open",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SEALS.ROLES, max_length=30), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(MAY_OPEN, migrations.RunSQL.noop),
        migrations.AddField(
            "emergencyaccess", "seal", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
        migrations.AlterField("emergencyaccess", "ground", models.CharField(choices=GROUNDS, max_length=20)),
        migrations.RemoveConstraint("emergencyaccess", "an_emergency_has_one_of_three_grounds"),
        migrations.AddConstraint(
            "emergencyaccess",
            models.CheckConstraint(
                condition=Q(
                    Q(("ground__in", RECORD_GROUNDS), ("seal", "")),
                    Q(Q(("seal", ""), _negated=True), ("ground__in", SEAL_GROUNDS)),
                    _connector="OR",
                ),
                name="an_emergency_has_one_of_its_grounds",
            ),
        ),
        migrations.RunSQL(
            GLASS.sees(f"{GLASS.RELATIONSHIP} OR {ONLY_RECORDS}"),
            GLASS.sees(f"{GLASS.RELATIONSHIP} OR {GLASS.EMERGENCY}"),
        ),
        migrations.RunSQL([OF_THE_RECORD], [BREAK]),
        migrations.RunSQL(
            [LOG.replace("WHERE e.resident_id = who", "WHERE e.seal = '' AND e.resident_id = who")], [LOG]
        ),
        migrations.RunSQL([READS.replace(";\n    END", OPENED)], [READS]),
        BREAK_SEAL,
    ]
