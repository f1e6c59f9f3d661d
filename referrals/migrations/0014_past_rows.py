"""What a change of a referral or a handover replaced is kept."""

from django.db import migrations

from carecoord.rowsecurity import keeps_past


class Migration(migrations.Migration):
    dependencies = [("referrals", "0013_glance_at_the_inbox"), ("audit", "0003_past_rows")]
    operations = [keeps_past("referrals_referral", "referrals_handover")]
