"""The review of what people open for themselves: seen by the privacy team that reviews it, and by nobody it is about."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import SYSTEM, WEB, function

# Whoever sees the resident sees no review, and the Guardian's team sees one only once it was not answered in time.
READ = (
    "team_id = ANY ((SELECT app.teams())::uuid[]) "
    "OR (escalates_at <= app.present() AND guardian_team_id = ANY ((SELECT app.teams())::uuid[]))"
)
ROWS = migrations.RunSQL(
    [
        "ALTER TABLE privacy_privacyreview ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY web_read ON privacy_privacyreview FOR SELECT TO {WEB} USING ({READ})",
        f"CREATE POLICY web_close ON privacy_privacyreview FOR UPDATE TO {WEB} "
        f"USING (({READ}) AND subject_user_id <> app.actor_id() AND state = 'open') "
        "WITH CHECK (closed_by_user_id = app.actor_id())",
        f"CREATE POLICY system ON privacy_privacyreview TO {SYSTEM} USING (true)",
        f"GRANT SELECT, UPDATE (state, outcome, note, closed_at, closed_by_user_id, closed_by_name, updated_at, version) "
        f"ON privacy_privacyreview TO {WEB}",
        f"GRANT SELECT, INSERT ON privacy_privacyreview TO {SYSTEM}",
    ],
    [
        f"REVOKE ALL ON privacy_privacyreview FROM {WEB}, {SYSTEM}",
        "DROP POLICY system ON privacy_privacyreview",
        "DROP POLICY web_close ON privacy_privacyreview",
        "DROP POLICY web_read ON privacy_privacyreview",
        "ALTER TABLE privacy_privacyreview DISABLE ROW LEVEL SECURITY",
    ],
)
IS_MINE = f"SELECT * FROM privacy_privacyreview p WHERE p.id = review AND ({READ})"
DETAILS = function(
    f"""
    CREATE FUNCTION app.review_details(review uuid) RETURNS TABLE(
      title text, given_name text, family_name text, birth_date date, nhs_number text,
      reason text, ground text, until timestamptz, ended_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE mine privacy_privacyreview;
    BEGIN
      {IS_MINE.replace("SELECT *", "SELECT p.* INTO mine", 1)} AND p.subject_user_id <> app.actor_id();
      IF NOT FOUND THEN RETURN; END IF;
      PERFORM app.note('look', 'review.viewed', mine.resident_id, 'privacy_review', review, '');
      RETURN QUERY
        SELECT r.title::text, r.given_name::text, r.family_name::text, r.birth_date, r.nhs_number::text,
               coalesce(e.words, c.reason, '')::text, coalesce(e.ground, '')::text,
               coalesce(e.until, c.expires_at), coalesce(e.ended_at, c.ended_at)
        FROM neighbourhoods_resident r
        LEFT JOIN neighbourhoods_emergencyaccess e ON e.id = mine.about_id
        LEFT JOIN neighbourhoods_relationship c ON c.source_id = mine.about_id AND c.resident_id = r.id
                                                AND c.source_kind = 'claim'
        WHERE r.id = mine.resident_id LIMIT 1;
    END $$
    """,
    "app.review_details(uuid)",
)
DEEDS = function(
    f"""
    CREATE FUNCTION app.review_deeds(review uuid) RETURNS TABLE(at timestamptz, kind text, verb text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE mine privacy_privacyreview;
    BEGIN
      {IS_MINE.replace("SELECT *", "SELECT p.* INTO mine", 1)} AND p.subject_user_id <> app.actor_id();
      IF NOT FOUND THEN RETURN; END IF;
      RETURN QUERY
        SELECT a.at, a.kind::text, a.verb::text FROM audit_auditentry a
        WHERE a.resident_id = mine.resident_id AND a.actor_id = mine.subject_user_id
          AND a.at >= mine.opened_at AND a.at < mine.opened_at + interval '1 day'
        ORDER BY a.at, a.id LIMIT 200;
    END $$
    """,
    "app.review_deeds(uuid)",
)

OWN_BEFORE = """
        WHEN 'relationship' THEN EXISTS (
          SELECT 1 FROM public.audit_auditentry a
          WHERE a.about_id = about AND a.verb = 'relationship.claimed' AND a.actor_id = app.actor_id())
        WHEN 'membership' THEN EXISTS (
          SELECT 1 FROM public.neighbourhoods_membership m WHERE m.id = about AND m.user_id = app.actor_id())
        WHEN 'user' THEN coalesce(about = app.actor_id(), false)
"""
OF_A_REVIEW = """
        WHEN 'privacy_review' THEN EXISTS (
          SELECT 1 FROM public.privacy_privacyreview p WHERE p.id = about AND p.subject_user_id = app.actor_id())
"""


def is_own_access(cases: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION app.is_own_access(about_type text, about uuid) RETURNS boolean "
        f"LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC SELECT CASE about_type {cases} ELSE false END; END"
    )


def to(model: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"neighbourhoods.{model}", **more
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("neighbourhoods", "0028_guardian"), ("alerts", "0009_own_access")]
    operations = [
        migrations.CreateModel(
            name="PrivacyReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("claim", "Opened with a reason"), ("emergency", "Emergency access")], max_length=20
                    ),
                ),
                ("subject_user_id", models.UUIDField()),
                ("subject_name", models.CharField(max_length=310)),
                ("resident_id", models.UUIDField()),
                ("about_type", models.CharField(max_length=40)),
                ("about_id", models.UUIDField()),
                (
                    "is_another",
                    models.BooleanField(default=False, help_text="One of the same person was not reviewed yet."),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("escalates_at", models.DateTimeField(help_text="From here on the Guardian's team sees it too.")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To review"), ("closed", "Reviewed")], default="open", max_length=10
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "Justified"),
                            ("not_justified", "Not justified: it is an incident"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by_user_id", models.UUIDField(blank=True, null=True)),
                ("closed_by_name", models.CharField(blank=True, max_length=310)),
                ("guardian_team", to("team", null=True, db_index=False)),
                ("organisation", to("organisation", db_index=False)),
                ("subject_membership", to("membership", null=True)),
                ("team", to("team", db_index=False)),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(condition=Q(("state", "open")), fields=["team", "due_at"], name="review_of_team"),
                    models.Index(
                        condition=Q(("state", "open")), fields=["guardian_team", "due_at"], name="review_of_guardian"
                    ),
                    models.Index(
                        condition=Q(("state", "closed")), fields=["team", "-closed_at"], name="review_closed_by_team"
                    ),
                    models.Index(fields=["resident_id"], name="review_of_resident"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("about_id", "kind"), name="one_review_of_each_access"),
                    models.CheckConstraint(
                        condition=Q(
                            ("closed_by_user_id", None),
                            Q(("closed_by_user_id", F("subject_user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_reviews_themselves",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("closed_at", None), ("closed_by_user_id", None), ("outcome", ""), ("state", "open")),
                            Q(
                                Q(("outcome", ""), _negated=True),
                                ("closed_at__isnull", False),
                                ("closed_by_user_id__isnull", False),
                                ("note__regex", ".{10,}"),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="a_review_closes_with_outcome_and_note",
                    ),
                ],
            },
        ),
        ROWS,
        DETAILS,
        DEEDS,
        migrations.RunSQL(is_own_access(OWN_BEFORE + OF_A_REVIEW), is_own_access(OWN_BEFORE)),
    ]
