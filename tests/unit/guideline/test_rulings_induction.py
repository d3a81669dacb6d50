"""What the rulings on diagnosis, standard induction and other causes ask for at their edges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.guideline.definite_nephritis import definite_nephritis
from lnfhir.logic import Finding
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, biopsy, chart, diagnosis, given, procedure, result, use, weight
from tests.unit.guideline.patients import (
    Entry,
    active_biopsy,
    antibodies_negative,
    clean_urine,
    induction,
    kidney,
    no_haemolysis,
    patient,
    supply,
    verdicts,
)

MMF = "mycophenolate-mofetil"
STEROID = [use("prednisone", 0, 40, mg=60), use("prednisone", 41, mg=5)]
FAILED = kidney((0, 4.2, 0.9), (183, 3.9, 0.9))


def c2(*groups: list[Entry], as_of: int, policy: Policy | None = None, kg: float | None = 60) -> Finding:
    """C2 by the framework."""
    return verdicts(patient(*groups, as_of=as_of, kg=kg), policy)["ding2025"].c2


def c4(*entries: Entry, as_of: int = 183) -> Finding:
    """C4 of a patient without a decisive biopsy, whose proteinuria did not fall."""
    base: list[Entry] = [
        *FAILED,
        *induction(),
        *antibodies_negative(),
        *no_haemolysis(170),
        *clean_urine(170),
        biopsy(100, "IV"),
        weight(-9, 60),
    ]
    return verdicts(chart(*base, *entries, as_of=as_of))["ding2025"].c4


# C1


def test_lupus_of_an_unstated_organ_is_not_nephritis() -> None:
    """B1: only a code of lupus nephritis, with a biopsy on file, is definite."""
    entries: list[Entry] = [diagnosis("lupus-organ-involvement", -10), procedure("kidney-biopsy", -5)]
    found = definite_nephritis(chart(*entries, as_of=10), Policy())
    assert found.state == "unknown"
    assert any("kidney" in str(need) for need in found.missing)


# C2


def test_mycophenolate_stopped_for_intolerance_was_not_taken_in_full() -> None:
    """C2b: the tolerated dose is accepted, not the absence of one."""
    stopped = [*STEROID, use(MMF, 0, 60, mg=2000, active=False, stopped_for="intolerance"), *supply(0, 60), *FAILED]
    assert c2(stopped, as_of=183).parts[1].state == "not-met"
    lower = [*stopped, use(MMF, 61, mg=1000), *supply(60, 183)]
    assert c2(lower, as_of=183).parts[1].state == "met"


@pytest.mark.parametrize("mg", [900.0, 100.0])
def test_cyclophosphamide_under_way_is_pending(mg: float) -> None:
    """R1: monthly infusions, and oral treatment, are not inadequate before they can be complete."""
    height = result(Analyte.HEIGHT, 0, 165)
    treatment: list[Entry] = [use("cyclophosphamide", 0, mg=mg)] if mg < 200 else [
        given("cyclophosphamide", 0, mg), given("cyclophosphamide", 30, mg)
    ]  # fmt: skip
    found = c2([*STEROID, *treatment, height, *kidney((0, 4.2, 0.9))], as_of=40)
    assert found.parts[1].state == "pending"
    stopped: list[Entry] = [use("cyclophosphamide", 0, 30, mg=mg)] if mg < 200 else treatment
    assert c2([*STEROID, *stopped, height, *FAILED], as_of=183).parts[1].state == "not-met"


def test_days_before_the_first_tablet_are_not_days_missed() -> None:
    """R18: mycophenolate was begun 45 days after the pulses and has been handed over since."""
    late = [*STEROID, use(MMF, 45, mg=2000), *supply(45, 183), *FAILED]
    assert c2(late, as_of=183).parts[2].state == "met"
    assert c2(late, as_of=50).parts[2].state == "met"


def test_adherence_that_can_still_reach_80_percent_is_pending() -> None:
    late = [*STEROID, use(MMF, 0, mg=2000), *supply(20, 183), *kidney((0, 4.2, 0.9))]
    assert c2(late, as_of=40).parts[2].state == "pending"
    assert c2([*late, *FAILED], as_of=183).parts[2].state == "met"


def test_a_missing_weight_is_named_while_the_window_is_open() -> None:
    """R1: what time will not bring is still listed."""
    found = c2([*induction(), *kidney((0, 4.2, 0.9))], as_of=20, kg=None)
    assert any("weight" in str(need) for need in found.parts[0].missing)
    assert not found.parts[0].pending


def test_steroid_of_either_course_counts_after_a_change_for_failure() -> None:
    """R5: the earlier course had 0.5 mg/kg, the later one its own pulses and 1 mg/kg."""
    entries = [
        use("prednisone", 0, 40, mg=30), use("prednisone", 41, 189, mg=5), use("prednisone", 190, 230, mg=60),
        use(MMF, 0, 189, mg=2000, active=False, stopped_for="non-response"), *supply(0, 189),
        *(given("cyclophosphamide", day, 500) for day in range(190, 261, 14)),
        use(MMF, 275, mg=2000), *supply(275, 400), *kidney((0, 4.2, 0.9), (183, 3.9, 0.9), (373, 3.9, 0.9)),
        weight(190, 60),
    ]  # fmt: skip
    assert c2(entries, as_of=380).parts[0].state == "met"


def test_sixty_mg_after_a_pulse_suffices_without_a_weight_whatever_the_cap() -> None:
    """R15."""
    policy = Policy(gc_mode="guideline", gc_cap_mg=80)
    assert c2([*induction(), *FAILED], as_of=183, kg=None, policy=policy).parts[0].state == "met"


# C4


@pytest.mark.parametrize("concept", ["thrombotic-microangiopathy", "diabetic-nephropathy"])
def test_an_unconfirmed_cause_leaves_criterion_4_open(concept: str) -> None:
    """R39: only what is present and explains the picture speaks against it."""
    assert c4(diagnosis(concept, 150)).state == "not-met"
    assert c4(diagnosis(concept, 150, certainty="unconfirmed")).state == "unknown"


def test_what_was_only_read_from_text_leaves_criterion_4_open() -> None:
    """B1: text is unverified."""
    read = replace(biopsy(120, "VI"), from_text=True, sclerosis=True)
    assert c4(replace(read, from_text=False)).state == "not-met"
    assert c4(read).state == "unknown"
    tma = replace(biopsy(120, "IV"), from_text=True, tma=True)
    assert c4(tma).state == "unknown"


def test_antibodies_call_for_a_biopsy_that_speaks_of_microangiopathy() -> None:
    """R41, R43: active lesions exclude other causes, but the report does not mention TMA."""
    positive = [answered(Analyte.APL_CARDIOLIPIN, 150, True)]
    silent = replace(active_biopsy(150), tma=None)
    assert c4(silent).state == "met"
    assert c4(silent, *positive).state == "unknown"
    assert c4(replace(silent, tma=False), *positive).state == "met"


def test_low_platelets_ask_for_haemolysis() -> None:
    """Item 2: negative antibodies exclude microangiopathy only without signs of haemolysis."""
    assert c4().state == "met"
    found = c4(result(Analyte.PLATELETS, 175, 60))
    assert found.state == "unknown"
    assert any("schistocytes" in str(need) for need in found.missing)
    assert c4(result(Analyte.PLATELETS, 175, 60), result(Analyte.SCHISTOCYTES, 176, 0)).state == "met"


def test_pre_eclampsia_of_years_ago_explains_nothing_today() -> None:
    assert c4(diagnosis("pre-eclampsia", 150)).state == "not-met"
    assert c4(diagnosis("pre-eclampsia", -1500)).state == "met"


def test_a_biopsy_settles_hypertensive_damage_coded_before_it() -> None:
    """R43: the fall of function is newer than the biopsy, the diagnosis is not."""
    rows = kidney((0, 4.2, 0.9), (183, 3.9, 1.2))
    entries = [*rows, *induction(), *clean_urine(170), weight(-9, 60), active_biopsy(100)]
    old = verdicts(chart(*entries, diagnosis("hypertensive-nephropathy", -900), as_of=183))["ding2025"].c4
    new = verdicts(chart(*entries, diagnosis("hypertensive-nephropathy", 150), as_of=183))["ding2025"].c4
    assert (old.state, new.state) == ("met", "not-met")


def test_early_pregnancy_is_noted() -> None:
    """R41."""
    found = c4(diagnosis("pregnancy", 150))
    assert any("pregnan" in str(note) for note in found.notes)
