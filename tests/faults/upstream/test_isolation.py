"""A FHIR server that hangs takes nothing from the others; a small answer that unpacks to a huge one is refused."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from typing import Any

from cds_hooks.config import Settings
from cds_hooks.fetch import completed
from cds_hooks.fhir_client import new_session
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.answer import NOT_PROVIDED
from tests.hook_calls import bundle
from tests.unit.cds_hooks.fhir_server import FhirServer, hangs, running, says
from tests.unit.cds_hooks.test_fetch import request_to

EVERYTHING = dict.fromkeys(Need, NOT_PROVIDED)
MEGABYTE = 1 << 20


def test_a_server_that_hangs_does_not_use_up_the_connections_of_another() -> None:
    hanging, sound = FhirServer({"*": [hangs()]}), FhirServer({"*": [says(bundle())]})

    async def go() -> Any:
        async with running(hanging), running(sound), new_session() as session:
            patient, brisk = Settings(fetch_seconds=6.0), Settings(fetch_seconds=3.0)
            stuck = [
                asyncio.create_task(completed(request_to(hanging.base), EVERYTHING, patient, session))
                for _ in range(20)
            ]
            await asyncio.sleep(0.3)
            found = await completed(request_to(sound.base), EVERYTHING, brisk, session)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
            return found

    assert {answer.coverage for answer in asyncio.run(go()).answers.values()} == {Coverage.COMPLETE}
    assert hanging.asked


def test_an_answer_that_unpacks_to_a_huge_one_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(400 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    server = FhirServer({"Condition": [says(bomb, 200, {"content-encoding": "gzip"})]})

    async def go() -> Any:
        async with running(server), new_session() as session:
            settings = Settings(fetch_seconds=20.0, max_answer_bytes=MEGABYTE)
            tracemalloc.start()
            found = await completed(request_to(server.base), {Need.CONDITIONS: NOT_PROVIDED}, settings, session)
            return found, tracemalloc.get_traced_memory()[1]

    try:
        found, peak = asyncio.run(go())
    finally:
        tracemalloc.stop()
    answer = found.answers[Need.CONDITIONS]
    assert answer.coverage is Coverage.FAILED
    assert peak < 100 * MEGABYTE
