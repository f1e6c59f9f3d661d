"""What else domain.md 2.1 asks about a person: one current value of each, in the person's own row.

Each column has a default in the database, because the code of the landing before inserts without them.
"""

from django.db import migrations, models
from django.db.models import Q

CODES = {
    "death_status": ("death-status", 1),
    "stated_gender": ("stated-gender", 1),
    "ethnic_category": ("ethnic-category", 2),
    "marital_status": ("marital-status", 1),
    "residential_status": ("residential-status", 1),
    "language": ("human-language", 10),
    "language_proficiency": ("language-proficiency", 1),
    "preferred_contact_method": ("preferred-contact-method", 2),
    "preferred_written_format": ("written-format", 2),
}


def words(most, **more):
    return models.CharField(max_length=most, blank=True, default="", db_default="", **more)


def add(name, field):
    return migrations.AddField("resident", name, field)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0035_resident_detail")]
    operations = [
        *(add(name, words(most, help_text=f"A code of the list {key}.")) for name, (key, most) in CODES.items()),
        add("suffix", words(35)),
        add("pronouns", words(35)),
        add("interpreter_required", models.BooleanField(blank=True, null=True, help_text="Empty: nobody has asked.")),
        add(
            "national_opt_out",
            models.BooleanField(
                default=False,
                db_default=False,
                help_text="Of research and planning; it changes nothing for care (IG-17).",
            ),
        ),
        migrations.AddConstraint(
            "resident",
            models.CheckConstraint(
                condition=Q(died_on=None) | ~Q(death_status="U"),
                name="a_death_taken_back_has_no_day",
                violation_error_message="Take the day of death away, or say how the death is known.",
            ),
        ),
    ]
