"""What a site's code map does to a chart."""

from __future__ import annotations

import pytest

from lnfhir.chart.build import chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.fhir.bundle import read_answer
from lnfhir.terminology.code_map import code_map_from
from tests.unit.chart.records import AS_OF, Json, bundle, coded, condition, observation, order

HERE = "urn:oid:1.2.3.4"
CODES = code_map_from(
    {
        "test": [{"system": HERE, "code": "KREA", "analyte": "creatinine", "unit": "umol/L"}],
        "drug": [{"text": "Haus-MMF", "ingredient": "mycophenolate-mofetil", "strength_mg": 500, "route": "oral"}],
        "condition": [{"system": HERE, "code": "LN4", "concept": "lupus-nephritis-class-iv"}],
    }
)


def charted(*resources: Json) -> Chart:
    return chart_from_record(read_answer(bundle(*resources), "Bundle"), AS_OF, codes=CODES)


@pytest.mark.parametrize(
    ("value", "mg_dl"),
    [
        ({"value": 88.4}, 1.0),
        ({"value": 88.4, "unit": "umol/L"}, 1.0),
        ({"value": 1.2, "unit": "mg/dL"}, 1.2),
    ],
)
def test_the_maps_unit_is_that_of_values_sent_without_one(value: Json, mg_dl: float) -> None:
    (result,) = charted(observation(coded("KREA", HERE), valueQuantity=value)).results
    assert result.amount is not None
    assert result.amount.low == pytest.approx(mg_dl, rel=0.001)
    assert result.sent_unit == value.get("unit", "umol/L")


def test_a_mapped_component_is_a_result() -> None:
    part = {"code": coded("KREA", HERE), "valueQuantity": {"value": 88.4}}
    assert len(charted(observation(coded("PANEL", HERE), component=[part])).results) == 1


def test_tablets_of_a_mapped_drug_are_milligrams() -> None:
    dosage = {"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}
    dose = {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "Tablet"}}]}
    (use,) = charted(order("Haus-MMF", dosageInstruction=[{**dosage, **dose}])).drugs
    assert (use.drug, use.mg_per_day, use.route) == ("mycophenolate-mofetil", 2000.0, "oral")


def test_a_mapped_diagnosis_is_one() -> None:
    (diagnosis,) = charted(condition(coded("LN4", HERE))).diagnoses
    assert "lupus-nephritis" in diagnosis.concepts
