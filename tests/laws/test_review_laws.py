"""Laws of a whole review: what must not matter to a verdict, and what a verdict may become when data are missing.

The records are those of the vignettes, as FHIR resources; hypothesis draws the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lnfhir.chart.build import chart_from_record
from lnfhir.chart.coverage import Need
from lnfhir.guideline.verdict import RefractoryVerdict
from lnfhir.logic import Finding, Truth
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.review import Review, review
from lnfhir.sandbox.shorthand import Record
from tests.vignettes import vignette
from tests.vignettes.vignette import Case, read_vignette

Json = dict[str, Any]
FOLDER = Path(vignette.__file__).parent
FEW = settings(max_examples=25, deadline=None)
DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?=\b|T)")


@cache
def patients() -> tuple[Case, ...]:
    """The first case of each vignette file that tells of one patient's course."""
    files = sorted(path for path in FOLDER.glob("[VB]*.yaml"))
    return tuple(next(iter(read_vignette(path))) for path in files)


def judged(record: Record, policy: Policy) -> Review:
    """The review of the record in one file, completely searched."""
    found = read_record(msgspec.json.encode(record.bundle()), False)
    return review(chart_from_record(found, record.as_of, record.patient_id), policy)


@cache
def alone(number: int) -> Review:
    """What is said of the patient as she is."""
    case = patients()[number]
    return judged(case.record(), case.policy)


def criteria(verdict: RefractoryVerdict) -> Mapping[str, Finding]:
    """The four criteria and their conjunction."""
    return {"overall": verdict.overall, "C1": verdict.c1, "C2": verdict.c2, "C3": verdict.c3, "C4": verdict.c4}


def said(seen: Review, days: int = 0) -> Json:
    """Every answer of a review as words; its days moved back by `days`."""

    def moved(day: date | None) -> date | None:
        return day - timedelta(days=days) if day is not None else None

    return {
        "refractory": {
            verdict.profile: (
                verdict.state,
                moved(verdict.since),
                {name: (f.truth.name, moved(f.pending_until)) for name, f in criteria(verdict).items()},
            )
            for verdict in seen.refractory
        },
        "responses": [(r.definition, r.at, moved(r.day), r.state) for r in seen.responses],
        "courses": [(c.number, moved(c.t0), moved(c.end), c.induction, c.ended_by) for c in seen.courses],
        "guidance": {g.rule: g.outcome for g in seen.guidance},
        "indices": {index.key: index.finding.truth.name for index in seen.indices},
    }


def with_resources(record: Record, resources: tuple[Json, ...]) -> Record:
    return replace(record, resources=resources)


numbers = st.integers(0, len(list(FOLDER.glob("[VB]*.yaml"))) - 1)


@FEW
@given(numbers, st.integers(-2000, 200))
def test_moving_every_day_moves_the_answer_and_nothing_else(number: int, days: int) -> None:
    """Birthdays move too, so that nobody is another age; 366 days hence a leap day may turn a birthday, not here."""
    case = patients()[number]
    record = case.record()

    def moved(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[1]) + timedelta(days=days)).isoformat()

    text = DAY.sub(moved, msgspec.json.encode(list(record.resources)).decode())
    later = replace(record, resources=tuple(msgspec.json.decode(text)), as_of=record.as_of + timedelta(days=days))
    assert said(judged(later, case.policy), days) == said(alone(number))


@FEW
@given(numbers, st.randoms(use_true_random=False))
def test_neither_order_nor_copies_of_resources_change_the_answer(number: int, chance: Any) -> None:
    case = patients()[number]
    record = case.record()
    resources = [*record.resources, *chance.sample(record.resources, k=min(5, len(record.resources)))]
    chance.shuffle(resources)
    assert said(judged(with_resources(record, tuple(resources)), case.policy)) == said(alone(number))


UNITS: Mapping[str, tuple[str, float]] = {
    "mg/dL": ("umol/L", 88.4),
    "g/g": ("mg/g", 1000.0),
    "kg": ("g", 1000.0),
    "cm": ("m", 0.01),
    "g/L": ("g/dL", 0.1),
}
"""A unit of the record, the same in another, and the factor between them."""
CREATININE = ("2160-0", "14682-9")


def in_other_units(resource: Json) -> Json:
    """The same quantity in another unit; only creatinine is known to be sent in µmol/L."""
    value = resource.get("valueQuantity")
    if resource["resourceType"] != "Observation" or value is None or value.get("code") not in UNITS:
        return resource
    unit, factor = UNITS[value["code"]]
    codes = {coding["code"] for coding in resource["code"]["coding"]}
    if unit == "umol/L" and not codes & set(CREATININE):
        return resource
    other = {**value, "unit": unit, "code": unit, "value": round(value["value"] * factor, 9)}
    coding = [{**c, "code": "14682-9"} if c["code"] == "2160-0" else c for c in resource["code"]["coding"]]
    code = {**resource["code"], "coding": coding if unit == "umol/L" else resource["code"]["coding"]}
    return {**resource, "code": code, "valueQuantity": other}


def test_results_of_every_convertible_unit_are_among_the_records() -> None:
    found = {
        (r["valueQuantity"]["code"], in_other_units(r)["valueQuantity"]["code"])
        for case in patients()
        for r in case.record().resources
        if "valueQuantity" in r and in_other_units(r) != r
    }
    assert found >= {("mg/dL", "umol/L"), ("g/g", "mg/g"), ("kg", "g")}


@FEW
@given(numbers, st.data())
def test_the_unit_in_which_a_result_is_sent_changes_nothing(number: int, data: st.DataObject) -> None:
    case = patients()[number]
    record = case.record()
    chosen = data.draw(st.lists(st.booleans(), min_size=len(record.resources), max_size=len(record.resources)))
    changed = tuple(in_other_units(r) if yes else r for r, yes in zip(record.resources, chosen, strict=True))
    assert said(judged(with_resources(record, changed), case.policy)) == said(alone(number))


IRRELEVANT: tuple[Json, ...] = (
    {"resourceType": "Observation", "code": {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]},
     "valueQuantity": {"value": 139, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}},
    {"resourceType": "Condition", "code": {"text": "Plantar fasciitis"},
     "clinicalStatus": {"coding": [{"code": "active"}]}},
    {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
     "medicationCodeableConcept": {"text": "Loratadine 10 mg tablet"}},
    {"resourceType": "Procedure", "status": "completed", "code": {"text": "Appendectomy"}},
    {"resourceType": "Appointment", "status": "booked"},
)  # fmt: skip


@FEW
@given(numbers, st.sampled_from(IRRELEVANT), st.integers(0, 400))
def test_a_resource_about_something_else_changes_nothing(number: int, other: Json, ago: int) -> None:
    case = patients()[number]
    record = case.record()
    subject = {"reference": f"Patient/{record.patient_id}"}
    day = (record.as_of - timedelta(days=ago)).isoformat()
    when = {"Observation": "effectiveDateTime", "Condition": "onsetDateTime", "MedicationRequest": "authoredOn",
            "Procedure": "performedDateTime"}.get(other["resourceType"])  # fmt: skip
    added = {**other, "id": "something-else", "subject": subject, **({when: day} if when else {})}
    if other["resourceType"] == "Observation":
        added["status"] = "final"
    assert said(judged(with_resources(record, (*record.resources, added)), case.policy)) == said(alone(number))


SILENT = ("Observation", "DiagnosticReport", "MedicationDispense")


@FEW
@given(numbers, st.data())
def test_searching_less_never_turns_unknown_into_known_nor_reverses_an_answer(number: int, data: st.DataObject) -> None:
    """The same resources, some of whose searches were not complete: absence then proves nothing.

    Presence still counts, so that an answer that rests on what is there stays. Only answers that are not pending are
    compared: time, not data, settles those.
    """
    case = patients()[number]
    record = case.record()
    found = read_record(msgspec.json.encode(record.bundle()), False)
    whole = chart_from_record(found, record.as_of, record.patient_id)
    unsearched = data.draw(st.sets(st.sampled_from(list(Need)), min_size=1))
    less = replace(whole, coverage={n: c for n, c in whole.coverage.items() if n not in unsearched})
    before = {v.profile: criteria(v) for v in alone(number).refractory}
    for verdict in review(less, case.policy).refractory:
        for name, finding in criteria(verdict).items():
            known = before[verdict.profile][name].truth
            assert finding.truth in (known, Truth.UNKNOWN), (verdict.profile, name)


@FEW
@given(numbers, st.data())
def test_without_its_results_of_urine_and_blood_a_verdict_of_failure_is_never_reached(
    number: int, data: st.DataObject
) -> None:
    """Taking away measurements after the start of treatment never makes a failure that was not there.

    The one exception is stated by the rules themselves: a result that showed a response may be among what is taken
    away, and the next one may then show failure. So only whole sets of one analyte are taken away here.
    """
    case = patients()[number]
    record = case.record()
    kind = data.draw(st.sampled_from(["2890-2", "13801-6", "34366-5", "40486-3", "2160-0", "14682-9"]))
    kept = tuple(
        r for r in record.resources
        if r["resourceType"] != "Observation" or kind not in {c["code"] for c in r["code"].get("coding", ())}
    )  # fmt: skip
    before = {v.profile: v.c3 for v in alone(number).refractory}
    for verdict in judged(with_resources(record, kept), case.policy).refractory:
        if before[verdict.profile].truth is not Truth.MET:
            assert verdict.c3.truth is not Truth.MET, verdict.profile
