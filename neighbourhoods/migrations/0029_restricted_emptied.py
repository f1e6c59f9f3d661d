"""How to reach a restricted resident stands nowhere in their row (IG-20). What stood there is kept in the past rows,
which nobody reads while they are restricted, and comes back from there when the restriction is lifted."""

from django.db import migrations

EMPTY = """
    UPDATE neighbourhoods_resident
       SET address_lines = '{}', postcode = '', phone = '', email = '', gp_practice_id = NULL,
           updated_at = now(), version = version + 1
     WHERE is_restricted AND (address_lines <> '{}' OR postcode <> '' OR phone <> '' OR email <> ''
                              OR gp_practice_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0028_guardian")]
    operations = [migrations.RunSQL(EMPTY, migrations.RunSQL.noop)]
