"""Since when and until when an organisation shares data by agreement, and whom to ask about privacy (domain.md 2.4).

Each column has a default in the database, because the code of the landing before inserts without them.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0137_named_by_others")]
    operations = [
        migrations.AddField("organisation", "agreement_starts_on", models.DateField(null=True, blank=True)),
        migrations.AddField(
            "organisation",
            "agreement_ends_on",
            models.DateField(null=True, blank=True, help_text="The last day of its data sharing agreement."),
        ),
        migrations.AddField(
            "organisation",
            "privacy_contact",
            models.CharField(
                max_length=200,
                blank=True,
                default="",
                db_default="",
                help_text="Whom other organisations ask about privacy: name, phone, email.",
            ),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(agreement_starts_on=None)
                | Q(agreement_ends_on=None)
                | Q(agreement_ends_on__gte=F("agreement_starts_on")),
                name="an_agreement_ends_after_it_begins",
                violation_error_message="The last day of the agreement is before its first day.",
            ),
        ),
    ]
