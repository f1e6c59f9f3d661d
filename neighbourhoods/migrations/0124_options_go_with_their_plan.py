"""A merge leaves the options of the plan that ends beside the one that stands."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "fb70ac3e4823"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0123_options_kept_with_the_plan")]
    operations = [rules_written(DIGEST)]
