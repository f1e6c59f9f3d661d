"""A team's whole list of referrals or handovers, and one of a single status, in the order of their ids."""

import django.db.models.deletion
from django.db import migrations, models


def team(*, is_optional: bool) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        null=is_optional,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="neighbourhoods.team",
    )


INDEXES = [
    ("referral", ["from_team", "id"], "referral_list_of_sender"),
    ("referral", ["to_team", "id"], "referral_list_of_receiver"),
    ("referral", ["status", "id"], "referral_list_by_status"),
    ("handover", ["from_team", "id"], "handover_list_of_giver"),
    ("handover", ["to_team", "id"], "handover_list_of_receiver"),
]


class Migration(migrations.Migration):
    dependencies = [("referrals", "0010_caseload_from_indexes")]
    operations = [
        *(
            migrations.AddIndex(model_name=model, index=models.Index(fields=fields, name=name))
            for model, fields, name in INDEXES
        ),
        *(
            migrations.AlterField(model_name=model, name=name, field=team(is_optional=is_optional))
            for model in ("referral", "handover")
            for name, is_optional in (("from_team", False), ("to_team", True))
        ),
    ]
