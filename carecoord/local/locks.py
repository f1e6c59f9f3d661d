"""The locks: compiled from pyproject.toml by uv, and compared with it without a network."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from carecoord.local.environment import inherited
from carecoord.local.folders import Folders
from carecoord.local.install import install
from carecoord.local.processes import run_in_front
from carecoord.local.refusal import Failure

PRODUCTION = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
EXTRAS = ("local", "dev")


def lock(folders: Folders) -> int:
    install(folders)
    _compile(folders, PRODUCTION)
    _compile(folders, DEVELOPMENT, *(f"--extra={extra}" for extra in EXTRAS), f"--constraint={PRODUCTION}")
    return 0


def stale_pins(root: Path) -> list[str]:
    """One sentence for each direct dependency that a lock has not, has otherwise, or still has."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = [pin for extra in EXTRAS for pin in project["optional-dependencies"][extra]]
    return [
        *_differences(project["dependencies"], root / PRODUCTION),
        *_differences([*project["dependencies"], *extras], root / DEVELOPMENT),
    ]


def _compile(folders: Folders, name: str, *more: str) -> None:
    fixed = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--quiet"]
    fixed += ["--no-emit-index-url", "--no-emit-find-links"]
    command = [
        folders.python,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        *fixed,
        *more,
        f"--output-file={name}",
    ]
    if run_in_front(command, environment=inherited(), folder=folders.root) != 0:
        raise Failure(f"{name} could not be compiled; uv's lines above say why.")


def _differences(wanted: Iterable[str], lock_file: Path) -> list[str]:
    pins = dict(_name_and_version(each) for each in wanted)
    text = lock_file.read_text()
    locked = {_normal(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)}
    direct = {
        _normal(name) for name in re.findall(r"^([\w.-]+)==(?:(?!^\S).)*?carecoord", text, re.MULTILINE | re.DOTALL)
    }
    missing = [name for name, version in pins.items() if locked.get(name) != version]
    return [f"{lock_file.name} does not have {name} {pins[name]}" for name in missing] + [
        f"{lock_file.name} still has {name}" for name in sorted(direct - pins.keys())
    ]


def _name_and_version(requirement: str) -> tuple[str, str]:
    found = re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", requirement)
    if not found:
        raise Failure(f"pyproject.toml: {requirement} does not name one version with ==.")
    return _normal(found[1]), found[2]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
