"""A resident's changes, with what narrows them, and a resident's looks have an index each, in the place of one of both.

Each entry is in one of them only. Made while everybody works on.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# What was broken off stands there and is of no use; of any other run nothing is there.
LEFT_OVER = [
    migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)
    for name in ("audit_changes_of_resident", "audit_looks_of_resident")
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0007_who_looked")]
    operations = [
        *LEFT_OVER,
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                fields=["resident_id", "-at", "about_type", "organisation_id", "membership_id"],
                condition=models.Q(kind="change"),
                name="audit_changes_of_resident",
            ),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                fields=["resident_id", "-at"], condition=models.Q(kind="look"), name="audit_looks_of_resident"
            ),
        ),
        RemoveIndexConcurrently(model_name="auditentry", name="audit_of_resident"),
    ]
