"""Deliveries hold no resident's details: staff see what became of them, only workers change them."""

from django.db import migrations

from carecoord.rowsecurity import shared_rows


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [shared_rows("delivery_delivery", web="SELECT, INSERT", system="SELECT, INSERT, UPDATE")]
