"""Children that do not come up are named, and none is left behind."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path

import pytest

from lnfhir.sandbox.servers import HOST, NotStartedError, free_port, start


def test_a_busy_port_is_not_used() -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_a_server_that_ends_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no disk'); raise SystemExit(7)"]
    with pytest.raises(NotStartedError, match=r"(?s)fhir-server ended with code 7.*no disk"):
        start("fhir-server", command, "http://127.0.0.1:9", "http://127.0.0.1:9/", tmp_path, {})


def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotStartedError, match="no-such-command"):
        start("service", ["no-such-command"], "http://127.0.0.1:9", "http://127.0.0.1:9/", tmp_path, {})


def test_a_server_is_waited_for_and_ended(tmp_path: Path) -> None:
    port = free_port(0)
    url = f"http://{HOST}:{port}/"
    server = start("files", [sys.executable, "-m", "http.server", "--bind", HOST, str(port)], url, url, tmp_path, {})
    server.stop()
    assert server.process.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)
    server.stop()


def test_the_answer_of_another_server_on_the_port_is_not_taken_for_its_own(tmp_path: Path) -> None:
    port = free_port(0)
    url = f"http://{HOST}:{port}/"
    command = [sys.executable, "-m", "http.server", "--bind", HOST, str(port)]
    first = start("first", command, url, url, tmp_path, {})
    try:
        with pytest.raises(NotStartedError, match="something else answers"):
            start("second", command, url, url, tmp_path, {})
    finally:
        first.stop()
