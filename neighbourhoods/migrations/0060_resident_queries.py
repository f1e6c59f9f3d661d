"""What a resident questions stands beside an entry, as notes of others do; the team that is asked ends it (IG-29)."""

from django.db import migrations, models
from django.db.models import Q

READ = "app.sees(resident_id) AND (seal = '' OR app.reads_seal(resident_id, seal, recorded_by_team_id, seal_team_id))"
ASKED = "kind = 'resident_query' AND seal_team_id = ANY ((SELECT app.teams())::uuid[])"
OWN = "is_single OR recorded_by_organisation_id IS NULL OR recorded_by_organisation_id = app.organisation_id()"
OWN_TEAM = (
    "(seal = '' OR recorded_by_team_id = ANY ((SELECT app.teams())::uuid[]) "
    "OR seal_team_id = ANY ((SELECT app.teams())::uuid[]))"
)


def ends(own: str) -> str:
    end = f"{READ} AND ({own}) AND {OWN_TEAM}"
    return f"ALTER POLICY web_end ON neighbourhoods_entry USING ({end}) WITH CHECK ({end})"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0056_resident_imports")]
    operations = [
        migrations.RemoveConstraint("entry", "a_note_is_about_an_entry"),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=Q(
                    Q(("about__isnull", False), ("kind__in", ("annotation", "resident_query"))),
                    Q(Q(("kind__in", ("annotation", "resident_query")), _negated=True), ("about", None)),
                    _connector="OR",
                ),
                name="a_note_is_about_an_entry",
            ),
        ),
        migrations.RunSQL(ends(f"{OWN} OR {ASKED}"), ends(OWN)),
        migrations.AlterField(
            "entry",
            "seal_team",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Reads it beside the team that wrote it: of a note, and of a correction. Answers a question.",
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="neighbourhoods.team",
            ),
        ),
    ]
