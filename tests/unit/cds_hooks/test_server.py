"""The service as a process of its own, over real HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.hook_calls import body, call, patient, response_faults

VIEW = "/cds-services/ln-patient-view"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def exchange(port: int, method: str, address: str, content: bytes = b"") -> tuple[int, Any]:
    """One request and its JSON answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"content-type": "application/json"} if content else {}
        connection.request(method, address, content or None, headers)
        answered = connection.getresponse()
        return answered.status, json.loads(answered.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running service; stopped afterwards by the signal an operator sends."""
    chosen = free_port()
    settings = Path(tmp_path_factory.mktemp("service")) / "lnfhir.toml"
    settings.write_text(f"[service]\nport = {chosen}\nas_of = 2024-07-16\nmax_body_bytes = 20000\nbody_seconds = 0.5\n")
    command = [sys.executable, "-m", "cds_hooks", str(settings)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)
    ) as process:
        try:
            for _ in range(200):
                try:
                    if exchange(chosen, "GET", "/healthz")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail("the service did not start")
            yield chosen
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_a_client_discovers_calls_and_is_answered(port: int) -> None:
    status, found = exchange(port, "GET", "/cds-services")
    assert status == 200
    assert [service["id"] for service in found["services"]] == [
        "ln-patient-view",
        "ln-order-select",
        "ln-order-sign",
        "ln-encounter-start",
    ]
    status, answered = exchange(port, "POST", VIEW, body(call(prefetch={"patient": patient()})))
    assert status == 200
    assert response_faults(answered) == []
    assert answered["extension"]["org.lnfhir.assessment"]["asOf"] == "2024-07-16"


def test_refusals_arrive(port: int) -> None:
    assert exchange(port, "POST", VIEW, b"{}")[0] == 400
    assert exchange(port, "POST", VIEW, b" " * 20_001)[0] == 413
    assert exchange(port, "GET", VIEW)[0] == 405


def test_a_body_that_does_not_arrive_is_not_waited_for(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        head = f"POST {VIEW} HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 100", "", "{"
        opened.sendall("\r\n".join(head).encode())
        assert opened.recv(100).startswith(b"HTTP/1.1 408")


def test_wrong_settings_stop_the_start(tmp_path: Path) -> None:
    path = tmp_path / "lnfhir.toml"
    path.write_text("[service]\nprot = 1\n")
    command = [sys.executable, "-m", "cds_hooks", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "prot" in ended.stderr
