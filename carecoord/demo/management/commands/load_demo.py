"""Make the demonstration place, or give its accounts another password."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carecoord.demo import loading


class Command(BaseCommand):
    help = (
        "Make the demonstration place on its first run; later runs only set the passwords. "
        "CARECOORD_DEMO_PASSWORD is the password of every demonstration account."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration place is only for a system that runs with DEMO=1.", returncode=2)
        password = os.environ.get("CARECOORD_DEMO_PASSWORD", "")
        if not password:
            raise CommandError(
                "CARECOORD_DEMO_PASSWORD is not set. For example: CARECOORD_DEMO_PASSWORD=a word", returncode=2
            )
        if loading.is_loaded():
            loading.set_passwords(password)
        else:
            loading.load(password, self.stdout.write)
