"""A merge leaves the reviews of the plan that ends beside the one that stands."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "564c5f1b93ff"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0107_resident_message")]
    operations = [rules_written(DIGEST)]
