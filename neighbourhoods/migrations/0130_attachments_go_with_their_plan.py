"""A merge leaves the files of the plan that ends beside the one that stands."""

from django.db import migrations

from neighbourhoods.merging.written import rules_written

DIGEST = "f60b17cd05e5"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0129_staff_facts")]
    operations = [rules_written(DIGEST)]
