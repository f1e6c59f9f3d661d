import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from carecoord.local import servers
from carecoord.local.folders import Folders, open_folders
from carecoord.local.home import open_home
from carecoord.local.kept import read_kept
from carecoord.local.processes import Program, command_of, marked, start
from carecoord.local.servers import Servers
from carecoord.local.valkey import _ask as ask_valkey
from tests.local.conftest import ROOT, asked


def ends(pid: int, *, within: float = 15) -> bool:
    deadline = time.monotonic() + within
    while command_of(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return command_of(pid) is None


def keep_a_row(place: Servers) -> None:
    asked(place.addresses.owner, "CREATE TABLE IF NOT EXISTS remembered AS SELECT 'Sheila' AS name")


def kept_row(place: Servers) -> str:
    return asked(place.addresses.owner, "SELECT name FROM remembered")


def test_each_login_acts_as_its_own_role_and_no_more(folders: Folders) -> None:
    with servers.running(folders, careless=True) as place:
        at = place.addresses
        assert asked(at.web, "SELECT current_user") == "app_web"
        assert asked(at.worker, "SELECT current_user") == "app_system"
        assert asked(at.owner, "SELECT current_user") == "app_owner"
        assert asked(at.web, "SHOW statement_timeout") == "5s"
        assert asked(at.worker, "SHOW statement_timeout") == "0"
        for refused in (
            "SET ROLE app_system",
            "SET ROLE app_owner",
            "CREATE TEMP TABLE t ()",
            "CREATE TABLE t ()",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                asked(at.web, refused)
        asked(at.worker, "SET ROLE app_web")
        for extension in ("pg_trgm", "unaccent", "btree_gist", "btree_gin"):
            asked(at.owner, f"CREATE EXTENSION IF NOT EXISTS {extension}")


def test_stopping_leaves_no_process_behind(folders: Folders) -> None:
    with servers.running(folders, careless=True) as place:
        pids = [child.process.pid for child in place.children]
        assert len(pids) == 2
    assert [command_of(pid) for pid in pids] == [None, None]
    assert not (place.home.cluster / "postmaster.pid").exists()


@pytest.mark.thorough
def test_passwords_are_for_their_owner_alone(folders: Folders) -> None:
    kept = read_kept(folders)
    assert (folders.data / "kept.json").stat().st_mode & 0o777 == 0o600
    with servers.running(folders, careless=True) as place:
        commands = [command_of(child.process.pid) for child in place.children]
    for word in (kept.superuser_password, kept.owner_password, kept.valkey_password):
        assert not [command for command in commands if word in command]
        assert not [log for log in folders.logs.iterdir() if word in log.read_text(errors="replace")]


def test_servers_killed_outright_come_back_with_what_they_held(folders: Folders) -> None:
    with servers.running(folders) as place:
        keep_a_row(place)
        for child in place.children:
            child.process.kill()
            child.process.wait()
    with servers.running(folders) as place:
        assert kept_row(place) == "Sheila"
        assert "+PONG" in ask_valkey(place.kept, "PING")


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_servers_end_with_a_launcher_that_was_killed_and_the_next_one_recovers(folders: Folders) -> None:
    holds = (
        "import sys, time; from pathlib import Path; from carecoord.local import servers;"
        "from carecoord.local.folders import open_folders;"
        "place = servers.running(open_folders(*map(Path, sys.argv[1:]))); held = place.__enter__();"
        "print(*(child.process.pid for child in held.children), flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", holds, str(ROOT), str(folders.data)]
    launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in launcher.stdout.readline().split()]
    launcher.kill()
    launcher.wait()
    assert len(pids) == 2
    assert all(ends(pid) for pid in pids)
    with servers.running(folders, careless=True) as place:
        assert asked(place.addresses.owner, "SELECT 1") == "1"


@pytest.mark.thorough
def test_a_pid_file_that_names_a_living_stranger_is_no_obstacle(folders: Folders) -> None:
    with servers.running(folders, careless=True) as place:
        cluster = place.home.cluster
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")
    with servers.running(folders, careless=True) as place:
        assert asked(place.addresses.owner, "SELECT 1") == "1"


@pytest.mark.thorough
def test_a_port_that_was_taken_meanwhile_is_exchanged_for_a_free_one(folders: Folders) -> None:
    before = read_kept(folders)
    taken = [socket.create_server(("127.0.0.1", port)) for port in (before.postgres_port, before.valkey_port)]
    with taken[0], taken[1], servers.running(folders, careless=True) as place:
        assert asked(place.addresses.owner, "SELECT 1") == "1"
    after = read_kept(folders)
    assert after.postgres_port != before.postgres_port
    assert after.valkey_port != before.valkey_port


@pytest.mark.thorough
def test_two_folders_run_side_by_side(folders: Folders, new_folder: Callable[[], Path]) -> None:
    other = open_folders(ROOT, new_folder())
    with servers.running(folders, careless=True) as one, servers.running(other, careless=True) as two:
        keep_a_row(one)
        with pytest.raises(psycopg2.errors.UndefinedTable):
            kept_row(two)


@pytest.mark.thorough
def test_a_valkey_log_that_cannot_be_read_is_set_aside(folders: Folders) -> None:
    with servers.running(folders, careless=True) as place:
        home = place.home
    for part in (home.folder / "valkey" / "appendonlydir").glob("*.aof"):
        part.write_bytes(b"*3\r\n$3\r\nSET\r\nnonsense\r\n" * 20)
    with servers.running(folders, careless=True) as place:
        assert "+PONG" in ask_valkey(place.kept, "PING")
    assert len(list(home.folder.glob("valkey.unreadable-*"))) == 1


@pytest.mark.thorough
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another account")
def test_roots_servers_run_behind_a_closed_door(nothing_configured: None, new_folder: Callable[[], Path]) -> None:
    folders = open_folders(ROOT, new_folder())
    folders.data.chmod(0o700)
    home = open_home(folders)
    try:
        with servers.running(folders, careless=True) as place:
            assert folders.data not in place.home.cluster.parents
            assert asked(place.addresses.owner, "SELECT 1") == "1"
            for child in place.children:
                assert Path(f"/proc/{child.process.pid}").stat().st_uid != 0
    finally:
        subprocess.run(["rm", "-rf", str(home.folder)], check=True)


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="reads the environments of processes")
def test_what_a_crash_left_running_is_ended_by_the_next_start(folders: Folders) -> None:
    left = start(
        Program(
            name="left behind",
            command=["sleep", "600"],
            log=folders.logs / "left.log",
            environment=marked(os.environ, folders.data),
            folder=Path("/"),
        )
    )
    with servers.running(folders, careless=True):
        assert left.process.wait(10) == -signal.SIGTERM


def test_a_program_that_ends_is_named_with_the_last_words_of_its_log(folders: Folders) -> None:
    child = start(
        Program(
            name="worker",
            command=["/bin/sh", "-c", "echo all well; echo no broker to be found; exit 7"],
            log=folders.logs / "worker.log",
            environment=os.environ,
            folder=Path("/"),
        )
    )
    child.process.wait()
    assert child.how_it_ended() == (
        "worker ended with exit code 7, so everything was stopped."
        f" {folders.logs / 'worker.log'} ends: no broker to be found"
    )
