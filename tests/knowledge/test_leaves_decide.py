"""Each leaf criterion decides a vignette: with its yes and no exchanged, an expectation fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from lnfhir.guideline import (
    activity_indices,
    blood_pressure,
    bone,
    definite_nephritis,
    glucocorticoids,
    hydroxychloroquine,
    hydroxychloroquine_dose,
    hydroxychloroquine_eye,
    immunosuppressant_adequacy,
    improvement,
    infection_prevention,
    microangiopathy,
    other_causes_by_record,
    other_causes_by_test,
    other_mechanisms,
    ras_blockade,
    ras_conflict,
    ras_follow_up,
    response_arms,
    sglt2_gates,
    sglt2_indication,
    sglt2_safety,
    standard_induction,
    steroid_intensity,
    treatment_failure,
    whom,
)
from lnfhir.guideline.escalation import (
    branches,
    duration,
    escalate,
    failure,
    gates,
    optimise,
    referrals,
    steroid_note,
    worse,
)
from lnfhir.guideline.order_safety import (
    anti_cd20,
    azathioprine,
    belimumab,
    calcineurin_inhibitors,
    cyclophosphamide,
    leflunomide,
    methotrexate,
    renin_angiotensin,
    sglt2_inhibitors,
)
from lnfhir.logic import Finding
from lnfhir.measures import pregnancy, sediment
from tests.knowledge.deciding import Known, instead, negated, vignettes

CARE = (
    hydroxychloroquine, hydroxychloroquine_dose, hydroxychloroquine_eye, ras_blockade, ras_conflict, ras_follow_up,
    sglt2_indication, sglt2_gates, sglt2_safety, blood_pressure, glucocorticoids, bone, infection_prevention, whom,
)  # fmt: skip
TOPICS = (
    definite_nephritis, standard_induction, steroid_intensity, immunosuppressant_adequacy, treatment_failure,
    improvement, response_arms, other_mechanisms, other_causes_by_test, other_causes_by_record, microangiopathy,
    activity_indices, pregnancy, sediment,
    anti_cd20, azathioprine, belimumab, calcineurin_inhibitors, cyclophosphamide, leflunomide, methotrexate,
    renin_angiotensin, sglt2_inhibitors,
    branches, duration, escalate, failure, gates, optimise, referrals, steroid_note, worse,
    *CARE,
)  # fmt: skip
EXEMPT: Mapping[str, str] = {
    "gates.vaccines_are_reviewed": "always unknown: no record read here answers it",
}
"""A criterion whose exchange no vignette can show, and why."""


def criteria() -> Iterator[tuple[str, Callable[..., Finding]]]:
    """Every public function of the topics that answers yes, no or unknown."""
    for topic in TOPICS:
        for name, function in inspect.getmembers(topic, inspect.isfunction):
            own = function.__module__ == topic.__name__ and not name.startswith("_")
            if own and function.__annotations__.get("return") == "Finding":
                yield f"{topic.__name__.rpartition('.')[2]}.{name}", function


CRITERIA = dict(criteria())


@cache
def ordered() -> tuple[Known, ...]:
    """Those written for limits first."""
    agreeing = (known for known in vignettes() if not known.disagrees())
    return tuple(sorted(agreeing, key=lambda known: (known.file[0] not in "PB", known.file)))


def test_the_criteria_are_found() -> None:
    assert len(CRITERIA) > 30
    assert set(EXEMPT) <= set(CRITERIA)


@pytest.mark.parametrize("name", [name for name in CRITERIA if name not in EXEMPT], ids=str)
def test_a_criterion_decides(name: str) -> None:
    among = ordered()
    if ".order_safety." in CRITERIA[name].__module__:
        among = tuple(sorted(among, key=lambda known: known.file[0] != "O"))
    elif CRITERIA[name].__module__ in {topic.__name__ for topic in CARE}:
        among = tuple(sorted(among, key=lambda known: known.file[0] != "C"))
    elif ".escalation." in CRITERIA[name].__module__:
        among = tuple(sorted(among, key=lambda known: known.file[0] != "E"))
    with instead(CRITERIA[name], negated(CRITERIA[name])):
        assert any(known.disagrees() for known in among)


def test_the_exchange_is_undone() -> None:
    name = "definite_nephritis.definite_nephritis"
    with instead(CRITERIA[name], negated(CRITERIA[name])):
        assert definite_nephritis.definite_nephritis is not CRITERIA[name]
    assert definite_nephritis.definite_nephritis is CRITERIA[name]
