"""Answers kept for Idempotency-Key: a client reads its own, workers forget the old ones."""

import django.contrib.postgres.fields
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import guarded_rows


class Migration(migrations.Migration):
    initial = True

    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="AnsweredRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(help_text="SHA-256 of method, address and body.", max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                (
                    "headers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=2
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("body", models.BinaryField()),
                ("answered_at", models.DateTimeField(default=carecoord.clock.present.now)),
            ],
            options={
                "indexes": [models.Index(fields=["answered_at"], name="answers_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("client_id", "key"), name="one_answer_per_key")
                ],
            },
        ),
        guarded_rows(
            "api_answeredrequest",
            read="client_id = app.actor_id()",
            web="SELECT, INSERT, UPDATE",
            system="SELECT, DELETE",
        ),
    ]
