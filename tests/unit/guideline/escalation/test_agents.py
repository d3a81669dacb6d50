"""Which agents go together."""

from __future__ import annotations

import pytest

from lnfhir.guideline.escalation.agents import Agent, Validity, judged, pairing, uses_in_force
from lnfhir.quantity import Analyte
from tests.builders import chart, given, result, use

A, V = Agent, Validity


@pytest.mark.parametrize(
    ("one", "other", "validity"),
    [
        (A.BELIMUMAB, A.MPAA, V.VALID),
        (A.BELIMUMAB, A.CYCLOPHOSPHAMIDE, V.CAUTION),
        (A.BELIMUMAB, A.AZATHIOPRINE, V.NOT_TESTED),
        (A.BELIMUMAB, A.CALCINEURIN_INHIBITOR, V.NOT_TESTED),
        (A.CALCINEURIN_INHIBITOR, A.MPAA, V.VALID),
        (A.CALCINEURIN_INHIBITOR, A.CYCLOPHOSPHAMIDE, V.NOT_TESTED),
        (A.CALCINEURIN_INHIBITOR, A.AZATHIOPRINE, V.NOT_TESTED),
        (A.VOCLOSPORIN, A.MPAA, V.VALID),
        (A.VOCLOSPORIN, A.CYCLOPHOSPHAMIDE, V.NEVER),
        (A.RITUXIMAB, A.OBINUTUZUMAB, V.NEVER),
        (A.RITUXIMAB, A.BELIMUMAB, V.NOT_TESTED),
        (A.OBINUTUZUMAB, A.BELIMUMAB, V.NOT_TESTED),
        (A.OBINUTUZUMAB, A.MPAA, V.VALID),
        (A.AZATHIOPRINE, A.MPAA, V.NEVER),
        (A.LEFLUNOMIDE, A.MPAA, V.CAUTION),
        (A.TELITACICEPT, A.BELIMUMAB, V.NOT_TESTED),
    ],
)
def test_pairs(one: Agent, other: Agent, validity: Validity) -> None:
    assert pairing(one, other).validity is validity
    assert pairing(other, one).validity is validity


def test_a_regimen_is_as_valid_as_its_worst_pair() -> None:
    assert judged({A.MPAA, A.BELIMUMAB}).validity is V.VALID
    assert judged({A.MPAA, A.LEFLUNOMIDE, A.BELIMUMAB}).validity is V.NOT_TESTED
    assert judged({A.MPAA, A.AZATHIOPRINE, A.BELIMUMAB}).validity is V.NEVER
    assert judged({A.MPAA}).validity is V.VALID


def test_all_three_only_for_disease_refractory_by_acr() -> None:
    three = {A.MPAA, A.BELIMUMAB, A.CALCINEURIN_INHIBITOR}
    assert judged(three).validity is V.NOT_TESTED
    assert judged(three, refractory_by_acr=True).validity is V.VALID
    assert judged({*three, A.AZATHIOPRINE}, refractory_by_acr=True).validity is V.NEVER


def test_infusions_of_the_last_months_are_in_force_and_lymphodepletion_is_not() -> None:
    seen = chart(
        use("mycophenolate-mofetil", 0, mg=2000),
        given("rituximab", 100, 1000),
        given("belimumab", -100, 700),
        given("fludarabine", 170, 40),
        given("cyclophosphamide", 170, 800),
        result(Analyte.POTASSIUM, 0, 4),
        as_of=183,
    )
    assert set(uses_in_force(seen)) == {A.MPAA, A.RITUXIMAB}
    assert A.CYCLOPHOSPHAMIDE in uses_in_force(chart(given("cyclophosphamide", 170, 500), as_of=183))
