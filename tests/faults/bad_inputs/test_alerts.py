"""Numbers 58, 61, 62, 101 and 106: what concerns another patient or another server is logged and counted."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx2
import pytest
import structlog

from cds_hooks.alerts import Alert
from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.instances import Instances
from cds_hooks.told import Caller
from lnfhir.chart.coverage import Need
from tests.faults.bad_inputs.case import JSON, VIEW, unsound
from tests.faults.bad_inputs.record_cases import observation
from tests.hook_calls import INSTANCE, authorized, body, bundle, call, patient, with_context
from tests.unit.cds_hooks.fhir_server import FhirServer, running, says

Json = dict[str, Any]
OTHER_INSTANCE = "0e3a8f1c-6a1f-4b7e-9a52-1f0f7e2c9b10"


def counted(*calls: Json, servers: tuple[str, ...] = ()) -> tuple[list[int], dict[str, int], list[str]]:
    """The statuses of these calls of one service, the alerts it counted, and those it logged."""

    async def go() -> tuple[list[int], str]:
        application = service_app(Settings(fhir_servers=servers, fetch_seconds=5))
        transport = httpx2.ASGITransport(application)
        async with (
            application.router.lifespan_context(application),
            httpx2.AsyncClient(transport=transport, base_url="http://service") as caller,
        ):
            answered = [await caller.post(VIEW, content=body(each), headers=dict(JSON)) for each in calls]
            assert [fault for each in answered for fault in unsound(each)] == []
            return [each.status_code for each in answered], (await caller.get("/metrics")).text

    with structlog.testing.capture_logs() as lines:
        statuses, text = asyncio.run(go())
    assert "p2" not in repr(lines) + text
    found = re.findall(r'lnfhir_alerts_total\{alert="([a-z-]+)"\} (\d+)', text)
    assert {name for name, _ in found} == {alert.value for alert in Alert}
    words = [line["event"] for line in lines if line["event"] in {alert.value for alert in Alert}]
    return statuses, {name: int(number) for name, number in found if number != "0"}, words


def of(identity: str, instance: str = INSTANCE) -> Json:
    """A call about a patient."""
    sent = with_context(patientId=identity)
    return {**sent, "hookInstance": instance, "prefetch": {"patient": patient(identity)}}


def test_a_call_like_any_other_alerts_nobody() -> None:
    assert counted(call(prefetch={"patient": patient()}), call(prefetch={"patient": patient()})) == ([200] * 2, {}, [])


def test_one_instance_for_two_patients_is_answered_and_told_to_the_operator() -> None:
    """Number 58."""
    word = "hook-instance-of-another-patient"
    assert counted(of("p1"), of("p1"), of("p2")) == ([200] * 3, {word: 1}, [word])
    assert counted(of("p1"), of("p2", INSTANCE.upper())) == ([200] * 2, {word: 1}, [word])
    assert counted(of("p1"), of("p2", OTHER_INSTANCE)) == ([200] * 2, {}, [])


def test_instances_are_a_caller_s_own_and_not_remembered_for_ever() -> None:
    instances = Instances(2)
    one, other = Caller("https://a.example"), Caller("https://b.example")
    assert not instances.of_another(one, "i1", "p1")
    assert not instances.of_another(other, "i1", "p2")
    assert instances.of_another(one, "i1", "p2")
    assert not instances.of_another(one, "i2", "p2")
    assert instances.of_another(one, "i1", "p2")
    assert not instances.of_another(other, "i1", "p1")


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        ({**authorized(patient="p2"), "prefetch": {"patient": patient()}}, 400, "access-for-another-patient"),
        (call(prefetch={"patient": patient("p2")}), 400, "other-patient"),
        (call(prefetch={"patient": bundle(patient(), patient("p2"))}), 400, "other-patient"),
        (
            call(
                prefetch={
                    "patient": patient(),
                    Need.KIDNEY_FUNCTION.value: bundle(observation(subject={"reference": "Patient/p2"})),
                }
            ),
            200,
            "other-subject",
        ),
        (authorized(), 412, "fhir-server-not-allowed"),
        ({**authorized(), "prefetch": {"patient": patient()}}, 200, "fhir-server-not-allowed"),
    ],
    ids=["61 access", "62 patient", "62 patient beside ours", "62 observation", "101 alone", "101 beside a prefetch"],
)
def test_what_concerns_another_is_counted(sent: Json, status: int, word: str) -> None:
    assert counted(sent, servers=("https://agreed.example/fhir",)) == ([status], {word: 1}, [word])


def test_where_no_server_is_agreed_none_is_a_surprise() -> None:
    """A site may go by prefetch alone; its EHR offers access all the same, in every call."""
    assert counted({**authorized(), "prefetch": {"patient": patient()}}) == ([200], {}, [])


def test_a_server_that_leads_elsewhere_is_counted() -> None:
    """Number 106."""
    following = {"relation": "next", "url": "https://elsewhere.example/fhir/Condition?page=2"}

    async def go() -> tuple[int, str]:
        server = FhirServer({"Condition": [says(bundle(link=[following]))], "*": [says(bundle())]})
        async with running(server):
            sent = {**authorized(), "fhirServer": server.base, "prefetch": {"patient": patient()}}
            application = service_app(Settings(fhir_servers=(server.base,), fetch_seconds=5))
            transport = httpx2.ASGITransport(application)
            async with (
                application.router.lifespan_context(application),
                httpx2.AsyncClient(transport=transport, base_url="http://service") as caller,
            ):
                status = (await caller.post(VIEW, content=body(sent), headers=dict(JSON))).status_code
                return status, (await caller.get("/metrics")).text

    status, text = asyncio.run(go())
    assert status == 200
    assert 'lnfhir_alerts_total{alert="fhir-server-led-elsewhere"} 1.0' in text
