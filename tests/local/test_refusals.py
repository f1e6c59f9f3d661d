"""Whatever is wrong: one clear sentence, exit code 2, and no traceback."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from carecoord.local.holding import holding
from tests.local.conftest import DEV, Said
from tests.shortening import thoroughly

Dev = Callable[..., Said]
NewFolder = Callable[[], Path]


def refused(said: Said) -> str:
    assert said.code == 2
    assert said.is_one_line, said.error
    return said.error


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_wrong_python_is_named_with_its_version(dev: Dev, new_folder: NewFolder) -> None:
    path = new_folder()
    program(path, "python3", "case $2 in *print*) echo 3.9.2 ;; *) exit 1 ;; esac")
    assert refused(dev("run", PATH=str(path))) == (
        "CareCoord needs Python 3.11 or newer with venv and pip, and python3 is Python 3.9.2.\n"
    )


def test_a_python_without_venv_is_told_apart(dev: Dev, new_folder: NewFolder) -> None:
    path = new_folder()
    program(path, "python3", "case $2 in *ensurepip*) exit 1 ;; esac")
    assert "python3 is new enough but has no venv and ensurepip" in refused(dev("run", PATH=str(path)))


def test_no_python_at_all(dev: Dev, new_folder: NewFolder) -> None:
    assert "there is no python3 on the PATH" in refused(dev("run", PATH=str(new_folder())))


def test_a_newer_python_is_found_behind_an_old_one(new_folder: NewFolder) -> None:
    path = new_folder()
    program(path, "python3", "exit 1")
    program(path, "python3.12", 'case $1 in -P) echo "$@" ;; esac')
    said = subprocess.run([DEV, "run"], env={"PATH": str(path)}, capture_output=True, text=True, check=True)
    assert said.stdout == f"-P -m carecoord.local {Path(DEV).parent} run\n"


def test_a_taken_port_is_named(dev: Dev, new_folder: NewFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(dev("run", "--port", port, "--data", new_folder()))
    assert said == f"Port {port} is taken by another program; choose another with --port N.\n"


@pytest.mark.parametrize("port", ["0", *thoroughly("65536", "web", "-1")])
def test_what_is_no_port(dev: Dev, port: str) -> None:
    assert "a number from 1 to 65535" in refused(dev("run", f"--port={port}"))


def test_the_same_folder_twice(dev: Dev, new_folder: NewFolder) -> None:
    folder = new_folder()
    with holding(folder, "run", waits=False):
        said = refused(dev("run", "--data", folder))
    assert f"CareCoord is already running in {folder}: ./dev run (process {os.getpid()})" in said


def test_an_unknown_command(dev: Dev) -> None:
    assert "invalid choice: 'fly'" in refused(dev("fly"))


def test_a_file_in_place_of_the_data_folder(dev: Dev, new_folder: NewFolder) -> None:
    file = new_folder() / "notes.txt"
    file.touch()
    assert str(file) in refused(dev("run", "--data", file))


@pytest.mark.parametrize("way", ["", "docs/.."])
def test_the_checkout_itself_is_no_data_folder(dev: Dev, way: str) -> None:
    checkout = Path(DEV).parent
    assert "The data folder cannot be the checkout itself" in refused(dev("run", "--data", checkout / way))
    assert not [name for name in ("kept.json", "lock", "logs", "servers") if (checkout / name).exists()]


def test_a_read_only_data_folder(dev: Dev, small_disk: Callable[[str], Path]) -> None:
    assert "read-only" in refused(dev("run", "--data", small_disk("size=1m,ro")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_of_somebody_else(dev: Dev, new_folder: NewFolder) -> None:
    folder = new_folder()
    folder.chmod(0o500)
    assert "you may not write" in refused(dev("run", "--data", folder / "data"))


def test_a_full_data_folder(dev: Dev, small_disk: Callable[[str], Path]) -> None:
    said = refused(dev("run", "--data", small_disk("size=1m")))
    assert "has 1 MB free and needs 200 MB" in said or "has 0 MB free and needs 200 MB" in said


def test_a_data_folder_that_fills_up_while_the_database_is_made(dev: Dev, small_disk: Callable[[str], Path]) -> None:
    """The room is there at the first look; it ends by a limit on the size of a file."""
    limited = f"ulimit -f 1000; exec '{DEV}' manage --data '{small_disk('size=300m')}' check"
    finished = subprocess.run(["sh", "-c", limited], capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[-1].startswith("PostgreSQL cannot make its files")
    assert "Traceback" not in finished.stderr


def test_some_of_the_three_logins(dev: Dev, new_folder: NewFolder) -> None:
    said = refused(dev("manage", "--data", new_folder(), "check", DATABASE_URL="postgresql://a:b@127.0.0.1/c"))
    assert said.startswith("DATABASE_OWNER_URL and DATABASE_WORKER_URL are not set")


def test_a_database_that_is_not_there(dev: Dev, new_folder: NewFolder) -> None:
    address = "postgresql://a:b@127.0.0.1:1/c"
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")
    said = refused(dev("manage", "--data", new_folder(), "check", **dict.fromkeys(names, address)))
    assert said.startswith("DATABASE_OWNER_URL leads to no database: ")
    assert "Connection refused" in said


def test_a_setting_that_is_wrong(dev: Dev, new_folder: NewFolder) -> None:
    said = refused(dev("manage", "--data", new_folder(), "check", TIME_ZONE="Atlantis/Capital"))
    assert said.startswith("TIME_ZONE is 'Atlantis/Capital', which is not a time zone")


def test_a_backup_overwrites_nothing(dev: Dev, new_folder: NewFolder) -> None:
    file = new_folder() / "monday.backup"
    file.write_text("the only copy")
    assert "is there already" in refused(dev("backup", "--data", new_folder(), file))
    assert file.read_text() == "the only copy"
