"""What the entries so far are about, who wrote them, and which of them is the one of its kind."""

from django.db import migrations

SECTION = """
    UPDATE neighbourhoods_entry SET section = CASE kind
      WHEN 'alert' THEN 'alerts' WHEN 'adjustment' THEN 'individual_requirements' WHEN 'cpr' THEN 'end_of_life'
      WHEN 'legal' THEN 'legal' WHEN 'problem' THEN 'problems' ELSE 'allergies' END
    WHERE section = ''
"""
AUTHOR = """
    UPDATE neighbourhoods_entry e SET recorded_by_name = u.name, recorded_by_role = m.role
    FROM neighbourhoods_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.id = e.recorded_by_id AND e.recorded_by_name = ''
"""
# The newest where there are several: rows that were written past the services may stand beside it.
SINGLE = """
    UPDATE neighbourhoods_entry e SET is_single = true
    FROM (SELECT DISTINCT ON (resident_id, kind) id FROM neighbourhoods_entry
          WHERE kind IN ('cpr', 'no_known_allergies') AND ended_at IS NULL
          ORDER BY resident_id, kind, created_at DESC, id DESC) newest
    WHERE newest.id = e.id
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0023_entry_facts")]
    operations = [migrations.RunSQL([SECTION, AUTHOR, SINGLE], migrations.RunSQL.noop)]
