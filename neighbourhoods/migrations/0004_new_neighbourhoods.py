"""An administrator of the partnership adds neighbourhoods on a page, so the web's role may insert them."""

from django.db import migrations

from carecoord.rowsecurity import WEB


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0003_residents_held")]
    operations = [
        migrations.RunSQL(
            f"GRANT INSERT ON neighbourhoods_neighbourhood TO {WEB}",
            f"REVOKE INSERT ON neighbourhoods_neighbourhood FROM {WEB}",
        )
    ]
