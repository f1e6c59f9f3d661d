"""Groups whose care is planned together, as words on the resident."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0006_api_clients"),
    ]

    operations = [
        migrations.AddField(
            model_name="resident",
            name="cohorts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=list,
                help_text="Groups whose care is planned together.",
                size=None,
            ),
        ),
    ]
