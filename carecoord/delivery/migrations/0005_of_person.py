"""The newest messages to somebody are found by an index, in the place of the one of its first column. Made while
everybody works on."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("delivery", "0004_texts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        # What was broken off stands there and is of no use; of any other run nothing is there.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS delivery_of_person", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(fields=["recipient", "-id"], name="delivery_of_person"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
