"""A merge leaves the needs and strengths of the plan that ends beside the one that stands."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "fb91ad7997f2"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0133_needs_kept_with_the_plan")]
    operations = [rules_written(DIGEST)]
