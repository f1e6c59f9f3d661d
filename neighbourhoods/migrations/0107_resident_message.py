"""Messages to residents, kept on their record: written once, and never changed but by a merge."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import keeps_past, residents_rows


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0103_guardians_purpose"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("channel", models.CharField(choices=[("sms", "Text message"), ("email", "Email")], max_length=10)),
                ("wording", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=160)),
                (
                    "in_spite",
                    models.CharField(
                        blank=True,
                        help_text="Why it is sent although they are said to be unsafe to contact.",
                        max_length=200,
                    ),
                ),
                ("sent_by_name", models.CharField(max_length=310)),
                (
                    "proxy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.proxy",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.resident"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.membership",
                    ),
                ),
                (
                    "sent_by_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        help_text="Whom they are asked to ring.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["resident"], name="message_of_resident")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="a_message_says_something"
                    )
                ],
            },
        ),
        residents_rows("neighbourhoods_residentmessage", web="SELECT, INSERT"),
        keeps_past("neighbourhoods_residentmessage"),
    ]
