"""Who wrote, answered or deals with something, where that was a partner's system and no member."""

from django.db import migrations, models

HELP = "Who it was, where that was no member: a partner's system and its organisation."


def named(model: str, name: str) -> migrations.AddField:
    return migrations.AddField(model, name, models.CharField(blank=True, help_text=HELP, max_length=300))


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_open_items_of_a_team")]
    operations = [
        named("handover", "answered_by_name"),
        named("handover", "written_by_name"),
        named("referral", "assigned_to_name"),
        named("referral", "written_by_name"),
        named("referralevent", "written_by_name"),
    ]
