"""A throw-away PostgreSQL server for tests, where one is installed. It listens on a socket in its own folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")


def binaries() -> Path | None:
    """The folder of the newest `initdb` and `pg_ctl`, or None."""
    root = Path("/")
    found = [path for place in PLACES for path in root.glob(f"{place[1:]}/initdb") if (path.parent / "pg_ctl").exists()]
    on_path = shutil.which("initdb")
    found += [Path(on_path)] if on_path else []
    return max(found, key=lambda path: [int(part) for part in path.parts if part.isdecimal()]).parent if found else None


def _user() -> str | None:
    """PostgreSQL refuses to run as root: somebody without rights then."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class Server:
    """A server that can be stopped, killed and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = _user()

    def run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one of PostgreSQL's programs."""
        command = [str(self._programs / program), *arguments]
        subprocess.run(
            command, user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=check
        )

    @property
    def data(self) -> str:
        """The folder of the databases."""
        return str(self._folder / "data")

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c shared_buffers=16MB"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop; `immediate` is as a crash."""
        self.run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop", check=False)

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        self.run("createdb", "-h", str(self._folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self._folder}"


@contextmanager
def postgresql(programs: Path) -> Iterator[Server]:
    """A running server, deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lnfhir-pg-"))
    server = Server(programs, folder)
    try:
        user = _user()
        if user is not None:
            shutil.chown(folder, user)
        server.run("initdb", "-D", server.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
