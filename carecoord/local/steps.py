"""Commands of manage.py that prepare a place: silent when they succeed, one sentence when they do not."""

import subprocess
from collections.abc import Callable, Mapping

from carecoord.local.folders import Folders
from carecoord.local.processes import last_words
from carecoord.local.refusal import Failure, Refusal


def take_step(
    folders: Folders,
    variables: Mapping[str, str],
    failure: str,
    command: str,
    *options: str,
    heard: Callable[[str], object] | None = None,
) -> None:
    """Raises Refusal with the command's own sentence about a wrong setting, Failure for anything else.

    `heard` is told each line as it is said, by a command that takes long and says how far it is.
    """
    log = folders.logs / f"{command}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*folders.manage, command, *options],
            env=variables,
            cwd=folders.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as step,
    ):
        try:
            for line in step.stdout or ():
                output.write(line)
                output.flush()
                if heard:
                    heard(line.decode(errors="replace").rstrip())
        except BaseException:
            step.kill()
            raise
    if step.returncode == 2:
        raise Refusal(last_words(log))
    if step.returncode != 0:
        raise Failure(f"{failure}: {last_words(log)} (the whole log: {log}).")
