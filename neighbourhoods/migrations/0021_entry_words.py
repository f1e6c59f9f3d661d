"""Room for more kinds of entries, and for longer words: types that are wider, so that no row is written anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0020_codes")]
    operations = [
        migrations.AlterField("bannerentry", "kind", models.CharField(max_length=60)),
        migrations.AlterField("bannerentry", "text", models.TextField(blank=True)),
    ]
