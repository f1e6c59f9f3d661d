"""Who the GP is, by name (domain.md 2.1): it leads to their practice, and the policy hides it as it hides that."""

from django.db import migrations, models

KINDS = [
    ("name", "Name"),
    ("identifier", "Number"),
    ("address", "Address"),
    ("telecom", "Phone or email"),
    ("gp", "GP"),
]


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0126_contact_nhs_number")]
    operations = [migrations.AlterField("residentdetail", "kind", models.CharField(max_length=20, choices=KINDS))]
