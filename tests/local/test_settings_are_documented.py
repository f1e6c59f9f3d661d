import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "carecoord" / "settings.py").read_text()))
# Each program sets it for itself.
INTERNAL = {"CARECOORD_LOGIN"}
# The image has its own, and serves no demonstration.
NOT_IN_COMPOSE = {"DEMO", "DATA_DIR", "STATIC_ROOT", "TEST_DATABASE_NAME"}


def test_every_setting_has_one_line_in_the_example() -> None:
    lines = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(lines) == len(set(lines))
    assert set() == SETTINGS - INTERNAL - set(lines)


def test_every_setting_of_production_can_be_given_to_compose() -> None:
    passed_on = re.findall(r"^ +([A-Z_]+): ", (ROOT / "docker-compose.yml").read_text(), re.MULTILINE)
    assert set() == SETTINGS - INTERNAL - NOT_IN_COMPOSE - set(passed_on)


def named_in_readme() -> list[str]:
    """The variables of the first column of the table of settings."""
    section = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]


def read_anywhere() -> set[str]:
    """By the settings, by the programs themselves, by compose, and offered by the example."""
    python = " ".join(path.read_text() for path in (ROOT / "carecoord").rglob("*.py"))
    return {
        *SETTINGS,
        *re.findall(r'os\.environ(?:\.get\(|\[)"(CARECOORD_[A-Z_]+)"', python),
        *re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()),
        *re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE),
    } - INTERNAL


def test_the_readme_names_every_variable_that_is_read_once_and_no_other() -> None:
    named = named_in_readme()
    assert len(named) == len(set(named))
    assert set(named) == read_anywhere()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "SECRET_KEY is not set. For example: "),
        ("x" * 49, "SECRET_KEY has 49 characters and needs 50 or more, made at random. For example: "),
    ],
)
def test_a_secret_key_that_could_be_guessed_starts_nothing(key: str, sentence: str) -> None:
    variables = {**os.environ, "SECRET_KEY": key}
    command = [sys.executable, "-c", "import carecoord.settings"]
    said = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert said.stderr.startswith(sentence)
    assert said.stderr.count("\n") == 1
    assert not key or key not in said.stderr
