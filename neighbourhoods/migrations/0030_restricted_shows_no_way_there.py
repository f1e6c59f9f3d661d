"""The database itself keeps the way to a restricted resident out of the row, of contacts and of the past (IG-20)."""

from django.db import migrations, models
from django.db.models import Q

from carecoord.rowsecurity import function

PAST = "audit_pastrow"
# Rows that say how to reach somebody, or repeat a card or a snapshot that says it.
LEADS_THERE = "'neighbourhoods_resident', 'neighbourhoods_contact', 'referrals_referral', 'referrals_handover'"
LED_THERE = "'neighbourhoods_resident', 'neighbourhoods_contact'"
CONTACT = "neighbourhoods_contact"
SEEN = "app.sees(resident_id)"


def past(tables: str) -> str:
    return (
        f"ALTER POLICY web_read ON {PAST} "
        f"USING (app.sees(resident_id) AND NOT (table_name IN ({tables}) AND app.is_restricted(resident_id)))"
    )


def contacts(read: str) -> str:
    return f"ALTER POLICY web ON {CONTACT} USING ({read}) WITH CHECK ({SEEN})"


# What stood there before: the latest row that was not restricted, or that a former release had not emptied.
LIFT = function(
    """
    CREATE FUNCTION app.lift_restriction(who uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE was jsonb;
    BEGIN
      IF app.actor_id() IS NULL OR NOT app.sees(who) THEN
        RAISE EXCEPTION 'a restriction is lifted by whoever sees the resident' USING ERRCODE = 'insufficient_privilege';
      END IF;
      SELECT p.row INTO was FROM audit_pastrow p
       WHERE p.resident_id = who AND p.table_name = 'neighbourhoods_resident' AND p.row_id = who
         AND ((p.row ->> 'is_restricted') = 'false' OR p.row -> 'address_lines' <> '[]' OR p.row ->> 'postcode' <> ''
              OR p.row ->> 'phone' <> '' OR p.row ->> 'email' <> '' OR p.row ->> 'gp_practice_id' IS NOT NULL)
       ORDER BY p.replaced_at DESC, p.id DESC LIMIT 1;
      UPDATE neighbourhoods_resident r
         SET is_restricted = false, updated_at = app.present(), version = r.version + 1,
             address_lines = CASE WHEN was IS NULL THEN '{}' ELSE
                               ARRAY(SELECT jsonb_array_elements_text(was -> 'address_lines')) END,
             postcode = coalesce(was ->> 'postcode', ''), phone = coalesce(was ->> 'phone', ''),
             email = coalesce(was ->> 'email', ''), gp_practice_id = (was ->> 'gp_practice_id')::uuid
       WHERE r.id = who AND r.is_restricted;
      RETURN FOUND;
    END $$
    """,
    "app.lift_restriction(uuid)",
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0029_restricted_emptied")]
    operations = [
        migrations.AddConstraint(
            "resident",
            models.CheckConstraint(
                condition=Q(
                    ("is_restricted", False),
                    Q(("address_lines", []), ("email", ""), ("gp_practice", None), ("phone", ""), ("postcode", "")),
                    _connector="OR",
                ),
                name="restricted_shows_no_way_there",
            ),
        ),
        migrations.RunSQL(past(LEADS_THERE), past(LED_THERE)),
        migrations.RunSQL(
            contacts(f"{SEEN} AND (kind = 'professional' OR NOT app.is_restricted(resident_id))"), contacts(SEEN)
        ),
        LIFT,
    ]
