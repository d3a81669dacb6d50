"""The options as data: whole, cited, corrected, and never promising more than was found."""

from __future__ import annotations

import pytest

from lnfhir.guideline.escalation.catalogue import BY_KEY, OPTIONS
from lnfhir.guideline.escalation.option import Kind, Option
from lnfhir.guideline.escalation.steps import TRIALS


def told(option: Option, *, against: bool | None = None) -> str:
    rows = (row for row in option.evidence if against is None or row.against is against)
    return " | ".join(str(row.says) for row in rows)


def test_every_option_of_the_reference_is_there_once() -> None:
    assert len(BY_KEY) == len(OPTIONS) == 30
    assert set(TRIALS) <= {option.key for option in OPTIONS if option.kind is Kind.TRIAL}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_an_option_is_whole(option: Option) -> None:
    assert option.positions
    assert len({status.region for status in option.statuses}) == len(option.statuses)
    assert {status.region for status in option.statuses} <= {"US", "EU", "CN"}
    assert all(row.n is None or row.n > 0 for row in option.evidence)
    if option.kind is Kind.NOT_OFFERED:
        assert option.why_not is not None
    if option.kind is Kind.DRUG:
        assert option.products
    assert {product.key for product in option.products} <= option.drugs | {"methylprednisolone", "cyclophosphamide"}


@pytest.mark.parametrize(
    ("key", "rxnorm", "atc"),
    [
        ("tacrolimus", "42316", "L04AD02"),
        ("voclosporin", "2475166", "L04AD03"),
        ("belimumab", "1092437", "L04AG04"),
        ("obinutuzumab", "974779", "L01FA03"),
        ("rituximab", "121191", "L01FA01"),
        ("daratumumab", "1721947", "L01FC01"),
        ("anifrolumab", "", "L04AG11"),
        ("telitacicept", "", ""),
        ("leflunomide", "27169", "L04AK01"),
        ("cyclophosphamide", "3002", "L01AA01"),
        ("teclistamab", "2619426", "L01FX24"),
    ],
)
def test_codes_are_those_of_the_reference(key: str, rxnorm: str, atc: str) -> None:
    (product,) = BY_KEY[key].products
    assert (product.rxnorm, product.atc) == (rxnorm, atc)


@pytest.mark.parametrize(
    ("key", "fragment"),
    [
        ("daratumumab", "5 of 6"),
        ("anifrolumab", "phase II, n=147: primary endpoint missed"),
        ("bcma-car-t", "to 0 (0 to 4)"),
        ("zetomipzomib", "clinical hold"),
        ("rituximab-belimumab", "added no efficacy"),
        ("telitacicept", "67.1 against 32.7"),
        ("mesenchymal-stem-cells", "9 of 12 against 5 of 6"),
        ("belimumab", "6 complete and 19 partial"),
    ],
)
def test_what_was_claimed_wrongly_is_corrected(key: str, fragment: str) -> None:
    assert fragment in told(BY_KEY[key])


def test_the_negative_trial_of_stem_cells_stands_beside_the_positive_series() -> None:
    cells = BY_KEY["mesenchymal-stem-cells"]
    assert "no added effect" in told(cells, against=True)
    assert "60.5 %" in told(cells, against=False)
    assert cells.evidence[0].cite.guideline.title.endswith("Ann Rheum Dis")


def test_only_these_are_labelled_for_lupus_nephritis() -> None:
    labelled = {(o.key, s.region) for o in OPTIONS for s in o.statuses if s.lupus_nephritis is True}
    assert labelled == {
        ("belimumab", "US"), ("belimumab", "EU"), ("belimumab", "CN"),
        ("voclosporin", "US"), ("voclosporin", "EU"),
        ("obinutuzumab", "US"), ("obinutuzumab", "EU"),
    }  # fmt: skip


def test_every_antibody_is_a_biologic_and_so_never_drafted() -> None:
    antibodies = {"belimumab", "obinutuzumab", "rituximab", "telitacicept", "anifrolumab", "daratumumab", "teclistamab"}
    assert {key for key in antibodies if not BY_KEY[key].biologic} == set()
    assert not BY_KEY["tacrolimus"].biologic
