"""The README says where things are, and they are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
OWN = ("carecoord", "careplans", "neighbourhoods", "referrals")
PAGES = [
    ROOT / "README.md",
    *(ROOT / "docs").rglob("*.md"),
    *(page for app in OWN for page in (ROOT / app).rglob("*.md")),
]


def test_every_package_stands_on_the_map_once():
    """The apps, and the rooms of the roof and the floor; `management` only holds commands."""
    rooms = {f"carecoord/{path.parent.name}" for path in ROOT.glob("carecoord/*/__init__.py")} - {
        "carecoord/management"
    }
    rows = README.split("## The map")[1].split("\n## ")[0]
    named = [name for row in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE) for name in re.findall(r"`(.+?)`", row)]
    assert sorted(named) == sorted({*rooms, *(f"{app}/" for app in OWN[1:])})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_something_that_is_there(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.split("#")[0]).exists(), target


def test_every_command_of_the_readme_is_one_of_dev():
    source = (ROOT / "carecoord" / "local" / "__main__.py").read_text()
    commands = set(re.findall(r'command\(\s*"(\w+)"', source))
    assert set(re.findall(r"\./dev (\w+)", README)) <= commands
    managed = {path.stem for app in OWN for path in (ROOT / app).glob("**/management/commands/*.py")}
    assert set(re.findall(r"\./dev manage (\w+)", README)) <= managed
