"""The list of options: when it is shown, in which order, and why an option is not offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.guideline.choices import Choice
from lnfhir.policy import Policy, policy_from
from lnfhir.quantity import Analyte
from tests.builders import answered, diagnosis, given, result, use
from tests.unit.guideline.escalation.failing import drafted, failed, guided, options, outcome, without
from tests.unit.guideline.patients import induction, kidney


def offered(choices: dict[str, Choice]) -> list[str]:
    return [key for key, choice in choices.items() if choice.offered]


def standing(choices: dict[str, Choice], key: str) -> str:
    return choices[key].standing.value


# Outcomes


def test_a_failed_treatment_shows_the_list_with_its_gates() -> None:
    found = guided("escalate", failed())
    assert found.outcome.value == "advise"
    assert found.indicator.value == "info"
    gates = {str(gate.says): gate.state for gate in found.gates}
    assert gates["hepatitis B is excluded"] == "met"
    assert gates["HIV is excluded"] == gates["tuberculosis is excluded"] == "unknown"
    assert gates["vaccines were reviewed"] == "unknown"
    assert "an HIV test" in [str(item) for item in found.missing]
    assert len(found.choices) == 30


def test_before_the_deadline_it_is_too_early() -> None:
    found = guided("escalate", failed(as_of=91))
    assert found.outcome.value == "not-applicable"
    assert "Too early" in str(found.says)


def test_unknown_failure_asks_for_what_decides_it() -> None:
    found = guided("escalate", failed(values=kidney((0, 4.2, 0.9)), as_of=240))
    assert found.outcome.value == "needs-data"
    assert found.because.missing


def test_without_lupus_nephritis_there_is_no_list() -> None:
    seen = failed()
    assert outcome("escalate", replace(seen, diagnoses=(), biopsies=())) == "not-applicable"


@pytest.mark.parametrize(
    ("entry", "fragment"),
    [
        (diagnosis("thrombotic-microangiopathy", 150), "microangiopathy"),
        (diagnosis("kidney-transplant", 100), "transplanted"),
        (use("ibuprofen", 150, mg=1200), "Another mechanism"),
    ],
    ids=["tma", "transplant", "nsaid"],
)
def test_what_comes_first_is_named(entry: object, fragment: str) -> None:
    found = guided("escalate", failed(entry))  # type: ignore[arg-type]
    assert found.outcome.value == "not-applicable"
    assert fragment in str(found.says)


def test_pregnancy_comes_first() -> None:
    seen = failed(diagnosis("pregnancy", 150), answered(Analyte.HCG, 183, True))
    assert "Pregnant" in str(guided("escalate", seen).says)


def test_under_treatment_comes_first() -> None:
    found = guided("escalate", failed(course=induction(mmf=1000)))
    assert found.outcome.value == "not-applicable"
    assert "Optimise dose" in str(found.says)


# Order


ORDERS = {
    "kdigo2024": ["belimumab", "voclosporin", "tacrolimus", "cyclophosphamide", "rituximab"],
    "acr2024": ["belimumab", "voclosporin", "tacrolimus", "obinutuzumab", "rituximab"],
    "eular2025": ["belimumab", "voclosporin", "tacrolimus", "obinutuzumab", "cyclophosphamide", "rituximab"],
}


@pytest.mark.parametrize("order", ORDERS)
def test_each_guideline_has_its_own_order(order: str) -> None:
    found = offered(options(failed(), policy_from({"escalation_order": order})))
    assert found[: len(ORDERS[order])] == ORDERS[order]


def test_a_site_may_switch_before_it_adds() -> None:
    assert offered(options(failed(), Policy(addon_before_swap=False)))[0] == "cyclophosphamide"


def test_nephrotic_proteinuria_prefers_a_calcineurin_inhibitor_and_less_belimumab() -> None:
    nephrotic = options(failed(values=kidney((0, 4.2, 0.9), (91, 3.4, 0.95), (183, 3.0, 1.0))))
    below = options(failed(values=kidney((0, 4.2, 0.9), (91, 3.4, 0.95), (183, 2.99, 1.0))))
    assert offered(nephrotic)[0] == "voclosporin"
    assert offered(below)[0] == "belimumab"
    assert "UPCR of 3 g/g or more speaks for it" in map(str, nephrotic["tacrolimus"].hints)
    assert "UPCR below 3 g/g speaks for it" in map(str, below["belimumab"].hints)


def test_activity_outside_the_kidney_prefers_belimumab_at_any_proteinuria() -> None:
    score = result(Analyte.SLEDAI_2K, 183, 22)
    seen = failed(score, values=kidney((0, 4.2, 0.9), (91, 3.4, 0.95), (183, 3.2, 1.0)))
    assert offered(options(seen))[0] == "belimumab"
    assert standing(options(seen), "anifrolumab") == "offered"


def test_acr_goes_from_triple_to_another_triple_or_anti_cd20() -> None:
    triple = options(failed(use("belimumab", 20, mg=25)), Policy(escalation_order="acr2024"))
    assert standing(triple, "belimumab") == "in-use"
    assert str(triple["voclosporin"].step) == "from triple therapy to another triple therapy"
    assert "Takes the place of: belimumab" in map(str, triple["voclosporin"].hints)
    assert str(triple["rituximab"].step) == "add an anti-CD20 antibody"


def test_the_later_steps_open_only_for_refractory_disease() -> None:
    early = options(failed(course=induction(mg=30)))
    assert standing(early, "rituximab") == standing(early, "leflunomide") == "not-at-this-step"
    assert standing(early, "belimumab") == "check-first"
    assert standing(options(failed()), "rituximab") == "offered"


# One option


@pytest.mark.parametrize(
    ("entry", "key", "expected"),
    [
        (use("tacrolimus", 20, 90, mg=4), "tacrolimus", "tried"),
        (use("tacrolimus", 20, mg=4), "tacrolimus", "in-use"),
        (given("belimumab", -400, 700), "belimumab", "tried"),
        (use("voclosporin", 10, 60, mg=47.4), "voclosporin", "tried"),
        (use("clarithromycin", 180, mg=1000), "voclosporin", "barred"),
        (use("clarithromycin", 180, mg=1000), "tacrolimus", "barred"),
        (result(Analyte.POTASSIUM, 183, 5.6), "tacrolimus", "barred"),
        (result(Analyte.EGFR, 183, 45), "voclosporin", "check-first"),
        (answered(Analyte.ANTI_HBC, 183, True), "rituximab", "barred"),
        (answered(Analyte.ANTI_HBC, 183, True), "obinutuzumab", "barred"),
        (result(Analyte.IGG, 183, 3.9), "belimumab", "barred"),
        (result(Analyte.IGG, 183, 4.0), "belimumab", "offered"),
        (diagnosis("cns-lupus", 0), "belimumab", "barred"),
        (diagnosis("hepatitis-c", 0), "belimumab", "barred"),
        (result(Analyte.NEUTROPHILS, 183, 1.4), "cyclophosphamide", "barred"),
        (given("cyclophosphamide", -900, 36001), "cyclophosphamide", "tried"),
        (diagnosis("tuberculosis", 100), "rituximab", "barred"),
        (diagnosis("progressive-multifocal-leukoencephalopathy", 0), "obinutuzumab", "barred"),
        (diagnosis("liver-disease", 0), "leflunomide", "barred"),
        (given("rituximab", 100, 1000), "obinutuzumab", "not-combinable"),
        (given("rituximab", 100, 1000), "belimumab", "not-combinable"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_why_an_option_stands_where_it_does(entry: object, key: str, expected: str) -> None:
    assert standing(options(failed(entry)), key) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("creatinine", "expected"), [(1.62, "barred"), (1.5, "check-first")])
def test_a_calcineurin_inhibitor_needs_an_egfr_above_45(creatinine: float, expected: str) -> None:
    seen = failed(values=kidney((0, 4.2, creatinine), (91, 3.4, creatinine), (183, 2.6, creatinine)))
    assert standing(options(seen), "voclosporin") == expected


@pytest.mark.parametrize(("upcr", "expected"), [(0.99, "not-eligible"), (1.0, "offered")])
def test_obinutuzumab_asks_for_proteinuria_of_1_g(upcr: float, expected: str) -> None:
    seen = failed(values=kidney((0, 1.9, 0.9), (91, 1.5, 0.95), (183, upcr, 1.0)))
    assert standing(options(seen), "obinutuzumab") == expected


def test_telitacicept_is_for_regions_where_it_is_approved() -> None:
    assert standing(options(failed(), Policy(region="CN")), "telitacicept") == "offered"
    assert standing(options(failed(), Policy(region="US")), "telitacicept") == "not-suggested"


def test_the_status_shown_is_that_of_the_region() -> None:
    china = options(failed(), Policy(region="CN"))["voclosporin"]
    assert [str(shown.says) for shown in china.regulatory] == ["CN: no approval for lupus nephritis found"]
    assert china.off_label == ("CN",)
    assert china.off_label_everywhere
    assert options(failed())["voclosporin"].off_label == ("CN",)
    assert not options(failed())["belimumab"].off_label


def test_zetomipzomib_and_rituximab_with_belimumab_are_never_offered() -> None:
    for order in ORDERS:
        choices = options(failed(), policy_from({"escalation_order": order}))
        assert standing(choices, "zetomipzomib") == standing(choices, "rituximab-belimumab") == "not-suggested"


def test_without_the_medication_list_combinations_are_not_taken_for_known() -> None:
    seen = failed()
    unsure = replace(seen, coverage={**seen.coverage, Need.STATEMENTS: Coverage.FAILED})
    found = guided("escalate", unsure)
    assert "medication statements" in [str(item) for item in found.missing]
    assert not any("dose by the clinician" in str(draft.label) for draft in found.drafts)


# Drafts


def test_a_plain_drug_is_drafted_without_a_dose_and_a_biologic_never() -> None:
    found = guided("escalate", failed(result(Analyte.IGG, 183, 9)))
    assert "tacrolimus" in drafted(found)
    offered_ones = [choice.key for choice in found.choices if choice.standing.value == "offered"]
    assert {"belimumab", "rituximab"} <= set(offered_ones)
    assert not {"belimumab", "rituximab", "obinutuzumab", "telitacicept"} & set(drafted(found))


@pytest.mark.parametrize("test", [Analyte.HCG, Analyte.HBSAG], ids=["pregnancy", "hepatitis B"])
def test_no_drug_is_drafted_before_the_deciding_gates_are_known(test: Analyte) -> None:
    found = guided("escalate", without(failed(), test))
    assert found.outcome.value == "advise"
    assert all(draft.resource["resourceType"] == "ServiceRequest" for draft in found.drafts)


def test_what_is_open_is_asked_for() -> None:
    asked = drafted(guided("escalate", without(failed(), Analyte.HBSAG, Analyte.ANTI_HBC)))
    assert {"HIV antigen and antibody test", "IgG in Serum", "Hepatitis B virus surface antigen in Serum"} <= set(asked)
    assert "HIV antigen and antibody test" not in drafted(guided("escalate", failed(diagnosis("hiv", 0))))
