"""Keep the OpenAPI document beside the code, so that a change of it is seen in review."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.api.compatibility import breaks
from carecoord.api.schema import openapi

KEPT = Path(settings.BASE_DIR) / "docs" / "openapi.json"


class Command(BaseCommand):
    help = "Writes docs/openapi.json. Refuses a change that takes something away, unless --incompatible is said."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--incompatible", action="store_true", help="with a decision in docs/decisions")

    def handle(self, *_: Any, incompatible: bool, **__: Any) -> None:
        found = breaks(json.loads(KEPT.read_text()), openapi()) if KEPT.exists() else []
        if found and not incompatible:
            raise CommandError("\n".join(["This would break programs that are in use:", *found]))
        KEPT.write_text(json.dumps(openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
