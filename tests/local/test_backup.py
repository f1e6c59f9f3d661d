import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from carecoord.local import servers
from carecoord.local.backup import backup, restore
from carecoord.local.folders import Folders, open_folders
from carecoord.local.holding import holding
from carecoord.local.refusal import Failure, Refusal
from tests.local.conftest import ROOT, asked


def people(folders: Folders) -> str:
    with servers.running(folders, careless=True) as place:
        return asked(place.addresses.owner, "SELECT string_agg(name, ', ' ORDER BY name) FROM person")


PHOTO = f"attachments/ab/{'ab' * 16}"
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def monday(folders: Folders, new_folder: Callable[[], Path]) -> Path:
    """A backup with Sheila in it, of a place that has Ken too since."""
    file = new_folder() / "monday.backup"
    photo = folders.data / PHOTO
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"her allotment")
    (photo.parent / f".{photo.name}").write_bytes(b"half of another")
    with servers.running(folders, careless=True) as place:
        asked(place.addresses.owner, "CREATE TABLE person AS SELECT 'Sheila' AS name")
        asked(place.addresses.owner, "GRANT SELECT ON person TO app_web")
    backup(folders, file)
    with servers.running(folders, careless=True) as place:
        asked(place.addresses.owner, "INSERT INTO person VALUES ('Ken')")
    return file


def test_a_backup_is_for_its_owner_alone(monday: Path) -> None:
    assert monday.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in monday.parent.iterdir()] == ["monday.backup"]


def test_a_backup_is_restored_into_a_new_folder(monday: Path, new_folder: Callable[[], Path]) -> None:
    other = open_folders(ROOT, new_folder())
    restore(other, monday, replaces=False)
    with servers.running(other, careless=True) as place:
        assert asked(place.addresses.web, "SELECT name FROM person") == "Sheila"
        assert (other.data / PHOTO).read_bytes() == b"her allotment"
        assert [path.name for path in (other.data / PHOTO).parent.iterdir()] == [(other.data / PHOTO).name]
        assert (other.data / PHOTO).stat().st_mode & 0o777 == 0o600
        with pytest.raises(Exception, match="permission denied"):
            asked(place.addresses.web, "CREATE TEMP TABLE t ()")


def test_a_place_that_holds_something_is_only_replaced_when_asked(folders: Folders, monday: Path) -> None:
    with pytest.raises(Refusal, match="--replace"):
        restore(folders, monday, replaces=False)
    assert people(folders) == "Ken, Sheila"
    restore(folders, monday, replaces=True)
    assert people(folders) == "Sheila"


@pytest.mark.parametrize("missing", [10, 1000])
def test_a_backup_cut_short_changes_nothing(folders: Folders, monday: Path, missing: int) -> None:
    before = people(folders)
    broken = monday.with_name("broken.backup")
    broken.write_bytes(monday.read_bytes()[:-missing])
    with pytest.raises(Failure, match="no whole backup"):
        restore(folders, broken, replaces=True)
    assert people(folders) == before


def test_nothing_is_restored_under_a_running_place(folders: Folders, monday: Path) -> None:
    with holding(folders.data, "run", waits=False), pytest.raises(Refusal, match="stop it before restoring"):
        restore(folders, monday, replaces=True)


def test_a_backup_of_an_earlier_version_is_a_dump_alone(monday: Path, new_folder: Callable[[], Path]) -> None:
    with zipfile.ZipFile(monday) as archive:
        archive.extract("database", monday.parent)
    other = open_folders(ROOT, new_folder())
    restore(other, monday.parent / "database", replaces=False)
    assert people(other) == "Sheila"
