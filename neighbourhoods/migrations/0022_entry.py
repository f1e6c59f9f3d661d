"""What stands beside the banner is one kind of entry among others (docs/decisions/0015).

Web and workers of the landing before are still running when this is applied. They go on by the old name: a view of the
columns that they know, through which the policies of the table hold as before (`security_invoker`). The landing after
this one drops it.
"""

from django.db import migrations

from carecoord.rowsecurity import SYSTEM, WEB

BEFORE = (
    "id, created_at, updated_at, version, kind, text, event_on, ended_at, recorded_by_id, "
    "recorded_by_organisation_id, resident_id"
)
OLD_NAME = migrations.RunSQL(
    [
        f"CREATE VIEW neighbourhoods_bannerentry WITH (security_invoker = true) AS "
        f"SELECT {BEFORE} FROM neighbourhoods_entry",
        f"GRANT SELECT, INSERT, UPDATE ON neighbourhoods_bannerentry TO {WEB}, {SYSTEM}",
    ],
    ["DROP VIEW neighbourhoods_bannerentry"],
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0021_entry_words")]
    operations = [
        migrations.RenameModel("BannerEntry", "Entry"),
        OLD_NAME,
        migrations.RenameIndex("entry", new_name="entry_of_resident_now", old_name="banner_of_resident"),
    ]
