"""Indexes that are always empty: whether anything is open without a team is asked on every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0004_new_neighbourhoods"),
        ("referrals", "0003_drafted_handovers_are_the_givers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("accountable_team", None), ("status__in", ["accepted", "draft", "offered"])),
                fields=["id"],
                name="handover_without_team",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    ("accountable_team", None),
                    (
                        "status__in",
                        [
                            "accepted",
                            "draft",
                            "failed",
                            "in_progress",
                            "info_requested",
                            "on_hold",
                            "received",
                            "rejected",
                            "sent",
                        ],
                    ),
                ),
                fields=["id"],
                name="referral_without_team",
            ),
        ),
    ]
