"""Driving a server with one request over and over: by wrk, or by a driver of our own where wrk is not installed."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 2
"""One more than a worker judges at once, so that it is never idle; more would only queue, and be cut off at the end."""

_SCRIPT = """
local file = io.open("{path}", "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
function done(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
  errors = errors + summary.errors.status + summary.errors.timeout
  print(string.format("figures %d %d %d %d %d %d", summary.requests, summary.duration, errors,
    latency:percentile(50), latency:percentile(90), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bore. Latencies in seconds."""

    per_second: float
    p50: float
    p90: float
    p99: float
    errors: int


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def drive(port: int, path: str, body: bytes, seconds: float, connections: int = CONNECTIONS) -> Load:
    """POST a body for so many seconds over so many connections."""
    if shutil.which("wrk"):
        return by_wrk(port, path, body, seconds, connections)
    return asyncio.run(by_ourselves(port, path, body, seconds, connections))


def by_wrk(port: int, path: str, body: bytes, seconds: float, connections: int) -> Load:
    """With wrk."""
    with tempfile.TemporaryDirectory() as folder:
        content, script = Path(folder) / "body.json", Path(folder) / "post.lua"
        content.write_bytes(body)
        script.write_text(_SCRIPT.format(path=content))
        address = f"http://127.0.0.1:{port}{path}"
        options = [f"-c{connections}", "-t1", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", str(script)]
        ran = subprocess.run(["wrk", *options, address], capture_output=True, text=True, check=True)
    found = next(line for line in ran.stdout.splitlines() if line.startswith("figures "))
    requests, duration, errors, *latencies = (int(part) for part in found.split()[1:])
    p50, p90, p99 = (latency / 1e6 for latency in latencies)
    return Load(requests / duration * 1e6, p50, p90, p99, errors)


async def by_ourselves(port: int, path: str, body: bytes, seconds: float, connections: int) -> Load:
    """With streams: simple enough to cost less than the server it drives."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    sent = head.encode() + body
    taken: list[float] = []
    errors = 0
    end = time.perf_counter() + seconds

    async def knock() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        while (began := time.perf_counter()) < end:
            writer.write(sent)
            await writer.drain()
            answered = await reader.readuntil(b"\r\n\r\n")
            lines = [line.partition(b":") for line in answered.lower().split(b"\r\n")]
            await reader.readexactly(next(int(value) for name, _, value in lines if name == b"content-length"))
            taken.append(time.perf_counter() - began)
            errors += not answered.startswith(b"HTTP/1.1 200")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(knock() for _ in range(connections)))
    duration = time.perf_counter() - began
    taken.sort()
    p50, p90, p99 = (taken[min(len(taken) - 1, int(len(taken) * part))] for part in (0.5, 0.9, 0.99))
    return Load(len(taken) / duration, p50, p90, p99, errors)
