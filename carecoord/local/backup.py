"""./dev backup and restore: one consistent file; the old database or the whole new one, never a part."""

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from carecoord.local import postgres, servers
from carecoord.local.environment import has_configured_databases
from carecoord.local.folders import Folders, say
from carecoord.local.holding import Held, holding
from carecoord.local.install import install
from carecoord.local.manage import place
from carecoord.local.refusal import Failure, Refusal

# What stands in a backup: the dump of the database, and below FILES what people brought (carecoord/media/store.py).
DATABASE, FILES = "database", "attachments"
FILE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
# A backup of an earlier version is the dump alone, which begins so.
OLDER = b"PGDMP"
# So that what is written in another server stands after what was restored (carecoord/audit/migrations/0005_sealed.py);
# a backup of an earlier version has no such function.
_GO_ON = """
    DO $$ BEGIN
      IF to_regprocedure('app.continue_audit()') IS NOT NULL THEN PERFORM app.continue_audit(); END IF;
    END $$
"""
_COUNT_TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"


def backup(folders: Folders, file: Path) -> int:
    """As the owner, whom row-level security does not bind; the place may be running."""
    if file.exists():
        raise Refusal(f"{file} is there already, and a backup overwrites nothing; choose another name.")
    install(folders)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    whole = beside.with_name(f"{beside.name}.whole")
    with place(folders, "backup") as started:
        try:
            whole.touch(mode=0o600, exist_ok=False)
            beside.touch(mode=0o600, exist_ok=False)
            _run(folders, "pg_dump", ["--format=custom", f"--file={beside}"], started.addresses.owner)
            _put_together(folders, beside, whole)
            whole.rename(file)
        finally:
            beside.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)
    say(f"Wrote {file} ({file.stat().st_size // 1000} kB).")
    return 0


def restore(folders: Folders, file: Path, *, replaces: bool) -> int:
    if not file.is_file():
        raise Refusal(f"{file} is not there; name a file made by ./dev backup.")
    install(folders)
    try:
        with holding(folders.data, "restore", waits=False), servers.running(folders) as started:
            with tempfile.TemporaryDirectory(dir=folders.data, prefix=".restore-") as beside:
                dump = _taken_apart(file, Path(beside), folders.data / FILES)
                _restore(folders, dump, started.addresses.owner, replaces)
            _set_heads_aside(folders)
    except Held as held:
        raise Refusal(f"{held.holder} is using {folders.data}; stop it before restoring.") from None
    say(f"Restored {file}. ./dev run brings it up to date if it is of an earlier version.")
    return 0


def _put_together(folders: Folders, dump: Path, whole: Path) -> None:
    """The files after the database: of every row that is in it the file is there, because none is ever changed."""
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.write(dump, DATABASE)
        for path in sorted((folders.data / FILES).glob("??/*")):
            if FILE.fullmatch(f"{path.parent.name}/{path.name}"):
                archive.write(path, f"{FILES}/{path.parent.name}/{path.name}")


def _taken_apart(file: Path, beside: Path, files: Path) -> Path:
    """The dump of the database. The files are put beside those that are there, before any row names them."""
    with file.open("rb") as begun:
        if begun.read(len(OLDER)) == OLDER:
            return file
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                found = FILE.fullmatch(name.removeprefix(f"{FILES}/"))
                if name == DATABASE or not found:
                    continue
                target = files / found[0]
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                fresh = target.with_name(f".{target.name}")
                fresh.touch(mode=0o600)
                with archive.open(name) as kept, fresh.open("wb") as put:
                    shutil.copyfileobj(kept, put)
                fresh.rename(target)
            return Path(archive.extract(DATABASE, beside))
    except (zipfile.BadZipFile, KeyError, EOFError):
        raise Failure(f"{file} is no whole backup: nothing in the database has changed.") from None


def _restore(folders: Folders, file: Path, owner: str, replaces: bool) -> None:
    """Into a new database, which takes the name of the old one only when it is whole."""
    if _sql(folders, owner, _COUNT_TABLES).strip() != "0" and not replaces:
        raise Refusal(
            "The database holds tables already: restore into a new folder with --data DIR,"
            " or add --replace to lose what it holds now."
        )
    name = unquote(urlsplit(owner).path.removeprefix("/"))
    fresh, former = f"{name}_restored", f"{name}_former"
    hub = urlsplit(owner)._replace(path="/postgres").geturl()
    _sql(
        folders,
        hub,
        f'DROP DATABASE IF EXISTS "{fresh}"',
        f'DROP DATABASE IF EXISTS "{former}"',
        f'CREATE DATABASE "{fresh}"',
    )
    target = urlsplit(owner)._replace(path=f"/{fresh}").geturl()
    options = ["--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={fresh}", str(file)]
    _run(folders, "pg_restore", options, target)
    _sql(folders, target, _GO_ON)
    _sql(
        folders,
        hub,
        f'REVOKE TEMPORARY ON DATABASE "{fresh}" FROM PUBLIC',
        f'ALTER DATABASE "{name}" RENAME TO "{former}"',
        f'ALTER DATABASE "{fresh}" RENAME TO "{name}"',
        f'DROP DATABASE "{former}"',
    )


def _set_heads_aside(folders: Folders) -> None:
    """They tell of seals that were made after the backup; what they say is kept."""
    heads = folders.data / "audit-heads.log"
    if heads.exists():
        kept = heads.with_name(f"audit-heads-until-{datetime.now(UTC):%Y%m%d-%H%M%S}.log")
        heads.rename(kept)
        say(f"The exported heads of the audit until now are in {kept}.")


def _sql(folders: Folders, url: str, *statements: str) -> str:
    commands = [part for statement in statements for part in ("-c", statement)]
    return _run(folders, "psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *commands], url)


def _run(folders: Folders, name: str, options: Sequence[str], url: str) -> str:
    finished = subprocess.run(
        [_tool(folders, name), *options],
        env=postgres.server_environment() | _connection(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        said = [line for line in finished.stderr.splitlines() if "rror" in line]
        raise Failure(f"{name} failed: {(said or ['no reason given'])[0]}")
    return finished.stdout


def _tool(folders: Folders, name: str) -> str:
    """For a server of your own your own programs, which know TLS, unless they are older than the wheel's."""
    ours = str(postgres.tool(folders, name))
    installed = shutil.which(name) if has_configured_databases() else None
    return installed if installed and _version(installed) >= _version(ours) else ours


def _version(program: str) -> int:
    """18 of "pg_dump (PostgreSQL) 18.6"; they refuse a server that is newer than they are."""
    told = subprocess.run([program, "--version"], env=postgres.server_environment(), capture_output=True, text=True)
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _connection(url: str) -> dict[str, str]:
    """The address as libpq's variables, because a command line can be read by everyone on the machine."""
    parts = urlsplit(url)
    values = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
    }
    values |= {
        f"PG{name.upper()}": found[-1] for name, found in parse_qs(parts.query).items() if name.startswith("ssl")
    }
    return {name: value for name, value in values.items() if value}
