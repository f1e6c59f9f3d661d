"""Whom an identity provider means by a subject. No resident's data, so grants without policies; nothing is deleted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import shared_rows


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_round")]
    operations = [
        migrations.CreateModel(
            name="LinkedSignIn",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked_sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuer", "subject"),
                        name="one_account_per_subject",
                        violation_error_message="This subject is linked to an account.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "issuer"),
                        name="one_subject_per_account",
                        violation_error_message="This account is linked already.",
                    ),
                ],
            },
        ),
        shared_rows("accounts_linkedsignin", web="SELECT, INSERT, UPDATE"),
    ]
