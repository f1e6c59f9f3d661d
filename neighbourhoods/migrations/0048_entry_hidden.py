"""From whom an entry is kept when the record is given out (IG-21, IG-25).

What was written before, and what the code of the landing before writes, says that nobody was asked: it is given out to
nobody. Content is immutable, so the default in the database says it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0047_ages")]
    operations = [
        migrations.AddField(
            "entry", "hidden", models.CharField(max_length=20, blank=True, default="", db_default="not-asked")
        ),
    ]
