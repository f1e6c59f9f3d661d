"""The commands of ./dev. Called by ./dev itself, with the checkout's folder first."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from carecoord.local.backup import backup, restore
from carecoord.local.chaos import chaos
from carecoord.local.check import check
from carecoord.local.folders import Folders, open_folders, say
from carecoord.local.locks import lock
from carecoord.local.manage import manage
from carecoord.local.measuring import bench, load
from carecoord.local.refusal import Failure, Interrupted, Refusal, listen_for_interruption, sentence_about
from carecoord.local.run import Wish, run
from carecoord.local.testing import test


def main(root: Path, arguments: Sequence[str]) -> int:
    listen_for_interruption()
    try:
        return _dispatch(root, _understood(arguments))
    except Refusal as refusal:
        say(str(refusal))
        return 2
    except OSError as error:
        say(sentence_about(error))
        return 2
    except Failure as failure:
        say(str(failure))
        return 1
    except Interrupted as interrupted:
        say("\nStopped.")
        return 128 + interrupted.by


def _dispatch(root: Path, chosen: argparse.Namespace) -> int:
    def folders(fixed: Path | None = None) -> Folders:
        return open_folders(root, fixed or (chosen.data or root / ".local").absolute())

    match chosen.command:
        case "run":
            return run(folders(), Wish(port=chosen.port, is_empty=chosen.empty))
        case "test":
            return test(folders(root / ".local" / "test"), chosen.rest, is_thorough=chosen.thorough)
        case "check":
            return check(folders(root / ".local" / "test"))
        case "manage":
            return manage(folders(), chosen.rest)
        case "load":
            return load(folders(), chosen.residents, chosen.history)
        case "bench":
            return bench(folders(), chosen.rest)
        case "chaos":
            return chaos(
                folders((chosen.data or root / ".local" / "chaos").absolute()), minutes=chosen.minutes, seed=chosen.seed
            )
        case "backup":
            return backup(folders(), chosen.file.absolute())
        case "restore":
            return restore(folders(), chosen.file.absolute(), replaces=chosen.replace)
        case _:
            return lock(folders())


class _Parser(argparse.ArgumentParser):
    """argparse prints its usage with every mistake; one sentence is clearer."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{self.prog}: {message} ({self.prog} --help tells more).")


def _understood(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="./dev", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        added.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default .local)")
        return added

    runs = command("run", "Starts everything on this machine and prints where it is.")
    runs.add_argument("--port", type=_port, default=8000, metavar="N", help="the web server's port (default 8000)")
    runs.add_argument("--empty", action="store_true", help="without the demonstration place")
    tests = command("test", "Runs the tests; everything it does not know is passed on to pytest.")
    tests.add_argument("--thorough", action="store_true", help="the long ones too")
    command("check", "Checks style, types, import rules, templates, migrations and settings.")
    command("manage", "Runs manage.py with the rest of the line, as the owner of the database.")
    loads = command("load", "Loads N residents in bulk, past the services, for measuring only.")
    loads.add_argument("residents", type=int, metavar="N")
    loads.add_argument("--history", type=int, metavar="ROWS", help="rows of history in all (default 10 for each)")
    command(
        "bench", "Measures what requests cost, as multiples of floors; passes its options on (--residents 2000,100000)."
    )
    breaks = command("chaos", "Floods a place of its own with handovers, kills everything, and says what held.")
    breaks.add_argument("--minutes", type=float, default=5.0, metavar="N", help="how long things break (default 5)")
    breaks.add_argument("--seed", type=int, metavar="S", help="what breaks when is drawn from it")
    command("lock", "Compiles requirements.txt and requirements-dev.txt from pyproject.toml.")
    saves = command("backup", "Writes the database to FILE.")
    saves.add_argument("file", type=Path, metavar="FILE")
    restores = command("restore", "Reads the database from FILE.")
    restores.add_argument("file", type=Path, metavar="FILE")
    restores.add_argument("--replace", action="store_true", help="put it in place of what the database holds")
    return _parse(parser, list(arguments))


def _parse(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """What is not ours goes on untouched to pytest or manage.py; --data stands before manage's command."""
    if arguments[:1] == ["manage"]:
        ours = 3 if arguments[1:2] == ["--data"] else 2 if arguments[1:2] and arguments[1].startswith("--data=") else 1
        chosen, rest = parser.parse_args(arguments[:ours]), arguments[ours:]
    else:
        chosen, rest = parser.parse_known_args(arguments)
        if rest and chosen.command not in {"test", "bench"}:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
    chosen.rest = rest
    return chosen


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, which is a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
