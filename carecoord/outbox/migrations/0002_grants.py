"""The web adds messages and reads none; the relay reads and marks them."""

from django.db import migrations

from carecoord.rowsecurity import shared_rows


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [shared_rows("outbox_outboxmessage", web="INSERT", system="SELECT, INSERT, UPDATE")]
