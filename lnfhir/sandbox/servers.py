"""Child processes of the sandbox: started on a free port, waited for, and always ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnfhir.sandbox.web import Unreachable, fetch

HOST = "127.0.0.1"
STARTING_SECONDS = 60.0
SETTLING_SECONDS = 0.5
ENDING_SECONDS = 5.0


class NotStartedError(Exception):
    """A server did not come up; the message says which and shows the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running child process that answers at `url`."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End it with everything it started. Does nothing when it is gone."""
        for sign, seconds in ((signal.SIGTERM, ENDING_SECONDS), (signal.SIGKILL, ENDING_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                return


def free_port(preferred: int) -> int:
    """The preferred port when nothing listens on it, otherwise one the system picks."""
    for port in (preferred, 0):
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                return int(probe.getsockname()[1])
    raise NotStartedError(f"there is no free port on {HOST}")


def start(
    name: str, command: Sequence[str], url: str, ready_at: str, folder: Path, environment: Mapping[str, str]
) -> Server:
    """Start a server in `folder` and wait until `ready_at` answers. NotStartedError when it does not come up."""
    log = folder / f"{name}.log"
    with contextlib.suppress(Unreachable):
        fetch("GET", ready_at)
        raise NotStartedError(f"{name} cannot be started: something else answers at {ready_at}")
    try:
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches only us, and we end the whole group in our own order.
            process = subprocess.Popen(  # noqa: S603 - the commands are this package's own
                list(command),
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise NotStartedError(f"{name} cannot be started: {command[0]}: {error.strerror}") from error
    server = Server(name, url, process, log)
    try:
        _wait(server, ready_at)
    except BaseException:
        server.stop()
        raise
    return server


def _wait(server: Server, ready_at: str) -> None:
    """Until it answers, and is still there a moment later: on a port taken meanwhile, somebody else answers."""
    deadline = time.monotonic() + STARTING_SECONDS
    answered = False
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise NotStartedError(
                f"{server.name} ended with code {server.process.returncode} instead of serving:\n{_end_of(server.log)}"
            )
        if answered:
            return
        with contextlib.suppress(Unreachable):
            answered = fetch("GET", ready_at).status == 200
        time.sleep(SETTLING_SECONDS if answered else 0.1)
    raise NotStartedError(f"{server.name} did not answer within {STARTING_SECONDS:g} seconds:\n{_end_of(server.log)}")


def _end_of(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()
    return "\n".join(f"  | {line}" for line in lines[-12:]) or "  | (it said nothing)"
