"""Order safety: cyclophosphamide, azathioprine, leflunomide, methotrexate, NSAIDs, SGLT2 inhibitors, vaccines."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.recommendation import Indicator, Outcome
from lnfhir.quantity import Analyte
from tests.builders import diagnosis, given, result, use
from tests.unit.guideline.care import TODAY, allergy, drafted
from tests.unit.guideline.ordering import (
    ADVICE,
    CRITICAL,
    FINE,
    INFORMATION,
    SILENT,
    WARNING,
    checked,
    egfr,
    order,
    result_of,
)

# cyc-cumulative


CYC = order("cyclophosphamide", dose=500, route="iv")


def lifetime(grams: float) -> DrugUse:
    return given("cyclophosphamide", -3000, grams * 1000)


@pytest.mark.parametrize(
    ("grams", "expected"),
    [(10, FINE), (10.1, INFORMATION), (25, INFORMATION), (25.1, ADVICE), (36, ADVICE), (36.1, CRITICAL)],
)
def test_the_lifetime_dose_of_cyclophosphamide(grams: float, expected: tuple[Outcome, Indicator]) -> None:
    assert result_of(checked("cyc-cumulative", CYC, lifetime(grams))) == expected


def test_neutrophils_and_infection_speak_against_cyclophosphamide() -> None:
    low, enough = result(Analyte.NEUTROPHILS, TODAY, 1.4), result(Analyte.NEUTROPHILS, TODAY, 1.5)
    assert result_of(checked("cyc-cumulative", CYC, enough)) == FINE
    assert result_of(checked("cyc-cumulative", CYC, low)) == WARNING
    assert result_of(checked("cyc-cumulative", CYC, diagnosis("sepsis", TODAY - 3))) == WARNING
    assert checked("cyc-cumulative", CYC, without=["neutrophils"]).outcome is Outcome.NEEDS_DATA
    count = result(Analyte.NEUTROPHILS, TODAY - 31, 3)
    assert checked("cyc-cumulative", CYC, count, without=["neutrophils"]).outcome is Outcome.NEEDS_DATA


def test_an_unreadable_earlier_dose_leaves_the_lifetime_dose_open() -> None:
    assert checked("cyc-cumulative", CYC, given("cyclophosphamide", 0, None)).outcome is Outcome.NEEDS_DATA


# azathioprine-safety


AZA = order("azathioprine", 100)
TPMT = result(Analyte.TPMT, 0, 20)


def test_azathioprine_never_meets_mycophenolate_or_febuxostat() -> None:
    for partner in ("mycophenolate-mofetil", "mycophenolic-acid", "febuxostat"):
        assert result_of(checked("azathioprine-safety", AZA, TPMT, use(partner, 100, mg=80))) == CRITICAL
        assert (
            result_of(checked("azathioprine-safety", order(partner, 80), use("azathioprine", 100, mg=100))) == CRITICAL
        )
        assert result_of(checked("azathioprine-safety", order(partner, 80))) == SILENT


def test_azathioprine_with_allopurinol_warns() -> None:
    found = checked("azathioprine-safety", AZA, TPMT, use("allopurinol", 100, mg=100))
    assert result_of(found) == ADVICE
    assert any("a third to a quarter" in str(note) for note in found.notes)


def test_azathioprine_is_started_after_a_thiopurine_test() -> None:
    found = checked("azathioprine-safety", AZA)
    assert result_of(found) == ADVICE
    assert found.drafts[0].resource["code"]["coding"][0]["code"] == "21563-2"
    assert result_of(checked("azathioprine-safety", AZA, TPMT)) == FINE
    assert result_of(checked("azathioprine-safety", AZA, use("azathioprine", 100, mg=50))) == FINE
    assert checked("azathioprine-safety", AZA, not_searched=[Need.CHEMISTRY]).outcome is Outcome.NEEDS_DATA
    assert result_of(checked("azathioprine-safety", AZA, TPMT, allergies=(allergy("azathioprine"),))) == WARNING


# leflunomide-safety


LEF = order("leflunomide", 20)
ALT = result(Analyte.ALT, TODAY - 30, 20)


def test_leflunomide_and_the_liver() -> None:
    compared = checked("leflunomide-safety", LEF, ALT)  # the record holds no upper limit of normal
    assert compared.outcome is Outcome.NEEDS_DATA
    assert [str(item) for item in compared.missing] == ["ALT compared with the laboratory's upper limit"]
    assert result_of(checked("leflunomide-safety", LEF, ALT, diagnosis("liver-disease", 0))) == CRITICAL
    found = checked("leflunomide-safety", LEF, result(Analyte.ALT, TODAY - 31, 20))
    assert (result_of(found), drafted(found)) == (ADVICE, ["Alanine aminotransferase in Serum or Plasma"])
    assert checked("leflunomide-safety", LEF, ALT, not_searched=[Need.CONDITIONS]).outcome is Outcome.NEEDS_DATA


@pytest.mark.parametrize("partner", ["mycophenolate-mofetil", "methotrexate"])
def test_leflunomide_combinations_warn_whichever_is_ordered(partner: str) -> None:
    assert result_of(checked("leflunomide-safety", LEF, ALT, use(partner, 10, mg=10))) == ADVICE
    assert result_of(checked("leflunomide-safety", order(partner, 10), use("leflunomide", 10, mg=20))) == ADVICE
    assert result_of(checked("leflunomide-safety", order(partner, 10))) == SILENT


# methotrexate-daily


def test_methotrexate_is_weekly() -> None:
    assert result_of(checked("methotrexate-daily", order("methotrexate", 2.1, dose=15, every=7))) == FINE
    assert result_of(checked("methotrexate-daily", order("methotrexate", 2.5, dose=15, every=6))) == FINE
    assert result_of(checked("methotrexate-daily", order("methotrexate", 3, dose=15, every=5))) == CRITICAL
    assert result_of(checked("methotrexate-daily", order("methotrexate", 2.5, dose=2.5))) == CRITICAL
    unclear = checked("methotrexate-daily", order("methotrexate", dose=15))
    assert result_of(unclear) == (Outcome.NEEDS_DATA, Indicator.WARNING)


# nsaid


def test_an_nsaid_in_lupus_nephritis_is_advised_against() -> None:
    nsaid = order("ibuprofen", 1200)
    assert result_of(checked("nsaid", nsaid)) == ADVICE
    assert result_of(checked("nsaid", nsaid, diagnosis("sle", 0), without=["lupus"])) == FINE
    both = (use("losartan", 10, mg=50), use("furosemide", 10, mg=40))
    assert any("acute kidney injury" in str(note) for note in checked("nsaid", nsaid, *both).notes)
    assert not checked("nsaid", nsaid, both[0]).notes
    unknown = checked("nsaid", nsaid, without=["lupus"], not_searched=[Need.CONDITIONS])
    assert unknown.outcome is Outcome.NEEDS_DATA


# sglt2-safety, sglt2-gate


DAPA = order("dapagliflozin", 10)


@pytest.mark.parametrize("concept", ["type-1-diabetes", "diabetic-ketoacidosis", "pregnancy"])
def test_an_sglt2_inhibitor_that_is_critical(concept: str) -> None:
    found = checked("sglt2-safety", DAPA, diagnosis(concept, TODAY - 60), without=["pregnancy"])
    assert result_of(found) == CRITICAL


def test_the_gates_of_a_new_sglt2_inhibitor() -> None:
    assert result_of(checked("sglt2-gate", DAPA)) == FINE
    assert result_of(checked("sglt2-gate", DAPA, egfr(19.9), without=["creatinine"])) == WARNING
    assert result_of(checked("sglt2-gate", DAPA, egfr(20), without=["creatinine"])) == FINE
    found = checked("sglt2-gate", DAPA, without=["hba1c"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.WARNING)
    renewal = checked("sglt2-gate", DAPA, use("dapagliflozin", 100, mg=10), egfr(15), without=["creatinine"])
    assert result_of(renewal) == SILENT


def test_the_label_of_the_drug_ordered_counts() -> None:
    mmf = use("mycophenolate-mofetil", 0, mg=2000)
    assert result_of(checked("sglt2-gate", DAPA, mmf)) == INFORMATION
    assert result_of(checked("sglt2-gate", order("empagliflozin", 10), mmf)) == FINE
    pulse = given("methylprednisolone", TODAY - 5, 500)
    assert result_of(checked("sglt2-gate", order("empagliflozin", 10), pulse)) == INFORMATION


# live-vaccine


def test_a_live_vaccine_under_immunosuppression_is_critical() -> None:
    vaccine = order("live-vaccine")
    assert result_of(checked("live-vaccine", vaccine)) == FINE
    assert result_of(checked("live-vaccine", vaccine, use("prednisone", 0, mg=5))) == CRITICAL
    assert result_of(checked("live-vaccine", [vaccine, order("mycophenolate-mofetil", 2000)])) == CRITICAL
    unknown = checked("live-vaccine", vaccine, not_searched=[Need.STATEMENTS])
    assert result_of(unknown) == (Outcome.NEEDS_DATA, Indicator.WARNING)
