"""A use of records that a rule has noticed is looked into as what people open for themselves is."""

from django.db import migrations, models

KINDS = [
    ("claim", "Opened with a reason"),
    ("emergency", "Emergency access"),
    ("seal", "Restricted entries opened"),
    ("own_record", "A record that seems to be their own"),
    ("same_address", "Somebody at their own address"),
    ("same_surname", "Somebody with their rare surname"),
    ("colleague", "Somebody of their own organisation"),
    ("nothing_after", "Nothing done after an emergency access"),
    ("volume", "Far more records than usual"),
    ("guessing", "Dates of birth guessed by a partner system"),
]


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_seals_opened")]
    operations = [
        migrations.AlterField("privacyreview", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.AlterField("privacyreview", "resident_id", models.UUIDField(null=True)),
        migrations.AddField(
            "privacyreview",
            "facts",
            models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), editable=False),
        ),
    ]
