"""When the weekly round of a care home is, and who leads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0051_care_packages"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="clinical_lead",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who leads the weekly round: name and role.",
                max_length=150,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="cqc_id",
            field=models.CharField(blank=True, db_default="", default="", help_text="Of a care home.", max_length=20),
        ),
        migrations.AddField(
            model_name="organisation",
            name="round_weekday",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Of the weekly round of a care home; 0 is Monday.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("round_weekday", None), ("round_weekday__lte", 6), _connector="OR"),
                name="a_round_is_on_a_weekday",
            ),
        ),
    ]
