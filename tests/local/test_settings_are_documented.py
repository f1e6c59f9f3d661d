import re
from pathlib import Path

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
