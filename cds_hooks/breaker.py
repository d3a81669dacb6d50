"""A FHIR server that does not answer is left alone for a while, so that no call waits for it in vain.

Of each server that may be asked there is one breaker. After so many calls in a row to which it gave nothing at all it
opens: nothing is asked, and the answers say so. When its rest is over one call is let through; that decides.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum


class State(Enum):
    """Closed: the server is asked. Open: it is left alone. Half-open: one call tries it."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Counts the calls that a server failed. `clock` is monotonic, in seconds. `failures` 0: it never opens."""

    def __init__(self, failures: int, rest_seconds: float, clock: Callable[[], float]) -> None:
        self._failures = failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._failed = 0
        self._until = 0.0
        self.state = State.CLOSED

    def take(self) -> bool:
        """Whether a call may ask now. Who is told so reports with `answered`, `failed` or `left`."""
        if self.state is State.OPEN and self._clock() >= self._until:
            self.state = State.HALF_OPEN
            return True
        return self.state is State.CLOSED

    def answered(self) -> None:
        """The server answered something."""
        self._failed = 0
        self.state = State.CLOSED

    def failed(self) -> None:
        """The server gave a call nothing: no connection, no answer in time, or an error of its own."""
        self._failed += 1
        if self.state is State.HALF_OPEN or 0 < self._failures <= self._failed:
            self.state = State.OPEN
            self._until = self._clock() + self._rest_seconds

    def left(self) -> None:
        """The call ended before the server could show anything; another may try it at once."""
        if self.state is State.HALF_OPEN:
            self.state = State.OPEN


class Breakers:
    """The breakers of the servers of the settings, so that their number is bounded."""

    def __init__(self, failures: int, rest_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._of: dict[str, Breaker] = {}

    def of(self, server: str) -> Breaker:
        """The breaker of one server, by its base address in the settings."""
        if server not in self._of:
            self._of[server] = Breaker(self._failures, self._rest_seconds, self._clock)
        return self._of[server]

    @property
    def states(self) -> Mapping[State, int]:
        """How many servers are in each state."""
        found = Counter(breaker.state for breaker in self._of.values())
        return {state: found[state] for state in State}
