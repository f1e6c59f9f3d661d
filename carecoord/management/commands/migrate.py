"""Django's own, and then the lists of codes: wherever the tables are brought up to date, they are too.

Restored by another's program, the order of the audit goes on here as well: see `app.continue_audit`.
"""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

from neighbourhoods.codes import load_codes


class Command(migrate.Command):
    help = f"{migrate.Command.help} Afterwards loads the lists of codes in data/codes."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        is_whole = not options["app_label"] and not options["plan"]
        if is_whole and not options["check_unapplied"]:
            load_codes(settings.CODES)
            with connection.cursor() as cursor:
                cursor.execute("SELECT app.continue_audit()")
