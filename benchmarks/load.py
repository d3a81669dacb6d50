"""Requests a second and latency of the whole service over HTTP, as ratios to routes of the same server.

One granian worker serves the service as it is deployed (with its store), and beside it, for the same bodies, two
floors: an echo, which takes the body in and sends it back, and a decode, which takes it in and reads it typed. So a
ratio is what judging costs, and not what the machine or the server costs. Driven by wrk where it is installed, else by
a small driver of our own, with `CONNECTIONS` connections. The goals: at least 0.6 of the echo's requests a second with
all rules; all rules at most twice the decode time. `python -m benchmarks.load` runs it alone.
"""

from __future__ import annotations

import gc
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server import Server
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import drivers
from benchmarks.drivers import CONNECTIONS, Load
from benchmarks.records import AS_OF, hook_body
from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.prefetch import answers
from cds_hooks.problems import Problem
from cds_hooks.receiving import received
from cds_hooks.request import read_request
from cds_hooks.services import service_of
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store

SERVICE = "ln-patient-view"
ROUTES = {"echo": "/echo", "decode": "/decode", "hook call": f"/cds-services/{SERVICE}"}
SIZES = (100, 1000, 5000)
ROUNDS = 3
SECONDS = 3.0
CALLS_A_ROUND = 25
GOAL_OF_ECHO = 0.6
GOAL_OF_DECODE = 2.0


def settings(folder: str) -> Settings:
    """The service as deployed, without a limit that the load would meet."""
    return Settings(
        as_of=AS_OF,
        max_body_bytes=64 << 20,
        calls_per_second=1e6,
        burst=10**6,
        store=StoreSettings(directory=folder),
    )


def application(folder: str) -> Starlette:
    """The service with its two floors beside it."""
    chosen = settings(folder)
    served = service_app(chosen, Store(chosen.store, chosen.quiet))
    service = service_of(SERVICE)
    assert service is not None

    async def echo(request: Request) -> Response:
        body = await received(request, chosen)
        assert isinstance(body, bytes)
        return Response(body, media_type="application/json")

    def read(body: bytes) -> int:
        found = read_request(body, service)
        assert not isinstance(found, Problem)
        return len(answers(found.prefetch, service.needs))

    async def decode(request: Request) -> Response:
        body = await received(request, chosen)
        assert isinstance(body, bytes)
        return Response(str(await run_in_threadpool(read, body)), media_type="application/json")

    gc.collect()
    gc.freeze()
    served.router.routes += [Route("/echo", echo, methods=["POST"]), Route("/decode", decode, methods=["POST"])]
    return served


def serve(port: int, folder: str) -> None:
    """Serve on this port until interrupted, with one worker."""
    server = Server(
        "benchmarks.load:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    server.serve(target_loader=partial(application, folder), wrap_loader=False)


@contextmanager
def running(folder: str) -> Iterator[int]:
    """The server as a process of its own, and its port."""
    port = drivers.free_port()
    command = [sys.executable, "-m", "benchmarks.load", "serve", str(port), folder]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                try:
                    exchange(port, "/decode", hook_body(1))
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()


def exchange(port: int, path: str, body: bytes) -> bytes:
    """One call, which must succeed."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"content-type": "application/json"})
        answered = connection.getresponse()
        content = answered.read()
    finally:
        connection.close()
    if answered.status != 200:
        raise RuntimeError(f"{path} answered {answered.status}")
    return content


@dataclass(frozen=True, slots=True)
class Table:
    """The loads of each contender, one a round."""

    size: int
    body_bytes: int
    loads: dict[str, list[Load]]

    def ratio(self, name: str, floor: str) -> float:
        """The median over the rounds of the ratio of requests a second."""
        pairs = zip(self.loads[name], self.loads[floor], strict=True)
        return statistics.median(mine.per_second / its.per_second for mine, its in pairs)


def measured(port: int, size: int, rounds: int = ROUNDS, seconds: float = SECONDS) -> Table:
    """All contenders in turn, round after round, with a body of this many resources."""
    body = hook_body(size)
    if exchange(port, ROUTES["echo"], body) != body or b'"cards":[{' not in exchange(port, ROUTES["hook call"], body):
        raise RuntimeError("a contender does not give the answer that is measured")
    loads: dict[str, list[Load]] = {name: [] for name in ROUTES}
    began = time.perf_counter()
    exchange(port, ROUTES["hook call"], body)
    # What is under way at the end of a round is not counted, so that a round has to hold many calls.
    seconds = max(seconds, CALLS_A_ROUND * (time.perf_counter() - began))
    for _ in range(rounds):
        for name, path in ROUTES.items():
            loads[name].append(drivers.drive(port, path, body, seconds))
    return Table(size, len(body), loads)


def shown(table: Table) -> str:
    """A table for people."""
    lines = [f"\n{table.size} resources, {table.body_bytes / 1e6:.2f} MB, median of {len(table.loads['echo'])} rounds"]
    for name, loads in table.loads.items():
        middle = {part: statistics.median(getattr(load, part) for load in loads) for part in ("p50", "p90", "p99")}
        rate = statistics.median(load.per_second for load in loads)
        times = "  ".join(f"{part} {1000 * value:8.1f} ms" for part, value in middle.items())
        errors = sum(load.errors for load in loads)
        lines.append(
            f"  {name:10} {rate:9.1f} requests/s  {times}  {table.ratio(name, 'echo'):6.3f} x echo"
            + (f"  {errors} ERRORS" if errors else "")
        )
    of_decode = 1 / table.ratio("hook call", "decode")
    lines.append(
        f"  hook call: {table.ratio('hook call', 'echo'):.3f} of the echo's requests/s (goal {GOAL_OF_ECHO}), "
        f"{of_decode:.2f} x the decode's time (goal {1 + GOAL_OF_DECODE:g}: decode, and rules at most twice that)"
    )
    return "\n".join(lines)


def main() -> None:
    """Print one table for each size."""
    driver = "wrk" if shutil.which("wrk") else "the driver of benchmarks/drivers.py (wrk is not installed)"
    sys.stdout.write(f"\nHTTP, one granian worker, {CONNECTIONS} connections, driven by {driver}\n")
    with tempfile.TemporaryDirectory() as folder, running(str(Path(folder))) as port:
        for size in SIZES:
            sys.stdout.write(shown(measured(port, size)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        main()
