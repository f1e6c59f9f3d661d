"""What was said of two actions goes with them when a merge is undone, and nobody is asked about it."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "51de2851d1bb"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0138_who_named_themselves")]
    operations = [rules_written(DIGEST)]
