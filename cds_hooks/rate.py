"""How often a client may call: a bucket of tokens each, filled at a steady rate."""

from __future__ import annotations

import time
from collections.abc import Callable


class Buckets:
    """One bucket a name. Names come from the settings, so their number is bounded. `clock` is monotonic, in seconds."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def seconds_to_wait(self, name: str) -> float:
        """Take a token: 0 when there was one, else the seconds until there will be."""
        now = self._clock()
        left, at = self._buckets.get(name, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._per_second)
        taken = left >= 1
        self._buckets[name] = (left - 1 if taken else left, now)
        return 0.0 if taken else (1 - left) / self._per_second
