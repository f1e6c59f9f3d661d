"""What was is shown to whoever sees the resident today; of somebody restricted, nothing that leads to them (IG-20)."""

from django.db import migrations

from carecoord.rowsecurity import WEB, function, keeps_past

IS_RESTRICTED = function(
    """
    CREATE FUNCTION app.is_restricted(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    BEGIN ATOMIC
      SELECT EXISTS (SELECT 1 FROM public.neighbourhoods_resident r WHERE r.id = who AND r.is_restricted);
    END
    """,
    "app.is_restricted(uuid)",
)
READ = migrations.RunSQL(
    [
        f"CREATE POLICY web_read ON audit_pastrow FOR SELECT TO {WEB} USING (app.sees(resident_id) AND NOT "
        "(table_name IN ('neighbourhoods_resident', 'neighbourhoods_contact') AND app.is_restricted(resident_id)))",
        f"GRANT SELECT ON audit_pastrow TO {WEB}",
    ],
    [f"REVOKE ALL ON audit_pastrow FROM {WEB}", "DROP POLICY web_read ON audit_pastrow"],
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0025_entry_kept"), ("audit", "0003_past_rows")]
    operations = [
        IS_RESTRICTED,
        READ,
        keeps_past(
            "neighbourhoods_resident",
            "neighbourhoods_contact",
            "neighbourhoods_caseloadentry",
            "neighbourhoods_encounter",
        ),
    ]
