"""Contenders measured in turn, round after round, so that a slow minute of the machine is nobody's disadvantage."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per call, one figure for each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    def ratio_to(self, floor: Times) -> float:
        """The median over the rounds of the ratio to the floor's time in the same round."""
        return statistics.median(mine / its for mine, its in zip(self.rounds, floor.rounds, strict=True))


def measure(contenders: Mapping[str, Callable[[], object]], rounds: int = 9, calls: int = 20) -> dict[str, Times]:
    """CPU time per call of each contender, `calls` calls a round, after one round of warming up."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, call in contenders.items():
            before = time.process_time()
            for _ in range(calls):
                call()
            if turn > 0:
                taken[name].append((time.process_time() - before) / calls)
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}
