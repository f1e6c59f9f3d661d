"""Everybody's visits, calls and notes in the order in which they took place, for whoever sees many of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0014_why_they_looked")]
    operations = [
        migrations.AddIndex(model_name="encounter", index=models.Index(fields=["at", "id"], name="encounter_list")),
    ]
