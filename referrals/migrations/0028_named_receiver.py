"""Who of the receiving team is told first of a handover."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0027_work_of_a_person")]
    operations = [
        migrations.AddField(
            model_name="handover",
            name="named",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Who of the receiving team is told first.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="neighbourhoods.membership",
            ),
        ),
    ]
