"""Files are whole before anything names them, are found by nobody by chance, and are gone once nothing names them."""

import errno
import os
import shutil
from collections import namedtuple

import pytest

from carecoord.media import store
from carecoord.media.store import NoRoom


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path / store.FOLDER


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_kept_under_a_random_name_for_its_owner_alone(folder):
    one, other = store.keep(b"a photo"), store.keep(b"a photo")
    assert one != other
    assert files(folder) == sorted((one, other))
    path = folder / one[:2] / one
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert store.read(one) == b"a photo"


@pytest.mark.parametrize("name", ["../../secret", "", "A" * 32, "a" * 31, "a" * 33, "/etc/passwd"])
def test_no_other_name_leads_anywhere(name):
    with pytest.raises(ValueError, match="no name"):
        store.read(name)


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_full_disk_is_told_and_leaves_nothing(folder, monkeypatch, step):
    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step == "write":
        monkeypatch.setattr("builtins.open", full)
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr("pathlib.Path.rename", full)
    with pytest.raises(NoRoom, match="There is no room left to keep files"):
        store.keep(b"a photo")
    monkeypatch.undo()
    assert files(folder) == []


def test_uploads_leave_room_to_the_database(folder, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - store.LEAST_FREE, store.LEAST_FREE))
    with pytest.raises(NoRoom):
        store.keep(b"a photo")
    assert files(folder) == []


def test_what_no_row_names_is_swept_a_day_later(folder):
    named, orphan, young, half = (store.keep(b"x") for _ in range(4))
    os.rename(folder / half[:2] / half, folder / half[:2] / f".{half}")
    long_ago = store.time.time() - store.ORPHANED_AFTER - 1
    for name in (named, orphan, f".{half}"):
        os.utime(folder / name.removeprefix(".")[:2] / name, (long_ago, long_ago))
    assert store.sweep(lambda names: {named} & set(names)) == 2
    assert files(folder) == sorted((named, young))


def test_what_cannot_be_read_is_none():
    assert store.read("0" * 32) is None
