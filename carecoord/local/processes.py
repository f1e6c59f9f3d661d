"""Child processes: they end with the launcher, are stopped in order, and none is left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carecoord.local.accounts import Account
from carecoord.local.refusal import Interrupted

# Carried in the environment of every process that is ours, so that the next run finds what a crash has left.
MARK = "CARECOORD_STARTED_IN"
_PR_SET_PDEATHSIG = 1
_LARGE_LOG_BYTES = 20_000_000


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    standard_input: str | None = None


@dataclass(frozen=True)
class Child:
    program: Program
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def how_it_ended(self) -> str:
        code = self.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        log = self.program.log
        return f"{self.program.name} {how}, so everything was stopped. {log} ends: {last_words(log)}"


def start(program: Program) -> Child:
    """Starts it in a session of its own, so that Ctrl-C in a terminal reaches the launcher alone."""
    if program.log.exists() and program.log.stat().st_size > _LARGE_LOG_BYTES:
        program.log.replace(program.log.with_suffix(".log.1"))
    account = program.account
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL if program.standard_input is None else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=program.environment,
            cwd=program.folder,
            start_new_session=True,
            preexec_fn=_ends_with_launcher(program.stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    if process.stdin is not None and program.standard_input is not None:
        process.stdin.write(program.standard_input.encode())
        process.stdin.close()
    return Child(program, process)


def stop(*children: Child, patience: float = 10) -> None:
    """Asks all of them together, waits, then ends by force what is left, with whatever they had started."""
    for child in children:
        if not child.has_ended:
            child.process.send_signal(child.program.stop_signal)
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
    for child in children:
        _end_group(child.process.pid)
        child.process.wait()


def run_in_front(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> int:
    """Runs a command on this terminal and returns its exit code; an interruption is passed on to it."""
    process = subprocess.Popen(command, env=environment, cwd=folder, preexec_fn=_ends_with_launcher(signal.SIGTERM))
    try:
        return process.wait()
    except Interrupted as interrupted:
        if interrupted.by is not signal.SIGINT:
            process.terminate()
        for insist in (process.terminate, process.kill):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                insist()
        process.wait()
        raise


def stop_strays(data: Path) -> None:
    """Ends what an earlier launcher of this data folder left. Only while holding its lock; Linux only."""
    for insist in (signal.SIGTERM, signal.SIGKILL):
        found = _strays(data)
        for pid in found:
            _signal(pid, insist)
        deadline = time.monotonic() + 5
        while found and time.monotonic() < deadline:
            time.sleep(0.1)
            found = [pid for pid in found if command_of(pid)]


def command_of(pid: int) -> str | None:
    """The command line of a living process; None for one that is gone, or a zombie waiting to be reaped."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        listed = subprocess.run(
            ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
        return None if listed[:1] in {"", "Z"} else listed
    try:
        state = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        command = (proc / str(pid) / "cmdline").read_bytes()
    except OSError:
        return None
    return None if state in "ZX" else command.replace(b"\0", b" ").decode(errors="replace")


def last_words(log: Path) -> str:
    """The last line of a log that says why, else its last line."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace")[-5000:].splitlines() if line.strip()]
    except OSError:
        lines = []
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "rror"))]
    return (telling or lines or ["nothing"])[-1]


def marked(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    return {**environment, MARK: str(data)}


def _strays(data: Path) -> list[int]:
    mark = f"{MARK}={data}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0") and int(process.name) != os.getpid():
                found.append(int(process.name))
        except OSError:
            continue
    return [pid for pid in found if command_of(pid)]


def _ends_with_launcher(with_signal: signal.Signals) -> Callable[[], None] | None:
    """Asks Linux to signal the child when the launcher dies, even by kill -9."""
    if sys.platform != "linux":
        return None
    libc, launcher = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
        if os.getppid() != launcher:
            os._exit(1)

    return ask


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _signal(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return
