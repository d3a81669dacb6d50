"""The laws of amounts: conversions lose nothing, intervals answer as every value inside them would."""

from __future__ import annotations

import math

from hypothesis import assume, given
from hypothesis import strategies as st

from lnfhir.logic import Truth
from lnfhir.message import Message
from lnfhir.plausibility import WINDOW
from lnfhir.quantity import Amount, Analyte, amount, drug_mg
from lnfhir.units import LONGEST_UNIT, UNITS, conversion, spell

SENDABLE = [(analyte, unit) for analyte, table in UNITS.items() for unit in table]
COMPARATORS = ("<", "<=", ">=", ">")


def plausible(analyte: Analyte) -> st.SearchStrategy[float]:
    window = WINDOW[analyte]
    return st.floats(window.low, window.high, allow_nan=False)


@given(st.data())
def test_what_is_plausible_survives_every_unit_and_comes_back(data: st.DataObject) -> None:
    analyte, unit = data.draw(st.sampled_from(SENDABLE))
    wanted = data.draw(plausible(analyte))
    to = conversion(unit, None, None, analyte)
    assert not isinstance(to, Message)
    found = amount((wanted - to.offset) / to.factor, None, unit, None, None, analyte)
    if isinstance(found, Message):
        # Only rounding at the very edge of the window may refuse it.
        window = WINDOW[analyte]
        assert math.isclose(wanted, window.low, rel_tol=1e-9, abs_tol=1e-12) or math.isclose(wanted, window.high)
    else:
        assert math.isclose(found.low, wanted, rel_tol=1e-9, abs_tol=1e-9)
        assert found.unit == analyte.unit


@given(st.sampled_from(SENDABLE))
def test_spelling_again_changes_nothing_and_case_and_blanks_do_not_matter(sendable: tuple[Analyte, str]) -> None:
    analyte, unit = sendable
    assert spell(unit) == unit
    assert conversion(f" {unit.upper()} ", None, None, analyte) == conversion(unit, None, None, analyte)


@given(st.sampled_from(SENDABLE), st.floats(allow_nan=True, allow_infinity=True) | st.text(max_size=30))
def test_whatever_is_sent_gives_a_plausible_amount_or_a_reason(
    sendable: tuple[Analyte, str], value: float | str
) -> None:
    analyte, unit = sendable
    found = amount(value, None, unit, None, None, analyte)
    if isinstance(found, Amount):
        assert found.low <= found.high
        assert WINDOW[analyte].holds(found.low) or WINDOW[analyte].holds(found.high)
    else:
        assert str(found)


@given(st.text(max_size=2 * LONGEST_UNIT), st.sampled_from(list(Analyte)))
def test_no_text_makes_the_reader_of_units_raise(unit: str, analyte: Analyte) -> None:
    found = conversion(unit, None, None, analyte)
    assert isinstance(found, Message) or found.factor > 0


@given(st.data())
def test_a_known_answer_about_an_interval_is_right_for_every_value_in_it(data: st.DataObject) -> None:
    analyte = Analyte.UPCR
    bound, limit = data.draw(plausible(analyte)), data.draw(plausible(analyte))
    comparator = data.draw(st.sampled_from(COMPARATORS))
    interval = amount(bound, comparator, "g/g", None, None, analyte)
    assert isinstance(interval, Amount)
    inside = data.draw(st.floats(0, 100, allow_nan=False))
    holds = {"<": inside < bound, "<=": inside <= bound, ">=": inside >= bound, ">": inside > bound}[comparator]
    assume(holds and not math.isclose(inside, limit, rel_tol=1e-6))
    exact = Amount(inside, inside, "g/g")
    for question in (Amount.below, Amount.at_most, Amount.at_least, Amount.above):
        answer = question(interval, limit)
        assert answer is Truth.UNKNOWN or answer is question(exact, limit)


@given(st.floats(0, 50), st.floats(0, 50))
def test_below_and_at_least_are_opposites_and_a_number_always_answers(value: float, limit: float) -> None:
    exact = Amount(value, value, "g/g")
    assert exact.below(limit) is ~exact.at_least(limit)
    assert exact.at_most(limit) is ~exact.above(limit)
    assert Truth.UNKNOWN not in (exact.below(limit), exact.at_most(limit))
    assert exact.below(limit) is not Truth.MET or exact.at_most(limit) is Truth.MET


@given(st.floats(0, 50), st.floats(0.01, 50))
def test_a_narrower_interval_never_reverses_an_answer(low: float, width: float) -> None:
    wide, narrow = Amount(low, low + width, "g/g"), Amount(low + width / 4, low + width / 2, "g/g")
    for limit in (low, low + width / 3, low + width):
        for question in (Amount.below, Amount.at_most, Amount.at_least, Amount.above):
            answer = question(wide, limit)
            assert answer is Truth.UNKNOWN or answer is question(narrow, limit)


@given(st.floats(0.001, 1000))
def test_grams_are_a_thousand_milligrams(grams: float) -> None:
    in_grams, in_mg = drug_mg(grams, "g", "g"), drug_mg(grams * 1000, "mg", None)
    assert in_grams is not None
    assert in_mg is not None
    assert math.isclose(in_grams, in_mg)
