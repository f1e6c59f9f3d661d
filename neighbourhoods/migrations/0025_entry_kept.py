"""What an entry says is never changed, and only its own organisation ends it (IG-38)."""

from django.db import migrations, models
from django.db.models import F, Q

from carecoord.rowsecurity import WEB

# Content is what one person wrote at one moment; the rest tells how it ended.
ONLY_ENDS = migrations.RunSQL(
    [
        """
        CREATE FUNCTION app.only_ends() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE ends text[] := '{ended_at,ended_by_name,ended_reason,error_at,error_reason,updated_at,version}';
        BEGIN
          IF to_jsonb(NEW) - ends IS DISTINCT FROM to_jsonb(OLD) - ends THEN
            RAISE EXCEPTION 'an entry says what was written: end it, and write another that supersedes it'
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$
        """,
        "REVOKE ALL ON FUNCTION app.only_ends() FROM PUBLIC",
        "CREATE TRIGGER only_ends BEFORE UPDATE ON neighbourhoods_entry FOR EACH ROW EXECUTE FUNCTION app.only_ends()",
    ],
    ["DROP TRIGGER only_ends ON neighbourhoods_entry", "DROP FUNCTION app.only_ends()"],
)
# A newer decision ends the one before of a single kind, whoever wrote that: two at once would be dangerous.
OWN = (
    "app.sees(resident_id) AND (is_single OR recorded_by_organisation_id IS NULL "
    "OR recorded_by_organisation_id = app.organisation_id())"
)
OWN_ROWS = migrations.RunSQL(
    [
        "DROP POLICY web ON neighbourhoods_entry",
        f"CREATE POLICY web_read ON neighbourhoods_entry FOR SELECT TO {WEB} USING (app.sees(resident_id))",
        f"CREATE POLICY web_write ON neighbourhoods_entry FOR INSERT TO {WEB} WITH CHECK (app.sees(resident_id))",
        f"CREATE POLICY web_end ON neighbourhoods_entry FOR UPDATE TO {WEB} USING ({OWN}) WITH CHECK ({OWN})",
    ],
    [
        "DROP POLICY web_end ON neighbourhoods_entry",
        "DROP POLICY web_write ON neighbourhoods_entry",
        "DROP POLICY web_read ON neighbourhoods_entry",
        f"CREATE POLICY web ON neighbourhoods_entry TO {WEB} USING (app.sees(resident_id)) "
        "WITH CHECK (app.sees(resident_id))",
    ],
)


def check(name: str, condition: Q) -> migrations.AddConstraint:
    return migrations.AddConstraint("entry", models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0024_entry_filled")]
    operations = [
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(
                fields=("resident", "kind"),
                condition=Q(("ended_at", None), ("is_single", True)),
                name="one_entry_of_a_single_kind",
                violation_error_message="Somebody has just recorded this.",
            ),
        ),
        check(
            "entry_ends_after_it_begins",
            Q(("event_until", None), ("event_on", None), ("event_until__gte", F("event_on")), _connector="OR"),
        ),
        check("an_error_holds_no_longer", Q(("error_at", None), ("ended_at__isnull", False), _connector="OR")),
        check(
            "a_note_is_about_an_entry",
            Q(
                Q(("about__isnull", False), ("kind", "annotation")),
                Q(Q(("kind", "annotation"), _negated=True), ("about", None)),
                _connector="OR",
            ),
        ),
        check(
            "entry_supersedes_another",
            Q(("supersedes", None), Q(("supersedes", F("id")), _negated=True), _connector="OR"),
        ),
        ONLY_ENDS,
        OWN_ROWS,
    ]
