"""Accounts, sessions and second factors: no resident's data, so grants without policies."""

from django.db import migrations

from carecoord.rowsecurity import shared_rows

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        shared_rows("accounts_user", web="SELECT, INSERT, UPDATE"),
        shared_rows("django_session", web=EVERYTHING, system=""),
        shared_rows("account_emailaddress", web=EVERYTHING, system=""),
        shared_rows("account_emailconfirmation", web=EVERYTHING, system=""),
        shared_rows("mfa_authenticator", web=EVERYTHING, system=""),
        shared_rows("django_content_type"),
        # /readyz compares what has been migrated with what the code expects.
        shared_rows("django_migrations"),
    ]
