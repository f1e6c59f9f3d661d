"""A carer's copy of the plan has what the resident shares with carers: nothing, until somebody has asked them."""

import django.contrib.postgres.fields
from django.db import migrations, models

PARTS = django.contrib.postgres.fields.ArrayField(models.CharField(max_length=60))


class Migration(migrations.Migration):
    dependencies = [("careplans", "0034_options_rows")]
    operations = [
        migrations.AddField(
            "careplan",
            "shared_with_carers",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=60),
                blank=True,
                db_default=models.Value([], PARTS),
                default=list,
                help_text="What the resident lets a carer's copy have (careplans.services.sharing).",
            ),
        )
    ]
