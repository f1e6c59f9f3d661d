"""Commands of manage.py that prepare a place: silent when they succeed, one sentence when they do not."""

import subprocess
from collections.abc import Mapping

from carecoord.local.folders import Folders
from carecoord.local.processes import last_words
from carecoord.local.refusal import Failure, Refusal


def take_step(folders: Folders, variables: Mapping[str, str], failure: str, command: str, *options: str) -> None:
    """Raises Refusal with the command's own sentence about a wrong setting, Failure for anything else."""
    log = folders.logs / f"{command}.log"
    with log.open("wb") as output:
        finished = subprocess.run(
            [*folders.manage, command, *options],
            env=variables,
            cwd=folders.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if finished.returncode == 2:
        raise Refusal(last_words(log))
    if finished.returncode != 0:
        raise Failure(f"{failure}: {last_words(log)} (the whole log: {log}).")
