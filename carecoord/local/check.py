"""./dev check: every check runs, even after one has failed, and a short summary closes it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from carecoord.local.folders import Folders, say
from carecoord.local.locks import stale_pins
from carecoord.local.processes import run_in_front
from carecoord.local.testing import prepared

# As in production: ./dev run's own settings would not pass, because it serves plain HTTP on this machine.
PRODUCTION = {
    "DEMO": "0",
    "BASE_URL": "https://care.example.org",
    "ALLOWED_HOSTS": "care.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    variables: Mapping[str, str] = field(default_factory=dict)


def check(folders: Folders) -> int:
    with prepared(folders, "check") as variables:
        failed = [each.name for each in _checks(folders) if not _passes(folders, each, variables)]
    failed += _stale_locks(folders)
    say(f"\n{len(failed)} of the checks failed: {', '.join(failed)}." if failed else "\nEvery check passed.")
    return 1 if failed else 0


def _checks(folders: Folders) -> list[Check]:
    def module(*command: str) -> list[str]:
        return [folders.python, "-m", *command]

    import_rules = [folders.python, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    templates = [str(place) for place in _template_folders(folders.root)]
    production = PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)}
    return [
        Check("ruff", module("ruff", "check", ".")),
        Check("format", module("ruff", "format", "--check", ".")),
        Check("types", module("mypy", ".")),
        Check("imports", import_rules),
        Check("templates", module("djlint", "--lint", "--quiet", *templates)),
        Check("components", module("djlint", "--lint", "--quiet", "--extension=jinja", "--profile=jinja", *templates)),
        Check("migrations", [*folders.manage, "makemigrations", "--check", "--dry-run"]),
        Check("deploy", [*folders.manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def _passes(folders: Folders, each: Check, variables: Mapping[str, str]) -> bool:
    say(f"\n{each.name}")
    return run_in_front(each.command, environment={**variables, **each.variables}, folder=folders.root) == 0


def _template_folders(root: Path) -> list[Path]:
    found = [root / "templates", *root.glob("*/templates"), *root.glob("carecoord/*/templates")]
    return [folder for folder in found if any(folder.rglob("*.html"))]


def _stale_locks(folders: Folders) -> list[str]:
    stale = stale_pins(folders.root)
    for sentence in stale:
        say(f"{sentence}: compile it with ./dev lock.")
    return ["locks"] if stale else []
