"""A resident's changes in the order of their page, with what narrows them; made while everybody works on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# One that was broken off stands there and is of no use; of any other run nothing is there.
LEFT_OVER = migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS audit_changes_of_resident", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0007_who_looked")]
    operations = [
        LEFT_OVER,
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                fields=["resident_id", "-at", "-id", "about_type", "organisation_id", "membership_id"],
                condition=models.Q(kind="change"),
                name="audit_changes_of_resident",
            ),
        ),
    ]
