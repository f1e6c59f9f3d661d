"""Lists of codes: shared, and written by the owner alone."""

import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import shared_rows


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0019_resident_by_phone")]
    operations = [
        migrations.CreateModel(
            name="CodeList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=150)),
                ("source", models.CharField(max_length=300)),
                ("licence", models.CharField(max_length=60)),
                ("list_version", models.CharField(max_length=30)),
                ("digest", models.CharField(editable=False, max_length=64)),
            ],
            options={"ordering": ["key"]},
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("display", models.CharField(max_length=300)),
                ("position", models.PositiveIntegerField()),
                ("is_current", models.BooleanField(default=True)),
                (
                    "code_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="neighbourhoods.codelist",
                    ),
                ),
            ],
            options={
                "ordering": ["code_list", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("code_list", "code"), name="a_code_stands_once_in_its_list")
                ],
            },
        ),
        shared_rows("neighbourhoods_codelist"),
        shared_rows("neighbourhoods_code"),
    ]
