"""Whatever stands in a record, a chart comes out of it: bad data is an issue, not an exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lnfhir.chart.build import chart_from_record
from lnfhir.fhir.bundle import read_answer
from tests.unit.chart.records import (
    ANN,
    AS_OF,
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

TIMING = {
    "repeat": {
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
        "boundsPeriod": {"start": "2025-01-01", "end": "2025-12-01"},
        "boundsDuration": {"value": 3, "code": "d"},
        "when": ["MORN"],
        "dayOfWeek": ["mon"],
        "timeOfDay": ["08:00:00"],
        "count": 3,
    },
    "code": {"text": "BID"},
    "event": ["2025-01-01"],
}
DOSAGE = {
    "text": "60 mg daily",
    "timing": TIMING,
    "route": {"text": "oral"},
    "doseAndRate": [{"doseQuantity": quantity(60, "mg")}],
}
RECORD: list[Json] = [
    {**PATIENT, "deceasedDateTime": "2030-01-01", "name": [{"text": "Ann"}], "meta": {"versionId": "1"}},
    {**creatinine(), "meta": {"versionId": "1", "lastUpdated": "2025-01-01T00:00:00Z"}},
    observation(coded("2890-2"), "o2", valueQuantity=quantity(100, "mg/g", comparator="<")),
    observation(
        coded("2106-3"), "o3", valueCodeableConcept=coded("10828004", SNOMED), interpretation=[{"text": "POS"}]
    ),
    observation(coded("2888-6"), "o4", valueString="100 mg/dL"),
    observation(coded("2161-8"), "o5", valueRange={"low": quantity(50, "mg/dL"), "high": quantity(60, "mg/dL")}),
    observation(coded("isn-rps-class", "urn:lnfhir:score"), "o6", valueString="III"),
    observation(
        coded("85354-9"), "o7", component=[{"code": coded("8480-6"), "valueQuantity": quantity(120, "mm[Hg]")}]
    ),
    {
        **condition(),
        "onsetPeriod": {"start": "2020"},
        "abatementDateTime": "2024",
        "clinicalStatus": {"text": "active"},
    },
    {**order(), "dosageInstruction": [DOSAGE, DOSAGE], "statusReason": {"text": "failed"}, "statusChanged": "2025"},
    {
        "resourceType": "MedicationAdministration",
        "id": "ma",
        "status": "completed",
        "subject": ANN,
        "medicationReference": {"reference": "Medication/md"},
        "effectivePeriod": {"start": "2025-01-01", "end": "2025-01-02"},
        "dosage": {"dose": quantity(500, "mg")},
    },
    {
        "resourceType": "MedicationDispense",
        "id": "di",
        "status": "completed",
        "subject": ANN,
        "medicationCodeableConcept": {"text": "mycophenolate mofetil 500 mg tablet"},
        "whenHandedOver": "2025-01-01",
        "daysSupply": {"value": 30, "unit": "d"},
        "quantity": {"value": 60, "unit": "tablet"},
    },
    {
        "resourceType": "MedicationStatement",
        "id": "st",
        "status": "active",
        "subject": ANN,
        "medicationCodeableConcept": {"text": "prednisone 5 mg"},
        "effectivePeriod": {"start": "2025-01-01", "end": "2025-02-01"},
        "dateAsserted": "2025-01-01",
        "dosage": [DOSAGE],
    },
    {
        "resourceType": "Medication",
        "id": "md",
        "code": {"text": "methylprednisolone"},
        "ingredient": [
            {
                "itemCodeableConcept": {"text": "methylprednisolone"},
                "strength": {"numerator": quantity(500, "mg"), "denominator": quantity(1, "mL")},
            }
        ],
    },
    {
        "resourceType": "DiagnosticReport",
        "id": "dr",
        "status": "final",
        "subject": ANN,
        "code": {"text": "Kidney biopsy"},
        "effectiveDateTime": "2025-01-01",
        "conclusion": "Lupus nephritis class IV",
        "presentedForm": [{"contentType": "text/plain", "data": "Y2xhc3MgSVY="}],
        "contained": [{**creatinine(), "id": "inner"}],
        "result": [{"reference": "#inner"}],
    },
    {
        "resourceType": "Procedure",
        "id": "pr",
        "status": "completed",
        "subject": ANN,
        "code": coded("265764009", SNOMED),
        "performedPeriod": {"start": "2025-01-01", "end": "2025-02-01"},
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "al",
        "patient": ANN,
        "code": {"text": "lisinopril"},
        "reaction": [{"manifestation": [{"text": "angioedema"}]}],
    },
    {
        "resourceType": "ServiceRequest",
        "id": "sr",
        "status": "active",
        "intent": "order",
        "subject": ANN,
        "code": coded("7246002", SNOMED),
        "authoredOn": "2025-01-01",
    },
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all members and items."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


PLACES = list(places(RECORD))
STRANGE: Any = st.one_of(
    st.sampled_from(
        ["", " ", "0", "-1", "1e999", "NaN", "2025-13-45", "0001-01-01", "9999-12-31", "#", "urn:uuid:", "/", "\x00"]
    ),
    st.sampled_from([0, -1, 1e308, 5e-324, -0.0, 10**30, 1.5, True, False, None, [], {}, [None], [[]], {"": None}]),
    st.text(max_size=8),
)


def changed(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy with another value in one place."""
    if not path:
        return new
    head, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else None
    if copy is None or (isinstance(copy, list) and (not isinstance(head, int) or head >= len(copy))):
        return value
    if isinstance(copy, dict) and head not in copy:
        return value
    copy[head] = changed(copy[head], tuple(rest), new)  # type: ignore[index]
    return copy


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), STRANGE), min_size=1, max_size=4))
def test_a_record_with_anything_anywhere_still_gives_a_chart(changes: list[tuple[tuple[str | int, ...], Any]]) -> None:
    record: Any = RECORD
    for path, new in changes:
        record = changed(record, path, new)
    raw = bundle(*(item for item in record if item is not None), patient=None)
    chart = chart_from_record(read_answer(raw, "Bundle"), AS_OF, "ann")
    assert all(str(issue.says) for issue in chart.issues)
    assert all(use.mg_per_day is None or use.mg_per_day > 0 for use in chart.drugs)
    assert all(use.end is None or use.start is None or use.start <= use.end for use in chart.drugs)


def test_the_record_that_is_changed_is_a_good_one() -> None:
    chart = chart_from_record(read_answer(bundle(*RECORD, patient=None), "Bundle"), AS_OF, "ann")
    assert {result.analyte.value for result in chart.results} >= {"creatinine", "upcr", "hcg", "systolic"}
    assert {use.drug for use in chart.drugs} >= {"prednisone", "methylprednisolone", "mycophenolate-mofetil"}
    assert chart.diagnoses
    assert chart.biopsies
    assert chart.procedures
    assert chart.allergies
    assert chart.service_orders
