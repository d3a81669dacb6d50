"""Which drug a record means; administrations, dispenses and statements."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from lnfhir.chart.build import chart_from_record
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Record
from lnfhir.fhir.bundle import read_answer
from tests.unit.chart.records import (
    ANN,
    AS_OF,
    PATIENT,
    RXNORM,
    chart_of,
    coded,
    only_use,
    order,
    quantity,
    said,
    without,
)

Json = dict[str, Any]

DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
SIXTY = {"doseAndRate": [{"doseQuantity": quantity(60, "mg")}], "timing": DAILY}


def administration(name: str = "a", day: str = "2025-03-01", **members: Any) -> Json:
    return {
        "resourceType": "MedicationAdministration",
        "id": name,
        "status": "completed",
        "subject": ANN,
        "medicationCodeableConcept": {"text": "methylprednisolone 500 mg injection"},
        "effectiveDateTime": day,
        "dosage": {"dose": quantity(500, "mg"), "route": coded("47625008", "http://snomed.info/sct")},
        **members,
    }


def dispense(**members: Any) -> Json:
    return {
        "resourceType": "MedicationDispense",
        "id": "d",
        "status": "completed",
        "subject": ANN,
        "medicationCodeableConcept": {"text": "mycophenolate mofetil 500 mg tablet"},
        "whenHandedOver": "2025-03-01",
        "daysSupply": {"value": 30, "unit": "days"},
        **members,
    }


def statement(**members: Any) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": "s",
        "status": "active",
        "subject": ANN,
        "medicationCodeableConcept": {"text": "prednisone 5 mg tablet"},
        "effectivePeriod": {"start": "2025-03-01"},
        "dosage": [{"text": "1 tablet daily"}],
        **members,
    }


# -- Which drug


@pytest.mark.parametrize(
    "reference", ["Medication/x", "https://ehr.example/fhir/Medication/x", "Medication/x/_history/2"]
)
def test_a_medication_elsewhere_in_the_record(reference: str) -> None:
    medication = {"resourceType": "Medication", "id": "x", "code": {"text": "prednisone 20 mg tablet"}}
    referring = {**without(order(), "medicationCodeableConcept"), "medicationReference": {"reference": reference}}
    assert only_use(referring, medication).drug == "prednisone"


def test_a_medication_known_by_its_full_url() -> None:
    medication = {"resourceType": "Medication", "id": "x", "code": {"text": "prednisone 20 mg tablet"}}
    referring = {**without(order(), "medicationCodeableConcept"), "medicationReference": {"reference": "urn:uuid:x"}}
    entries = [{"resource": PATIENT}, {"resource": referring}, {"fullUrl": "urn:uuid:x", "resource": medication}]
    raw = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    (use,) = chart_from_record(read_answer(raw, "B"), AS_OF).drugs
    assert use.drug == "prednisone"


def test_a_contained_medication() -> None:
    medication = {"resourceType": "Medication", "id": "x", "code": {"text": "prednisone 20 mg tablet"}}
    referring = {**without(order(), "medicationCodeableConcept"), "medicationReference": {"reference": "#x"}}
    assert only_use({**referring, "contained": [medication]}).drug == "prednisone"


def test_a_medication_known_only_by_its_ingredient() -> None:
    strength = {"numerator": quantity(200, "mg"), "denominator": quantity(1, "{tbl}")}
    item = {"itemCodeableConcept": coded("5521", RXNORM), "strength": strength}
    medication = {"resourceType": "Medication", "id": "x", "ingredient": [item]}
    two = {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}], "timing": DAILY}
    referring = {**without(order(), "medicationCodeableConcept"), "medicationReference": {"reference": "Medication/x"}}
    use = only_use({**referring, "dosageInstruction": [two]}, medication)
    assert (use.drug, use.mg_per_day) == ("hydroxychloroquine", 400)


def test_a_medication_named_only_by_the_display_of_its_reference() -> None:
    shown = {"reference": "Medication/gone", "display": "predniSONE 5 MG tablet"}
    assert (
        only_use({**without(order(), "medicationCodeableConcept"), "medicationReference": shown}).drug == "prednisone"
    )


@pytest.mark.parametrize(
    "lost",
    [{"medicationReference": {"reference": "Medication/gone"}}, {}, {"medicationReference": {"reference": "#gone"}}],
)
def test_a_drug_that_cannot_be_told_leaves_orders_in_doubt(lost: Json) -> None:
    chart = chart_of({**without(order(), "medicationCodeableConcept"), **lost})
    assert chart.drugs == ()
    assert said(chart) == ["the drug cannot be told: this is not used"]
    assert chart.coverage[Need.ORDERS] is Coverage.PARTIAL


def test_r5_names_the_drug_in_medication() -> None:
    r5 = {**without(order(), "medicationCodeableConcept"), "medication": {"concept": {"text": "prednisone 5 mg"}}}
    assert only_use(r5).drug == "prednisone"


def test_the_same_order_in_several_bundles_counts_once() -> None:
    assert len(chart_of(order(), order(), order(), order()).drugs) == 1


# -- Administrations, dispenses, statements


def test_an_administration_is_one_dose_on_its_day() -> None:
    use = only_use(administration())
    assert (use.record, use.start, use.end, use.active) == (
        Record.ADMINISTRATION,
        date(2025, 3, 1),
        date(2025, 3, 1),
        False,
    )
    assert (use.mg_per_dose, use.mg_per_day, use.route, use.dose_problem) == (500, 500, "iv", None)


@pytest.mark.parametrize("status", ["not-done", "entered-in-error", "on-hold"])
def test_what_was_not_given_is_left_out(status: str) -> None:
    assert chart_of(administration(status=status)).drugs == ()


def test_an_infusion_over_midnight_counts_on_the_day_it_began() -> None:
    period = {"start": "2025-03-01T22:00:00Z", "end": "2025-03-02T02:00:00Z"}
    use = only_use({**without(administration(), "effectiveDateTime"), "effectivePeriod": period})
    assert (use.start, use.end, use.mg_per_day) == (date(2025, 3, 1), date(2025, 3, 1), 500)


def test_an_infusion_that_was_stopped_has_an_unknown_dose() -> None:
    use = only_use(administration(status="stopped"))
    assert (use.mg_per_day, use.mg_per_dose) == (None, None)
    assert str(use.dose_problem) == "the administration was stopped"


def test_an_administration_without_a_day_leaves_administrations_in_doubt() -> None:
    chart = chart_of(without(administration(), "effectiveDateTime"))
    assert chart.drugs == ()
    assert chart.coverage[Need.ADMINISTRATIONS] is Coverage.PARTIAL


def test_a_dispense_lasts_as_long_as_its_supply() -> None:
    use = only_use(dispense(dosageInstruction=[{"text": "2 tablets twice daily"}]))
    assert (use.start, use.end, use.days_supply) == (date(2025, 3, 1), date(2025, 3, 30), 30)
    assert (use.mg_per_day, use.active) == (2000, False)


def test_a_dispense_without_a_dosage_spreads_its_tablets() -> None:
    assert only_use(dispense(quantity={"value": 120, "unit": "tablet"})).mg_per_day == 2000
    assert only_use(dispense(quantity={"value": 120})).mg_per_day is None


@pytest.mark.parametrize(
    "status", ["preparation", "in-progress", "cancelled", "on-hold", "declined", "stopped", "entered-in-error"]
)
def test_what_was_not_handed_over_is_left_out(status: str) -> None:
    assert chart_of(dispense(status=status)).drugs == ()


def test_a_dispense_going_on() -> None:
    assert only_use(dispense(), as_of=date(2025, 3, 30)).active
    assert not only_use(dispense(), as_of=date(2025, 3, 31)).active


def test_a_statement_is_what_someone_says_is_taken() -> None:
    use = only_use(statement())
    assert (use.record, use.start, use.active, use.mg_per_day) == (Record.STATEMENT, date(2025, 3, 1), True, 5)


@pytest.mark.parametrize("status", ["not-taken", "intended", "entered-in-error"])
def test_a_statement_that_it_is_not_taken_is_left_out(status: str) -> None:
    assert chart_of(statement(status=status)).drugs == ()


def test_a_statement_whose_period_is_over_is_not_going_on() -> None:
    use = only_use(statement(effectivePeriod={"start": "2025-03-01", "end": "2025-04-01"}))
    assert (use.end, use.active) == (date(2025, 4, 1), False)


def test_lupus_named_only_as_the_reason_of_an_order_is_an_unconfirmed_diagnosis() -> None:
    (diagnosis,) = chart_of(order(reasonCode=[{"text": "Systemic lupus erythematosus"}])).diagnoses
    assert (diagnosis.certainty, "sle" in diagnosis.concepts) == ("unconfirmed", True)
    assert diagnosis.reference == "MedicationRequest/m"
