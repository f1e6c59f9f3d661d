"""From whom a visit, a call or a note is kept when the record is given out (IG-21, IG-25).

What was written before, and what the code of the landing before writes, says that nobody was asked: it is given out to
nobody.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0048_entry_hidden")]
    operations = [
        migrations.AddField(
            "encounter", "hidden", models.CharField(max_length=20, blank=True, default="", db_default="not-asked")
        ),
    ]
