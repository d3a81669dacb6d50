"""Each number of the criteria decides a vignette: a quarter more, or a quarter less, and an expectation fails.

A count moves by one. What no vignette can reach, or what nothing hangs on, is listed with the reason; a number that is
listed and decides after all is taken off the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from lnfhir.citation import Parameter
from tests.knowledge.deciding import Known, decided_by, readers
from tests.knowledge.pages import parameters_by_module

ROOT = Path(__file__).parents[2]
COUNTS = frozenset({"doses", "courses", "tests", "readings", "times"})
NOT_HERE = (
    # Arithmetic, checked against a second implementation in tests/second_opinion; figures that are shown only.
    "measures.kidney", "measures.steroids", "outlook",
)  # fmt: skip
SETTING = (
    "printed for a site's setting; tests/unit/guideline/test_care_settings.py; tests/knowledge/test_policy_decides.py"
)
EXEMPT: Mapping[str, str] = {
    "highest daily dose (site setting `hcq_cap_mg`)": SETTING,
    "share by which it is reduced (site setting `hcq_egfr30_reduction`)": SETTING,
    "the other share a site can choose": SETTING,
    "systolic target (site setting 130)": SETTING,
    "diastolic target that goes with 130": SETTING,
    "least duration of immunosuppression (a site may choose 60)": "a site's setting decides; it is held to this"
    " number by tests/unit/guideline/escalation/test_other_rules.py",
    "UPCR from which a blocker is started (site setting `ras_threshold`; 0 means any measurable proteinuria)": SETTING,
    "potassium from which a blocker is stopped (site setting `k_stop`)": SETTING,
    "highest daily dose that is taken as oral when no route is given": "the products of the vignettes imply a route;"
    " both sides are in tests/unit/measures/test_immunosuppression.py",
    "days between a biopsy and its report": "reading a record already joins the two; tests/unit/chart/test_biopsies.py",
    "days before T0 from which doses count": "the window begins with the glucocorticoid episode where there is one",
}
"""The meaning of a number, and why no vignette fails when it moves."""
WRITTEN_FOR: Mapping[str, str] = {
    "milestones": "P1", "worsening": "P1", "failure_profiles": "P1", "improvement": "P2", "treatment_failure": "P2",
    "relapse": "P3", "steroid_intensity": "P4", "immunosuppressant": "P4", "course_of": "P4", "adherence": "P4",
    "cyclophosphamide": "P4", "immunosuppression": "P7", "other_": "P5", "response": "P6", "trajectory": "P6",
    "activity": "P8", "measures": "P7", "definite": "B1", "order_safety": "O", "microangiopathy": "P5",
    "escalation": "E",
    "hydroxychloroquine": "C2", "ras_": "C3", "whom": "C3", "guideline.record": "C3", "sglt2": "C4", "pregnancy": "C3",
    "glucocorticoids": "C5", "blood_pressure": "C6", "vital_signs": "C6", "bone": "C7", "infection": "C7",
}  # fmt: skip
"""Where a number of a topic is looked for first; only for speed."""


def nudged(parameter: Parameter) -> tuple[float, float]:
    """More and less."""
    value = parameter.value
    return (value + 1, value - 1) if parameter.unit in COUNTS else (value * 1.25, value * 0.75)


def numbers_of_the_criteria() -> Iterator[tuple[str, str, Parameter]]:
    """A name for people, the topic, and the number."""
    for module, own in parameters_by_module().items():
        if any(topic in module for topic in NOT_HERE):
            continue
        for parameter in own:
            source = parameter.citation
            where = f"{source.guideline.key}: {source.pinpoint}"
            yield f"{module.removeprefix('lnfhir.')}: {parameter.meaning}, {parameter} ({where})", module, parameter


NUMBERS = {name: (module, parameter) for name, module, parameter in numbers_of_the_criteria()}


@cache
def read_by() -> dict[int, list[Known]]:
    """The vignettes that read each number."""
    return readers()


def in_order(module: str, found: list[Known]) -> list[Known]:
    """Those written for the topic first, then those written for other limits."""
    first = next((file for topic, file in WRITTEN_FOR.items() if topic in module), "")
    return sorted(found, key=lambda k: (not k.file.startswith(first), k.file[0] != "P", k.file))


def test_no_two_numbers_share_a_name() -> None:
    assert len(NUMBERS) == len(list(numbers_of_the_criteria())) > 100


@pytest.mark.parametrize("name", [name for name, (_, p) in NUMBERS.items() if p.meaning not in EXEMPT], ids=str)
def test_a_number_of_the_criteria_decides_in_both_directions(name: str) -> None:
    module, parameter = NUMBERS[name]
    among = in_order(module, read_by().get(id(parameter), []))
    assert among, "no vignette reads it"
    assert [value for value in nudged(parameter) if decided_by(parameter, value, among) is None] == []


def test_exemptions_are_of_numbers_that_exist_and_tests_that_exist() -> None:
    assert set(EXEMPT) - {parameter.meaning for _, parameter in NUMBERS.values()} == set()
    named = {word.rstrip(";") for reason in EXEMPT.values() for word in reason.split() if word.startswith("tests/")}
    assert [path for path in named if not (ROOT / path).exists()] == []
