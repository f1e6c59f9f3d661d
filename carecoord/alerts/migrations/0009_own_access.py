"""Whether what an alert is about is the access of whoever asks: nobody answers for their own (IG-07)."""

from django.db import migrations

from carecoord.rowsecurity import function

# Who claimed a record is in the audit only, which the claimant reads no longer than the record.
OWN_ACCESS = function(
    """
    CREATE FUNCTION app.is_own_access(about_type text, about uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT CASE about_type
        WHEN 'relationship' THEN EXISTS (
          SELECT 1 FROM public.audit_auditentry a
          WHERE a.about_id = about AND a.verb = 'relationship.claimed' AND a.actor_id = app.actor_id())
        WHEN 'membership' THEN EXISTS (
          SELECT 1 FROM public.neighbourhoods_membership m WHERE m.id = about AND m.user_id = app.actor_id())
        WHEN 'user' THEN coalesce(about = app.actor_id(), false)
        ELSE false END;
    END
    """,
    "app.is_own_access(text, uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0008_standing_of_team"), ("neighbourhoods", "0002_gate")]
    operations = [OWN_ACCESS]
