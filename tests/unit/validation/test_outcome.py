"""`lnfhir validate --outcome`: a FHIR OperationOutcome whose expressions find their places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhirpathpy import evaluate
from fhirpathpy.models import models

from tests.unit.chart.records import PATIENT, Json, creatinine, order, without
from tests.unit.command_line import bundle, run

DAY = "2025-12-31"


def written(folder: Path, *resources: Json) -> str:
    path = folder / "a.json"
    path.write_text(bundle(*resources), "utf-8")
    return str(path)


@pytest.mark.parametrize("resources", [(creatinine(1, "furlong"), order("prednisone")), ()])
def test_an_outcome_is_valid_fhir_with_fhirpath_expressions(tmp_path: Path, resources: tuple[Json, ...]) -> None:
    ran = run("validate", "--outcome", "--as-of", DAY, written(tmp_path, PATIENT, *resources))
    outcome = OperationOutcome.model_validate_json(ran.out)
    assert outcome.issue
    expressions = [path for issue in json.loads(ran.out)["issue"] for path in issue.get("expression", ())]
    assert ("Bundle.entry[1].resource.value" in expressions) is bool(resources)


def test_every_expression_of_an_outcome_finds_its_place(tmp_path: Path) -> None:
    dosed = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "day"}},
             "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg", "comparator": "~"}}]}  # fmt: skip
    source = written(
        tmp_path,
        PATIENT,
        creatinine(1, "furlong", effectiveDateTime="2025-12-01T08:00:00"),
        creatinine(90, id="two", component=[{"code": {"text": "x"}, "valueQuantity": {"comparator": "~"}}]),
        order("prednisone", dosageInstruction=[dosed]),
        without(order(medicationReference={"reference": "Medication/gone"}, name="n"), "medicationCodeableConcept"),
    )
    issues = json.loads(run("validate", "--outcome", "--as-of", DAY, source).out)["issue"]
    expressions = {path for issue in issues for path in issue.get("expression", ())}
    assert len(expressions) > 5
    whole = json.loads(Path(source).read_text("utf-8"))
    assert [path for path in sorted(expressions) if not evaluate(whole, path, {}, models["r4"])] == []
