import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_has_one_line_in_the_example() -> None:
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "carecoord" / "settings.py").read_text()))
    lines = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(lines) == len(set(lines))
    # CARECOORD_LOGIN is set by each program for itself.
    assert asked - {"CARECOORD_LOGIN"} <= set(lines)
