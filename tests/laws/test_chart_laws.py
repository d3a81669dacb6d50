"""Laws of the chart: the order of a record, copies in it and what is not ours change nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lnfhir.chart.build import chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.bundle import read_answer
from tests.unit.chart.records import (
    ANN,
    AS_OF,
    ICD10CM,
    PATIENT,
    SNOMED,
    bundle,
    coded,
    condition,
    creatinine,
    observation,
    order,
    quantity,
)

Json = dict[str, Any]
FEW = settings(max_examples=60, deadline=None)

days = st.dates(date(2023, 1, 1), date(2026, 6, 1)).map(date.isoformat)
texts = st.sampled_from(
    ["60 mg daily", "10 mg twice daily", "1 tablet daily", "taper", "500 mg daily for 3 days", "", "每日两次 每次0.5g"]
)
drugs = st.sampled_from(
    [
        "prednisone 10 mg tablet",
        "mycophenolate mofetil 500 mg tablet",
        "amoxicillin 500 mg",
        "hydroxychloroquine 200 mg",
    ]
)
statuses = st.sampled_from(["final", "final", "amended", "preliminary", "entered-in-error"])
observations = st.one_of(
    st.builds(lambda v, d, s: creatinine(v, day=d, status=s), st.sampled_from([0.8, 1.2, "1.4", 900]), days, statuses),
    st.builds(
        lambda v, d: observation(coded("2890-2"), day=d, valueQuantity=quantity(v, "mg/g")),
        st.integers(20, 9000),
        days,
    ),
    st.builds(
        lambda v, d: observation(coded("2888-6"), day=d, valueQuantity=quantity(v, "mg/dL")), st.integers(5, 400), days
    ),
    st.builds(
        lambda v, d: observation(coded("2161-8"), day=d, valueQuantity=quantity(v, "mg/dL")), st.integers(20, 200), days
    ),
    st.builds(
        lambda c, d: observation(coded(c), day=d, valueQuantity=quantity(60, "mL/min/{1.73_m2}")),
        st.sampled_from(["48642-3", "48643-1", "98979-8"]),
        days,
    ),
    st.builds(lambda d: observation(coded("isn-rps-class", "urn:lnfhir:score"), day=d, valueString="III+V"), days),
)
orders = st.builds(
    lambda drug, day, text, status: order(drug, authoredOn=day, status=status, dosageInstruction=[{"text": text}]),
    drugs,
    days,
    texts,
    st.sampled_from(["active", "stopped", "completed", "on-hold", "unknown"]),
)
conditions = st.builds(
    lambda code, day: condition(coded(code, ICD10CM), onsetDateTime=day),
    st.sampled_from(["M32.14", "I10", "J06.9"]),
    days,
)
biopsies = st.builds(
    lambda day: {
        "resourceType": "Procedure",
        "status": "completed",
        "subject": ANN,
        "code": coded("7246002", SNOMED),
        "performedDateTime": day,
    },
    days,
)


def _named(resources: list[Json]) -> list[Json]:
    return [{**resource, "id": f"r{index}"} for index, resource in enumerate(resources)]


records = st.lists(st.one_of(observations, observations, orders, conditions, biopsies), max_size=12).map(_named)


def read(resources: list[Json], as_of: date = AS_OF) -> Chart:
    return chart_from_record(read_answer(bundle(*resources), "Bundle"), as_of)


def content(chart: Chart) -> Chart:
    """The chart without the places in which things were found."""
    told = sorted(
        (replace(issue, path="") for issue in chart.issues),
        key=lambda i: (i.reference, i.code, str(i.says), i.severity.value),
    )
    return replace(chart, issues=tuple(told))


@FEW
@given(records, st.randoms(use_true_random=False))
def test_the_order_of_the_record_changes_nothing(resources: list[Json], random: Any) -> None:
    shuffled = resources[:]
    random.shuffle(shuffled)
    assert content(read(shuffled)) == content(read(resources))


@FEW
@given(records, st.data())
def test_a_copy_of_a_resource_changes_nothing(resources: list[Json], data: Any) -> None:
    copies = data.draw(st.lists(st.sampled_from(resources), max_size=4)) if resources else []
    assert content(read(resources + copies)) == content(read(resources))


IRRELEVANT: list[Json] = [
    observation(coded("9279-1"), "x1", valueQuantity=quantity(16, "/min")),
    condition(coded("J06.9", ICD10CM), "x2"),
    order("amoxicillin 500 mg capsule", "x3"),
    {"resourceType": "Encounter", "id": "x4", "status": "finished"},
    {"resourceType": "Claim", "id": "x5", "item": [{"sequence": 1}]},
]


@FEW
@given(records, st.sampled_from(IRRELEVANT), st.integers(0, 12))
def test_what_is_not_ours_changes_nothing(resources: list[Json], stranger: Json, position: int) -> None:
    mixed = [*resources[:position], stranger, *resources[position:]]
    assert content(read(mixed)) == content(read(resources))


@FEW
@given(records)
def test_what_is_later_changes_nothing_but_the_line_that_counts_it(resources: list[Json]) -> None:
    mixed = read([*resources, creatinine(3.0, name="x6", day="2026-01-01")])
    alone = read(resources)
    assert replace(content(mixed), issues=()) == replace(content(alone), issues=())
    line = "results are dated after the day of this review and not used"
    assert [str(i.says) for i in mixed.issues if line not in str(i.says)] == [
        str(i.says) for i in alone.issues if line not in str(i.says)
    ]
    assert sum(line in str(issue.says) for issue in mixed.issues) == 1


@FEW
@given(records)
def test_a_broken_neighbour_costs_only_the_certainty_that_nothing_is_missing(resources: list[Json]) -> None:
    alone = read(resources)
    beside = read([*resources, {"resourceType": "Condition", "id": "broken", "code": 17}])
    assert replace(beside, issues=(), coverage={}) == replace(alone, issues=(), coverage={})
    assert beside.coverage[Need.CONDITIONS] is Coverage.PARTIAL
    assert {need for need in Need if beside.searched(need)} == {need for need in Need if alone.searched(need)} - {
        Need.CONDITIONS
    }


@FEW
@given(records, st.dates(date(2023, 1, 1), date(2026, 1, 1)))
def test_nothing_in_a_chart_is_later_than_its_day(resources: list[Json], as_of: date) -> None:
    chart = read(resources, as_of)
    assert all(result.day <= as_of for result in chart.results)
    assert all(use.start is None or use.start <= as_of for use in chart.drugs)
    assert all(found.start is None or found.start <= as_of for found in chart.diagnoses)
    assert all(biopsy.day <= as_of for biopsy in chart.biopsies)


@FEW
@given(records, st.integers(-300, 300))
def test_a_record_moved_in_time_gives_a_chart_moved_in_time(resources: list[Json], days_: int) -> None:
    shift = timedelta(days=days_)

    def moved(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: moved(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [moved(item, key) for item in value]
        if key in ("effectiveDateTime", "authoredOn", "onsetDateTime", "performedDateTime"):
            return (date.fromisoformat(value) + shift).isoformat()
        return value

    here, there = read(resources), read(moved(resources), AS_OF + shift)
    assert [(r.day + shift, r.amount) for r in here.results] == [(r.day, r.amount) for r in there.results]
    assert [(u.drug, u.active, u.mg_per_day) for u in here.drugs] == [
        (u.drug, u.active, u.mg_per_day) for u in there.drugs
    ]
    assert [b.day + shift for b in here.biopsies] == [b.day for b in there.biopsies]


@FEW
@given(records)
def test_entry_by_entry_or_all_at_once_is_the_same(resources: list[Json]) -> None:
    whole = read_answer(bundle(*resources), "Bundle")
    nothing: Json = {"resourceType": "Questionnaire", "id": "q", "code": [{"code": "forces the slow way"}]}
    assert read_answer(bundle(*resources, nothing), "Bundle") == whole


def test_the_laws_look_at_charts_that_hold_something() -> None:
    chart = read(_named([creatinine(), order(dosageInstruction=[{"text": "60 mg daily"}]), condition()]))
    assert (len(chart.results), len(chart.drugs), len(chart.diagnoses)) == (1, 1, 1)
    assert json.loads(bundle(PATIENT))["entry"]
