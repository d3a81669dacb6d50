"""What it costs to refuse the largest bodies that are no call, as ratios to reading a real call of the same size.

The goal: none costs more than four times what is spent anyway on reading a call of that size, before it is judged.
`python -m benchmarks.refusals` runs it alone.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.alternating import measure
from benchmarks.hook_call import SERVICE
from benchmarks.records import hook_body
from benchmarks.refused_bodies import LARGEST, SIZE
from cds_hooks.answer import opened
from cds_hooks.config import Settings

RESOURCES = 4000
GOAL = 4.0
FLOOR = "a real call"


def contenders() -> Mapping[str, Callable[[], object]]:
    """Reading a real call of the largest size, and refusing each of the others."""
    settings = Settings()
    real = hook_body(RESOURCES)
    bodies = {FLOOR: real, **LARGEST}
    assert 0.9 * SIZE < len(real) <= SIZE
    return {name: partial(opened, SERVICE, body, settings) for name, body in bodies.items()}


def main() -> None:
    """Print one line for each body."""
    gc.collect()
    times = measure(contenders(), rounds=5, calls=2)
    floor = times[FLOOR]
    sys.stdout.write(f"\nrefusals of {SIZE / 1e6:.1f} MB, ratio to reading a real call of that size (goal {GOAL:g})\n")
    for name, taken in times.items():
        sys.stdout.write(f"  {name:36} {1000 * taken.median:9.2f} ms   {taken.ratio_to(floor):7.2f} x\n")


if __name__ == "__main__":
    main()
