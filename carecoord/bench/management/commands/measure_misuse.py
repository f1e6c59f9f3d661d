"""What the rules for misuse notice of a week in which some is known to be misuse."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.bench.misuse import REPORTED_SEED, measure
from carecoord.privacy.models import PrivacyReview


class Command(BaseCommand):
    help = (
        "Draw an invented place and a week of looks, some of them misuse, let the rules look at it, and say how much "
        "was caught and how much was noticed wrongly for 100 staff a week. Everything is rolled back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=REPORTED_SEED)

    def handle(self, *_: Any, seed: int, **__: Any) -> None:
        if settings.LOGIN != "owner":
            raise CommandError("Measuring needs the owner's login: use ./dev manage.", returncode=2)
        outcome = measure(seed)
        self.stdout.write(f"{'what':<45}{'seeded':>8}{'caught':>8}{'wrongly':>9}")
        for kind, label in PrivacyReview.Kind.choices:
            if kind in outcome.seeded or kind in outcome.false:
                counts = (outcome.seeded.get(kind, 0), outcome.caught.get(kind, 0), outcome.false.get(kind, 0))
                self.stdout.write(f"{label:<45}{counts[0]:>8}{counts[1]:>8}{counts[2]:>9}")
        self.stdout.write(f"Noticed wrongly for 100 staff a week: {outcome.false_per_100_staff:.1f}.")
