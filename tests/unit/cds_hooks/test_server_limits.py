"""Limits and stopping, as a process of its own over real HTTP."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.hook_calls import authorized, body
from tests.unit.cds_hooks.test_server import free_port

VIEW = "/cds-services/ln-patient-view"
DISCOVERY = b"GET /cds-services HTTP/1.1\r\n"


def first_line(port: int, head: bytes) -> bytes:
    """The status line of the answer to these bytes; nothing when the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        opened.sendall(head)
        return opened.recv(200).split(b"\r\n")[0]


def welcomes(port: int) -> bool:
    """Whether a new connection is taken and answered."""
    try:
        return first_line(port, DISCOVERY + b"Host: x\r\n\r\n") != b""
    except OSError:
        return False


@contextmanager
def started(folder: Path, settings: str = "") -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A running service and its port; killed at the end if it still runs."""
    port = free_port()
    path = folder / "lnfhir.toml"
    path.write_text(f"[service]\nport = {port}\nas_of = 2024-07-16\n{settings}")
    command = [sys.executable, "-m", "cds_hooks", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for _ in range(200):
                try:
                    if first_line(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
                        break
                except OSError:
                    time.sleep(0.1)
            yield port, process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running service with short deadlines."""
    with started(tmp_path_factory.mktemp("service"), "body_seconds = 0.5\n") as (chosen, _):
        yield chosen


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (DISCOVERY + b"Host: x\r\n\r\n", b"200"),
        (DISCOVERY + b"\r\n", b"400"),
        (DISCOVERY + b"Host: x\r\nHost: y\r\n\r\n", b"400"),
        (DISCOVERY + b"Host: x@y\r\n\r\n", b"400"),
        (DISCOVERY + b"Host: x\r\n" + b"A: b\r\n" * 101 + b"\r\n", b"431"),
        (DISCOVERY + b"Host: x\r\nA: " + b"b" * 16384 + b"\r\n\r\n", b"431"),
        (b"GET @evil/cds-services HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
    ],
)
def test_odd_heads_are_refused_by_the_service_behind_its_server(port: int, head: bytes, status: bytes) -> None:
    assert first_line(port, head).split()[1] == status


def test_a_head_that_does_not_end_is_not_waited_for(port: int) -> None:
    began = time.monotonic()
    first_line(port, DISCOVERY + b"Host: x\r\nX-Slow")
    assert time.monotonic() - began < 5


class _Slow(BaseHTTPRequestHandler):
    """A FHIR server that answers when it is told to."""

    asked = Event()
    go = Event()

    def do_GET(self) -> None:
        self.asked.set()
        self.go.wait(20)
        content = b'{"resourceType":"Patient","id":"p1"}'
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def test_a_service_that_is_told_to_stop_answers_what_is_under_way(tmp_path: Path) -> None:
    fhir = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    Thread(target=fhir.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{fhir.server_port}/fhir"
    try:
        with started(tmp_path, f'fhir_servers = ["{base}"]\nfetch_seconds = 15.0\n') as (port, process):
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            content = body({**authorized(), "fhirServer": base})
            connection.request("POST", VIEW, content, {"content-type": "application/json"})
            assert _Slow.asked.wait(10)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert not welcomes(port)
            _Slow.go.set()
            answered = connection.getresponse()
            assert answered.status == 200
            assert "extension" in json.loads(answered.read())
            connection.close()
            assert process.wait(20) == 0
    finally:
        _Slow.go.set()
        fhir.shutdown()
        fhir.server_close()


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    """F34: the port stays open, and the service ends as usual."""
    with started(tmp_path) as (port, process):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list the children of a process")
        (worker,) = (int(pid) for pid in children.read_text().split())
        os.kill(worker, signal.SIGKILL)
        for _ in range(200):
            if welcomes(port) and first_line(port, DISCOVERY + b"Host: x\r\n\r\n").endswith(b"200 OK"):
                break
            time.sleep(0.05)
        assert first_line(port, DISCOVERY + b"Host: x\r\n\r\n").endswith(b"200 OK")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_without_free_descriptors_nobody_new_is_served_and_afterwards_everybody(tmp_path: Path) -> None:
    """F35."""
    with started(tmp_path) as (port, process):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list the children of a process")
        (worker,) = (int(pid) for pid in children.read_text().split())
        used = len(list(Path(f"/proc/{worker}/fd").iterdir()))
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (used + 10, used + 10))
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(30)]
        for opened in held:
            opened.sendall(b"GET /healthz HTTP/1.1\r\n")
        time.sleep(0.5)
        for opened in held:
            opened.close()
        for _ in range(100):
            if welcomes(port):
                break
            time.sleep(0.1)
        assert first_line(port, DISCOVERY + b"Host: x\r\n\r\n").endswith(b"200 OK")
        assert worker in [int(pid) for pid in children.read_text().split()]


def test_every_line_of_the_log_is_json(tmp_path: Path) -> None:
    with started(tmp_path) as (port, process):
        first_line(port, DISCOVERY + b"Host: x\r\n\r\n")
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=20)
    events = [json.loads(line)["event"] for line in written.splitlines()]
    assert "no-clients-configured" in events
    assert any(event.startswith("Listening at") for event in events)


def test_a_service_without_clients_does_not_start_where_others_could_reach_it(tmp_path: Path) -> None:
    path = tmp_path / "lnfhir.toml"
    path.write_text('[service]\nhost = "0.0.0.0"\n')
    for command in (
        [sys.executable, "-m", "cds_hooks", str(path)],
        [sys.executable, "-m", "lnfhir.cli", "serve", "--host", "::"],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 2
        assert "service.host" in ended.stderr
