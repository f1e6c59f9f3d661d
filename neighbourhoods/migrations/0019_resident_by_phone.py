"""The index of phone numbers, made while everybody goes on working."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q

from neighbourhoods.models.residents import PhoneKey

# One that was broken off stands there and is of no use; of any other run nothing is there.
LEFT_OVER = migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS resident_by_phone", migrations.RunSQL.noop)
# Until it is known how many share a number, the planner takes it for thousands.
KNOWN = migrations.RunSQL("ANALYZE neighbourhoods_resident", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("neighbourhoods", "0018_own_by_phone")]
    operations = [
        LEFT_OVER,
        AddIndexConcurrently(
            model_name="resident",
            index=models.Index(PhoneKey(F("phone")), condition=~Q(phone=""), name="resident_by_phone"),
        ),
        KNOWN,
    ]
