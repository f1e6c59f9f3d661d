"""What an entry says may be for its own team and a set of roles; everybody else learns that it is there, and whom to
ask (IG-08, IG-09, IG-22, IG-23). Which roles those are is in rows, which a place changes.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from carecoord.rowsecurity import function, shared_rows

ROLES = [
    ("nurse", "Community nurse"),
    ("ward_nurse", "Ward nurse"),
    ("gp", "GP"),
    ("social_worker", "Social worker"),
    ("care_coordinator", "Care coordinator"),
    ("link_worker", "Link worker"),
    ("care_home_manager", "Care home manager"),
    ("therapist", "Therapist"),
    ("pharmacist", "Pharmacist"),
    ("support_worker", "Support worker"),
    ("team_lead", "Team lead"),
    ("safeguarding_lead", "Safeguarding lead"),
    ("privacy_officer", "Privacy officer"),
    ("caldicott_guardian", "Caldicott Guardian"),
    ("administrator", "Administrator"),
]
# Sensitive entries that are not shared are for the team that wrote them alone (IG-22).
SEALS = """
    INSERT INTO neighbourhoods_seal (key, roles)
    VALUES ('safeguarding', '{safeguarding_lead,social_worker}'), ('sensitive', '{}')
"""


READS_SEAL = function(
    """
    CREATE FUNCTION app.reads_seal(who uuid, seal text, wrote uuid, reads uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT coalesce(wrote = ANY ((SELECT app.teams())::uuid[]), false)
          OR coalesce(reads = ANY ((SELECT app.teams())::uuid[]), false)
          OR EXISTS (SELECT 1 FROM public.neighbourhoods_seal s WHERE s.key = seal AND app.role() = ANY (s.roles));
    END
    """,
    "app.reads_seal(uuid, text, uuid, uuid)",
)
# That there is something, in which section, and which team to ask: never what, nor of what kind.
HIDDEN = function(
    """
    CREATE FUNCTION app.hidden_entries(who uuid)
    RETURNS TABLE(section text, seal text, team text, organisation text, phone text, entries bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT e.section::text, e.seal::text, t.name::text, o.name::text, t.phone::text, count(*)
        FROM public.neighbourhoods_entry e
        JOIN public.neighbourhoods_team t ON t.id = coalesce(e.seal_team_id, e.recorded_by_team_id)
        JOIN public.neighbourhoods_organisation o ON o.id = t.organisation_id
       WHERE e.resident_id = who AND app.sees(who) AND e.ended_at IS NULL AND e.about_id IS NULL AND e.seal <> ''
         AND NOT app.reads_seal(e.resident_id, e.seal, e.recorded_by_team_id, e.seal_team_id)
       GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4;
    END
    """,
    "app.hidden_entries(uuid)",
)
SEEN = "app.sees(resident_id)"
READ = f"{SEEN} AND (seal = '' OR app.reads_seal(resident_id, seal, recorded_by_team_id, seal_team_id))"
OWN = "(is_single OR recorded_by_organisation_id IS NULL OR recorded_by_organisation_id = app.organisation_id())"
# To read by role is not to change: what is sealed is changed by the team that wrote it.
OWN_TEAM = (
    "(seal = '' OR recorded_by_team_id = ANY ((SELECT app.teams())::uuid[]) "
    "OR seal_team_id = ANY ((SELECT app.teams())::uuid[]))"
)


def policies(read: str, end: str) -> list[str]:
    return [
        f"ALTER POLICY web_read ON neighbourhoods_entry USING ({read})",
        f"ALTER POLICY web_end ON neighbourhoods_entry USING ({end}) WITH CHECK ({end})",
    ]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0030_restricted_shows_no_way_there")]
    operations = [
        migrations.AlterField("membership", "role", models.CharField(choices=ROLES, max_length=30)),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("key", models.CharField(max_length=20, primary_key=True, serialize=False)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=ROLES, max_length=30), blank=True, default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SEALS, "DELETE FROM neighbourhoods_seal"),
        shared_rows("neighbourhoods_seal"),
        migrations.AddField("entry", "seal", models.CharField(blank=True, db_default="", default="", max_length=20)),
        migrations.AddField(
            "entry",
            "seal_team",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Reads it beside the team that wrote it: of a note, and of a correction.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="neighbourhoods.team",
            ),
        ),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=Q(("seal", ""), ("recorded_by_team__isnull", False), _connector="OR"),
                name="what_is_sealed_has_a_team",
            ),
        ),
        READS_SEAL,
        HIDDEN,
        migrations.RunSQL(policies(READ, f"{READ} AND {OWN} AND {OWN_TEAM}"), policies(SEEN, f"{SEEN} AND {OWN}")),
    ]
