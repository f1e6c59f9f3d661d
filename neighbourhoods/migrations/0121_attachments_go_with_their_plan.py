"""A merge leaves the files of the plan that ends beside the one that stands."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "f60b17cd05e5"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0124_options_go_with_their_plan")]
    operations = [rules_written(DIGEST)]
