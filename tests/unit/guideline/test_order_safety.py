"""Order safety: every rule in every outcome, and both sides of every limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.order_safety import ORDER_RULES, order_guidance
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.starting import LONGEST
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, creatinine, diagnosis, given, man, result, use
from tests.unit.guideline.care import TODAY, Entry, allergy, drafted, patient, pressure, situation

CRITICAL = (Outcome.CONTRAINDICATED, Indicator.CRITICAL)
WARNING = (Outcome.CONTRAINDICATED, Indicator.WARNING)
ADVICE = (Outcome.ADVISE, Indicator.WARNING)
INFORMATION = (Outcome.ADVISE, Indicator.INFO)
FINE = (Outcome.ALREADY_DONE, Indicator.INFO)
SILENT = (Outcome.NOT_APPLICABLE, Indicator.INFO)


def order(drug: str, mg: float | None = None, **more: object) -> DrugUse:
    """A draft order."""
    return replace(use(drug, None, mg=mg, **more), active=False)  # type: ignore[arg-type]


def checked(
    rule: str, orders: DrugUse | Iterable[DrugUse], *more: Entry, policy: Policy | None = None, **changed: object
) -> Guidance:
    """The guidance of one rule for these orders; the checks that hold for every guidance are made."""
    signed = (orders,) if isinstance(orders, DrugUse) else tuple(orders)
    seen = patient(*more, **changed)  # type: ignore[arg-type]
    found = order_guidance(situation(seen, policy), signed)
    assert len({g.rule for g in found}) == len(found)
    for each in found:
        assert len(str(each.says)) <= LONGEST, each.says
        assert each.outcome is not Outcome.CONTRAINDICATED or each.drafts == ()
        assert all(d.resource["resourceType"] == "ServiceRequest" for d in each.drafts if each.rule != "hcq-dose")
    return next(g for g in found if g.rule == rule)


def result_of(found: Guidance) -> tuple[Outcome, Indicator]:
    return found.outcome, found.indicator


# Which rules speak


def test_an_order_that_no_rule_concerns_gives_nothing() -> None:
    assert order_guidance(situation(patient()), (order("metformin", 1000),)) == ()
    assert order_guidance(situation(patient()), ()) == ()


def test_rules_speak_in_a_fixed_order_and_are_named_once() -> None:
    names = [rule.rule for rule in ORDER_RULES]
    assert len(set(names)) == len(names)
    spoken = [g.rule for g in order_guidance(situation(patient()), (order("voclosporin"), order("rituximab")))]
    assert spoken == [name for name in names if name in spoken]
    assert spoken[0] == "teratogen-pregnancy"


def test_without_lupus_no_rule_applies_but_an_unknown_problem_list_does_not_silence() -> None:
    both = (order("azathioprine", 100), order("mycophenolate-mofetil", 2000))
    assert result_of(checked("azathioprine-safety", both, without=["lupus"])) == SILENT
    found = checked("azathioprine-safety", both, without=["lupus"], not_searched=[Need.CONDITIONS])
    assert result_of(found) == CRITICAL


# teratogen-pregnancy


TERATOGENS = [
    "mycophenolate-mofetil", "cyclophosphamide", "leflunomide", "methotrexate", "losartan", "ramipril", "sacubitril",
    "aliskiren", "dapagliflozin", "voclosporin",
]  # fmt: skip


@pytest.mark.parametrize("drug", TERATOGENS)
def test_a_teratogen_in_pregnancy_is_critical(drug: str) -> None:
    found = checked("teratogen-pregnancy", order(drug), diagnosis("pregnancy", TODAY - 60), without=["pregnancy"])
    assert result_of(found) == CRITICAL


@pytest.mark.parametrize("drug", TERATOGENS)
def test_a_teratogen_in_unknown_pregnancy_is_critical_too(drug: str) -> None:
    found = checked("teratogen-pregnancy", order(drug), without=["pregnancy"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
    assert drafted(found) == ["hCG pregnancy test, urine"]


def test_a_negative_test_of_14_days_or_a_man_clears_it() -> None:
    mmf = order("mycophenolate-mofetil", 2000)
    recent, old = answered(Analyte.HCG, TODAY - 14, False), answered(Analyte.HCG, TODAY - 15, False)
    assert result_of(checked("teratogen-pregnancy", mmf, recent, without=["pregnancy"])) == FINE
    assert checked("teratogen-pregnancy", mmf, old, without=["pregnancy"]).outcome is Outcome.NEEDS_DATA
    found = checked("teratogen-pregnancy", mmf, person=man(), without=["pregnancy"])
    assert result_of(found) == FINE
    assert any("90 days" in str(note) for note in found.notes)


@pytest.mark.parametrize("drug", ["hydroxychloroquine", "azathioprine", "tacrolimus"])
def test_what_is_compatible_with_pregnancy_is_no_teratogen(drug: str) -> None:
    rules = [g.rule for g in order_guidance(situation(patient()), (order(drug, 1),))]
    assert "teratogen-pregnancy" not in rules


# hcq-dose, hcq-safety


def test_the_dose_ordered_is_judged_in_place_of_the_one_in_use() -> None:
    in_use = use("hydroxychloroquine", 100, mg=400)
    assert result_of(checked("hcq-dose", order("hydroxychloroquine", 300), in_use)) == FINE
    assert (
        result_of(checked("hcq-dose", order("hydroxychloroquine", 400), use("hydroxychloroquine", 100, mg=300)))
        == ADVICE
    )


def test_an_order_above_6_5_mg_per_kg_is_critical() -> None:
    found = checked("hcq-dose", order("hydroxychloroquine", 456))
    assert result_of(found) == (Outcome.ADVISE, Indicator.CRITICAL)
    assert result_of(checked("hcq-dose", order("hydroxychloroquine", 455))) == ADVICE


def test_an_order_without_a_readable_dose_asks_for_it() -> None:
    assert checked("hcq-dose", order("hydroxychloroquine")).outcome is Outcome.NEEDS_DATA


def test_contraindications_of_hydroxychloroquine() -> None:
    hcq = order("hydroxychloroquine", 300)
    assert result_of(checked("hcq-safety", hcq)) == FINE
    assert result_of(checked("hcq-safety", hcq, diagnosis("hcq-retinopathy", 3))) == WARNING
    assert result_of(checked("hcq-safety", hcq, allergies=(allergy("hydroxychloroquine"),))) == WARNING
    assert result_of(checked("hcq-safety", hcq, diagnosis("long-qt", 3))) == INFORMATION
    assert checked("hcq-safety", hcq, not_searched=[Need.ALLERGIES]).outcome is Outcome.NEEDS_DATA


# ras-conflict, ras-potassium


def test_an_arb_ordered_beside_an_ace_inhibitor_is_critical() -> None:
    assert result_of(checked("ras-conflict", order("losartan", 50), use("ramipril", 10, mg=5))) == CRITICAL
    assert result_of(checked("ras-conflict", [order("losartan", 50), order("ramipril", 5)])) == CRITICAL
    assert result_of(checked("ras-conflict", order("losartan", 50), use("ramipril", 10, 100, mg=5))) == FINE


def test_an_order_signed_again_is_not_counted_beside_itself() -> None:
    existing = use("losartan", 10, mg=50)
    again = replace(existing, active=False)
    assert result_of(checked("ras-conflict", again, existing)) == FINE


def potassium(value: float) -> Entry:
    return result(Analyte.POTASSIUM, TODAY - 1, value)


@pytest.mark.parametrize(("limit", "fine", "high"), [(5.0, 5.0, 5.1), (5.5, 5.4, 5.5)])
def test_potassium_before_a_first_blocker(limit: float, fine: float, high: float) -> None:
    policy = Policy(k_no_start=limit)
    assert result_of(checked("ras-potassium", order("losartan", 50), potassium(fine), policy=policy)) == FINE
    assert result_of(checked("ras-potassium", order("losartan", 50), potassium(high), policy=policy)) == WARNING


def test_potassium_before_a_renewal_has_the_limit_for_stopping() -> None:
    in_use = use("losartan", 10, mg=50)
    assert result_of(checked("ras-potassium", order("losartan", 100), in_use, potassium(5.9))) == FINE
    assert result_of(checked("ras-potassium", order("losartan", 100), in_use, potassium(6.0))) == WARNING


def test_without_potassium_a_start_needs_it() -> None:
    found = checked("ras-potassium", order("losartan", 50), without=["potassium"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.WARNING)
    assert drafted(found) == ["Potassium [Moles/volume] in Serum or Plasma"]


def test_trimethoprim_beside_a_blocker_informs() -> None:
    trimethoprim = order("trimethoprim-sulfamethoxazole", 480)
    assert result_of(checked("ras-potassium", trimethoprim, use("losartan", 10, mg=50))) == INFORMATION
    assert result_of(checked("ras-potassium", trimethoprim)) == FINE


# hbv-before-cd20, anti-cd20-safety, belimumab


def hepatitis_b(surface: bool | None, core: bool | None, day: int = TODAY - 10) -> tuple[Entry, ...]:
    tests = ((Analyte.HBSAG, surface), (Analyte.ANTI_HBC, core))
    return tuple(answered(analyte, day, positive) for analyte, positive in tests if positive is not None)


RITUXIMAB = order("rituximab", dose=1000, route="iv")


@pytest.mark.parametrize(("surface", "core"), [(True, False), (False, True), (True, None)])
def test_hepatitis_b_before_anti_cd20_is_critical(surface: bool, core: bool | None) -> None:
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(surface, core))) == CRITICAL


@pytest.mark.parametrize(("surface", "core"), [(None, None), (False, None), (None, False)])
def test_untested_hepatitis_b_is_critical_too(surface: bool | None, core: bool | None) -> None:
    found = checked("hbv-before-cd20", order("obinutuzumab"), *hepatitis_b(surface, core))
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
    assert [d.resource["code"]["coding"][0]["code"] for d in found.drafts] == ["5196-1", "13952-7"]


def test_both_tests_negative_within_a_year_clear_it() -> None:
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False, TODAY - 365))) == FINE
    old = checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False, TODAY - 366))
    assert old.outcome is Outcome.NEEDS_DATA
    ever = (*hepatitis_b(True, None, TODAY - 900), *hepatitis_b(False, False))
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *ever)) == CRITICAL
    coded = checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False), diagnosis("hepatitis-b", 0))
    assert result_of(coded) == CRITICAL


def test_two_anti_cd20_antibodies_are_critical() -> None:
    assert result_of(checked("anti-cd20-safety", [RITUXIMAB, order("obinutuzumab")])) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("obinutuzumab", TODAY - 183, 1000))) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("obinutuzumab", TODAY - 184, 1000))) == FINE
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("rituximab", TODAY - 14, 1000))) == FINE


def test_pml_or_an_infection_speaks_against_anti_cd20() -> None:
    pml = diagnosis("progressive-multifocal-leukoencephalopathy", 3)
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, pml)) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, diagnosis("sepsis", TODAY - 3))) == WARNING
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, diagnosis("sepsis", 3, 20))) == FINE
    assert checked("anti-cd20-safety", RITUXIMAB, not_searched=[Need.ADMINISTRATIONS]).outcome is Outcome.NEEDS_DATA


def test_belimumab_with_an_anti_cd20_antibody_warns_whichever_is_ordered() -> None:
    belimumab = order("belimumab", route="sc")
    assert result_of(checked("belimumab-anti-cd20", belimumab, given("rituximab", TODAY - 100, 1000))) == ADVICE
    assert result_of(checked("belimumab-anti-cd20", RITUXIMAB, use("belimumab", 100, route="sc"))) == ADVICE
    assert result_of(checked("belimumab-anti-cd20", belimumab)) == FINE
    assert checked("belimumab-anti-cd20", belimumab, not_searched=[Need.ORDERS]).outcome is Outcome.NEEDS_DATA


IGG = result(Analyte.IGG, TODAY - 10, 9)


def test_the_gates_of_belimumab() -> None:
    belimumab = order("belimumab", route="sc")
    assert result_of(checked("belimumab-gates", belimumab, IGG)) == FINE
    reaction = checked("belimumab-gates", belimumab, IGG, allergies=(allergy("belimumab"),))
    assert result_of(reaction) == CRITICAL
    for concept in ("hepatitis-b", "hepatitis-c", "hiv", "kidney-transplant"):
        assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis(concept, 0))) == WARNING
    assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis("cns-lupus", 0))) == ADVICE
    assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis("depression", 0))) == INFORMATION
    assert result_of(checked("belimumab-gates", belimumab, result(Analyte.IGG, TODAY, 4))) == FINE
    assert result_of(checked("belimumab-gates", belimumab, result(Analyte.IGG, TODAY, 3.9))) == WARNING
    assert checked("belimumab-gates", belimumab).outcome is Outcome.NEEDS_DATA


# voc-gate, cni-gate


VOCLOSPORIN = order("voclosporin", 47.4)
TACROLIMUS = order("tacrolimus", 4)


def egfr(value: float, day: int = TODAY - 1) -> Entry:
    return result(Analyte.EGFR, day, value)


@pytest.mark.parametrize(("value", "expected"), [(45.1, FINE), (45, CRITICAL), (30, CRITICAL)])
def test_voclosporin_needs_an_egfr_above_45(value: float, expected: tuple[Outcome, Indicator]) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, egfr(value), without=["creatinine"])) == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"), [(165, 105, FINE), (166, 80, CRITICAL), (120, 106, CRITICAL)]
)
def test_voclosporin_needs_a_pressure_up_to_165_105(
    systolic: float, diastolic: float, expected: tuple[Outcome, Indicator]
) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, *pressure(TODAY, systolic, diastolic))) == expected


def test_voclosporin_without_a_recent_egfr_or_pressure_is_a_critical_question() -> None:
    for kind, text in (("creatinine", "Creatinine"), ("pressure", "Blood pressure")):
        found = checked("voc-gate", VOCLOSPORIN, without=[kind])
        assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
        assert drafted(found)[0].startswith(text)
    assert result_of(checked("voc-gate", VOCLOSPORIN, creatinine(TODAY - 30, 0.8), without=["creatinine"])) == FINE
    old = checked("voc-gate", VOCLOSPORIN, creatinine(TODAY - 31, 0.8), without=["creatinine"])
    assert old.outcome is Outcome.NEEDS_DATA


@pytest.mark.parametrize("partner", ["clarithromycin", "rifampicin", "cyclophosphamide"])
def test_voclosporin_and_its_harmful_partners_whichever_is_ordered(partner: str) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, use(partner, 380, mg=500))) == CRITICAL
    assert result_of(checked("voc-gate", order(partner, 500), use("voclosporin", 300, mg=47.4))) == CRITICAL
    assert result_of(checked("voc-gate", order(partner, 500))) == SILENT


def test_cyclophosphamide_of_the_last_month_meets_voclosporin() -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, given("cyclophosphamide", TODAY - 31, 500))) == CRITICAL
    assert result_of(checked("voc-gate", VOCLOSPORIN, given("cyclophosphamide", TODAY - 32, 500))) == FINE


def test_liver_disease_and_moderate_inhibitors_are_told_with_voclosporin() -> None:
    found = checked("voc-gate", VOCLOSPORIN, use("clarithromycin", 380, mg=500), diagnosis("liver-disease", 0))
    assert any("Child-Pugh" in str(note) for note in found.notes)
    assert "Child-Pugh" in " ".join(map(str, found.missing))
    found = checked("voc-gate", VOCLOSPORIN, use("diltiazem", 10, mg=120))
    assert any("15.8 mg" in str(note) for note in found.notes)
    assert result_of(checked("voc-gate", VOCLOSPORIN, allergies=(allergy("voclosporin"),))) == CRITICAL


@pytest.mark.parametrize(("value", "expected"), [(45.1, FINE), (45, WARNING)])
def test_tacrolimus_needs_an_egfr_above_45(value: float, expected: tuple[Outcome, Indicator]) -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, egfr(value), without=["creatinine"])) == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"), [(159, 99, FINE), (160, 80, WARNING), (120, 100, WARNING)]
)
def test_tacrolimus_needs_a_controlled_pressure(
    systolic: float, diastolic: float, expected: tuple[Outcome, Indicator]
) -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, *pressure(TODAY, systolic, diastolic))) == expected


def test_tacrolimus_needs_a_known_potassium_that_is_not_high() -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, potassium(5.0))) == FINE
    assert result_of(checked("cni-gate", TACROLIMUS, potassium(5.1))) == WARNING
    found = checked("cni-gate", TACROLIMUS, without=["potassium"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.WARNING)


@pytest.mark.parametrize("partner", ["itraconazole", "carbamazepine"])
def test_strong_inhibitors_and_inducers_warn_with_tacrolimus(partner: str) -> None:
    assert result_of(checked("cni-gate", order(partner, 200), use("tacrolimus", 100, mg=4))) == ADVICE
    assert result_of(checked("cni-gate", order("ciclosporin", 200), use(partner, 100, mg=200))) == ADVICE
    assert result_of(checked("cni-gate", order(partner, 200))) == SILENT


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
    assert result_of(checked("leflunomide-safety", LEF, ALT)) == FINE
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
