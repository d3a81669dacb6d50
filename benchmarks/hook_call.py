"""The time of one whole hook call, as a ratio to what it costs merely to decode its body.

The floor is msgspec decoding the same body to plain dicts, which any Python service pays before its first rule. The
whole call reads, builds the chart, judges it under every profile and writes the cards. The goal is to stay within
three times the typed decode.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace

import msgspec

from benchmarks.alternating import measure
from benchmarks.records import AS_OF, hook_body
from cds_hooks.answer import answer
from cds_hooks.config import Settings
from cds_hooks.prefetch import answers
from cds_hooks.request import Request, read_request
from cds_hooks.services import service_of
from lnfhir.chart.build import build_chart
from lnfhir.chart.chart import Chart
from lnfhir.policy import Policy
from lnfhir.review import review

SERVICE = "ln-patient-view"
SIZES = (100, 1000)


def contenders(body: bytes) -> dict[str, Callable[[], object]]:
    """The floor, the parts of the call, and the call."""
    service = service_of(SERVICE)
    assert service is not None

    def typed() -> Request:
        request = read_request(body, service)
        assert isinstance(request, Request)
        answers(request.prefetch, service.needs)
        return request

    def chart() -> Chart:
        request = read_request(body, service)
        assert isinstance(request, Request)
        return build_chart(answers(request.prefetch, service.needs), request.patient_id, AS_OF)

    def whole() -> int:
        return answer(SERVICE, body, AS_OF, Settings()).status

    assert whole() == 200
    built = chart()
    assert built.results
    return {
        "decode to plain dicts (floor)": lambda: msgspec.json.decode(body),
        "typed decode of the prefetch": typed,
        "decode and chart": chart,
        "review of a new chart": lambda: review(replace(built), Policy()),  # what a chart remembers starts empty
        "whole call": whole,
    }


def main() -> None:
    """Print one table for each size."""
    for size in SIZES:
        body = hook_body(size)
        gc.collect()
        times = measure(contenders(body), calls=max(3, 3000 // size))
        floor = times["decode to plain dicts (floor)"]
        sys.stdout.write(f"\n{size} resources, {len(body) / 1e6:.2f} MB, median of {len(floor.rounds)} rounds\n")
        for name, taken in times.items():
            sys.stdout.write(f"  {name:32} {1000 * taken.median:9.2f} ms   {taken.ratio_to(floor):7.2f} x floor\n")
        typed = times["typed decode of the prefetch"]
        sys.stdout.write(f"  whole call / typed decode: {times['whole call'].ratio_to(typed):.2f}\n")


if __name__ == "__main__":
    main()
