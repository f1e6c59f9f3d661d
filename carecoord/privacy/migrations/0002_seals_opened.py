"""What is sealed, and was opened with a reason, is reviewed too (IG-08)."""

from django.db import migrations, models

KINDS = [("claim", "Opened with a reason"), ("emergency", "Emergency access"), ("seal", "Restricted entries opened")]


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.AlterField("privacyreview", "kind", models.CharField(choices=KINDS, max_length=20))]
