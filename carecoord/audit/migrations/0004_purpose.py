"""What an entry was for (IG-27)."""

from django.db import migrations, models

from carecoord.rowsecurity import function

# For what the database writes by itself, and for the code of the landing before, which names no purpose.
PURPOSE = function(
    """
    CREATE FUNCTION app.purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE current_setting('app.role', true)
      WHEN 'privacy_officer' THEN 'information governance'
      WHEN 'administrator' THEN 'administration'
      ELSE 'individual care' END
    """,
    "app.purpose()",
)
# Two steps: with a constant default no row is written anew, however many there are.
COLUMN = migrations.RunSQL(
    [
        "ALTER TABLE audit_auditentry ADD COLUMN purpose varchar(40) NOT NULL DEFAULT 'individual care'",
        "ALTER TABLE audit_auditentry ALTER COLUMN purpose SET DEFAULT app.purpose()",
    ],
    ["ALTER TABLE audit_auditentry DROP COLUMN purpose"],
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_past_rows")]
    operations = [
        PURPOSE,
        migrations.SeparateDatabaseAndState(
            [COLUMN],
            [migrations.AddField("auditentry", "purpose", models.CharField(default="individual care", max_length=40))],
        ),
    ]
