"""Text messages: a person's mobile number, messages to whom an item names, and what became of them on their way."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import carecoord.clock.present
from carecoord.rowsecurity import WEB, shared_rows

# Whether it arrived is told by GOV.UK Notify, whom the web answers.
RECEIPTS = migrations.RunSQL(
    f"GRANT UPDATE (state, failure) ON delivery_delivery TO {WEB}",
    f"REVOKE UPDATE (state, failure) ON delivery_delivery FROM {WEB}",
)


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_logged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mobile",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="mobile",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, help_text="As +447700900123; empty: taken away.", max_length=16),
                ),
                ("code_sent_at", models.DateTimeField(default=carecoord.clock.present.now)),
                (
                    "codes_sent",
                    models.PositiveSmallIntegerField(default=0, help_text="Since a number was last confirmed."),
                ),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        shared_rows("delivery_mobile", web="SELECT, INSERT, UPDATE", system="SELECT"),
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[("email", "Email"), ("sms", "Text message")], default="email", max_length=10
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("logged", "Logged, not sent"),
                    ("failed", "Not delivered"),
                    ("bounced", "Came back"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=Q(("recipient", None)),
                fields=("channel", "cause"),
                name="one_message_per_cause_without_account",
            ),
        ),
        RECEIPTS,
    ]
