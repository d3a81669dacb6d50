"""Requests that are wrong before anything is read of their body: in process, and as bytes on a socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
import structlog
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from tests.faults.bad_inputs.case import CANARY, VIEW, Case, check
from tests.faults.bad_inputs.http_cases import CASES, GET, HOST, MOST_BODY, POST, RAW_CASES, Raw
from tests.reviews import AS_OF
from tests.unit.cds_hooks.test_server_limits import started


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    settings = Settings(as_of=AS_OF, calls_per_second=10_000, burst=10_000)
    with TestClient(service_app(settings)) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_bad_request_has_its_answer(client: TestClient, case: Case) -> None:
    with structlog.testing.capture_logs() as lines:
        answered = client.request(case.method, case.path, content=case.content, headers=dict(case.headers))
    check(case, answered)
    assert CANARY not in repr(lines)


@pytest.mark.parametrize("path", ["/cds-services", VIEW])
def test_an_unknown_origin_gets_no_leave(path: str) -> None:
    """Number 20."""
    asked = {"origin": f"https://{CANARY}.example", "access-control-request-method": "POST"}
    with TestClient(service_app(Settings(cors_origins=("https://sandbox.example",)))) as opened:
        for answered in (opened.options(path, headers=asked), opened.get("/cds-services", headers=asked)):
            assert "access-control-allow-origin" not in answered.headers
            assert CANARY not in answered.text


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running service with small limits."""
    settings = f'body_seconds = 1.0\nmax_body_bytes = {MOST_BODY}\nhosts = ["127.0.0.1"]\n'
    with started(tmp_path_factory.mktemp("service"), settings) as (chosen, _):
        yield chosen


def received(port: int, sent: bytes, seconds: float = 10) -> bytes:
    """What comes back on one connection until it is closed or falls silent; nothing where it is torn down."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as opened:
        got = b""
        try:
            opened.sendall(sent)
            while not complete(got):
                piece = opened.recv(1 << 16)
                if not piece:
                    break
                got += piece
        except (ConnectionError, TimeoutError):
            pass
        return got


def complete(got: bytes) -> bool:
    """Whether the first answer is whole."""
    head, end, content = got.partition(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and (not length or len(content) >= int(length[0].partition(b":")[2]))


def alive(port: int) -> bool:
    """Whether another client is served."""
    return received(port, GET + HOST + b"\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("case", RAW_CASES, ids=lambda case: case.id)
def test_bytes_that_are_no_sound_request_are_refused(port: int, case: Raw) -> None:
    got = received(port, case.sent)
    head, _, content = got.partition(b"\r\n\r\n")
    status = int(head.split()[1]) if head else 0
    assert status in case.statuses, got[:300]
    assert b"Traceback" not in got
    assert len(got) < 60_000
    if content and b"application/json" in head and status != 200:
        assert json.loads(content)["resourceType"] == "OperationOutcome"
    assert alive(port)


@pytest.mark.parametrize(
    "start", [GET + HOST + b"X-Slow: ", POST + b"Content-Length: 100\r\n\r\n{"], ids=["head", "body"]
)
def test_who_sends_a_byte_now_and_then_is_left_and_others_are_served(port: int, start: bytes) -> None:
    """Number 14: the deadline is that of the whole head and of the whole body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        opened.sendall(start)
        opened.settimeout(0.2)
        assert alive(port)
        got: bytes | None = None
        for _ in range(40):
            try:
                got = opened.recv(100)
                break
            except TimeoutError:
                opened.sendall(b"a")
            except ConnectionError:
                got = b""
                break
    assert got == b"" or (got is not None and got.split()[1] in (b"400", b"408"))


def test_a_thousand_requests_on_one_line_are_answered_in_turn_or_cut_off(port: int) -> None:
    """Number 18."""
    sent = (GET + HOST + b"\r\n") * 1000
    with socket.create_connection(("127.0.0.1", port), timeout=5) as opened:
        answers = 0
        opened.sendall(sent)
        try:
            while piece := opened.recv(1 << 16):
                answers += piece.count(b"HTTP/1.1 200")
                if answers >= 900:
                    break
        except (ConnectionError, TimeoutError):
            pass
    assert answers > 0
    assert alive(port)


def test_a_page_may_not_be_framed(client: TestClient) -> None:
    """Number 115."""
    answered = client.get("/rules", headers={"accept": "text/html"})
    assert answered.status_code == 200
    assert "frame-ancestors 'none'" in answered.headers["content-security-policy"]
