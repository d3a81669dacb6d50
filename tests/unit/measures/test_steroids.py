"""Glucocorticoid: equivalents, daily dose, pulses, episodes."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse, Result
from lnfhir.logic import Known, Missing
from lnfhir.measures.steroids import (
    SteroidEpisode,
    daily_steroid,
    is_full_pulse,
    oral_steroid,
    prednisone_equivalent,
    pulses,
    steroid_episodes,
    steroid_on,
    unreadable_infusions,
)
from lnfhir.policy import Policy
from tests.builders import chart, d, given, use, weight


@pytest.mark.parametrize(
    ("drug", "mg", "prednisone"),
    [
        ("prednisone", 60, 60),
        ("prednisolone", 60, 60),
        ("methylprednisolone", 500, 625),
        ("methylprednisolone", 4, 5),
        ("hydrocortisone", 20, 5),
        ("dexamethasone", 0.75, 5),
        ("dexamethasone", 1, 6.667),
        ("betamethasone", 0.75, 5),
        ("triamcinolone", 4, 5),
        ("cortisone", 25, 5),
        ("deflazacort", 6, 5),
        ("deflazacort", 1, 0.833),
    ],
)
def test_equivalents_of_prednisone(drug: str, mg: float, prednisone: float) -> None:
    assert prednisone_equivalent(drug, mg) == pytest.approx(prednisone, abs=0.001)


def test_vamorolone_has_no_accepted_equivalent_so_its_dose_is_unknown() -> None:
    assert prednisone_equivalent("vamorolone", 100) is None
    found = steroid_on(chart(use("vamorolone", 0, mg=200)), d(5))
    assert isinstance(found, Missing)
    assert "vamorolone" in str(found.needs[0])


def on(day: int, *uses: DrugUse) -> float | None:
    found = steroid_on(chart(*uses), d(day))
    return found.value if isinstance(found, Known) else None


def test_different_glucocorticoids_are_added() -> None:
    assert on(5, use("prednisone", 0, mg=10), use("hydrocortisone", 0, mg=20)) == 15.0


@pytest.mark.parametrize("route", ["other"])
def test_what_is_not_systemic_does_not_count(route: str) -> None:
    assert on(5, use("dexamethasone", 0, mg=4, route=route)) == 0.0


def test_without_a_route_a_drug_that_is_always_oral_counts_and_an_unreadable_cream_does_not() -> None:
    assert on(5, use("prednisone", 0, mg=10, route="unknown")) == 10.0
    assert on(5, use("prednisone", 0, route="unknown")) is None
    assert on(5, use("hydrocortisone", 0, route="unknown")) == 0.0
    assert on(5, use("hydrocortisone", 0, mg=20, route="unknown")) == 5.0


def test_no_glucocorticoid_is_zero_only_when_orders_were_searched() -> None:
    assert steroid_on(chart(), d(0)) == Known(0.0)
    found = steroid_on(chart(searched=[Need.STATEMENTS]), d(0))
    assert isinstance(found, Missing)
    assert str(found.needs[0]) == "glucocorticoid orders (may be external)"


@pytest.mark.parametrize(("mg", "pulse"), [(124, False), (125, True), (1000, True), (1250, True)])
def test_125_mg_of_iv_methylprednisolone_make_a_pulse(mg: float, pulse: bool) -> None:
    patient = chart(given("methylprednisolone", 0, mg))
    assert bool(pulses(patient)) is pulse
    assert daily_steroid(patient).on(d(0)) == Known(0.0) if pulse else daily_steroid(patient).on(d(0)) != Known(0.0)


def test_iv_methylprednisolone_below_a_pulse_adds_to_the_daily_dose_but_not_to_the_oral_one() -> None:
    patient = chart(given("methylprednisolone", 0, 40))
    daily, oral = daily_steroid(patient).on(d(0)), oral_steroid(patient).on(d(0))
    assert isinstance(daily, Known)
    assert isinstance(oral, Known)
    assert (daily.value, oral.value) == (50.0, 0.0)


def test_another_iv_glucocorticoid_is_no_pulse_however_high() -> None:
    patient = chart(given("dexamethasone", 0, 200))
    assert pulses(patient) == ()
    daily = daily_steroid(patient).on(d(0))
    assert isinstance(daily, Known)
    assert daily.value == pytest.approx(1333.33, abs=0.01)


def test_an_oral_dose_is_never_a_pulse() -> None:
    assert pulses(chart(use("methylprednisolone", 0, 2, mg=500, route="oral"))) == ()


def test_a_high_dose_without_a_route_is_taken_as_an_infusion() -> None:
    assert [
        p.mg for p in pulses(chart(use("methylprednisolone", 0, 1, mg=500, dose=500, every=1, route="unknown")))
    ] == [
        500,
        500,
    ]


@pytest.mark.parametrize(("mg", "infused"), [(249, False), (250, True)])
def test_from_250_mg_methylprednisolone_without_a_route_is_infused(mg: float, infused: bool) -> None:
    once = chart(use("methylprednisolone", 0, dose=mg, route="unknown", active=False))
    daily = chart(use("methylprednisolone", 0, 0, mg=mg, route="unknown"))
    assert bool(pulses(once)) is infused
    assert bool(pulses(daily)) is infused


@pytest.mark.parametrize(
    ("days", "full"), [([250, 250], True), ([500], True), ([249, 249, 249], False), ([250, 125], False), ([], False)]
)
def test_a_full_pulse_is_250_mg_on_a_day_and_500_mg_in_all(days: list[float], full: bool) -> None:
    patient = chart(*(given("methylprednisolone", n, mg) for n, mg in enumerate(days)))
    assert is_full_pulse(pulses(patient)) is full


def test_an_unreadable_infusion_is_told_apart_from_none() -> None:
    patient = chart(given("methylprednisolone", 0, None))
    assert pulses(patient) == ()
    assert [dose.day for dose in unreadable_infusions(patient)] == [d(0)]
    found = steroid_on(patient, d(0))
    assert isinstance(found, Missing)
    assert str(found.needs[0]) == "dose of IV methylprednisolone on 2024-01-15"


def test_one_mg_per_kg_for_7_days_is_a_run_of_7() -> None:
    patient = chart(use("prednisone", 0, 6, mg=60), use("prednisone", 7, 30, mg=55))
    assert oral_steroid(patient).longest_run(60.0, d(-7), d(42)).certain == 7
    assert oral_steroid(patient).longest_run(55.0, d(-7), d(42)).certain == 31


def episodes(*entries: DrugUse | Result, as_of: int = 400) -> tuple[SteroidEpisode, ...]:
    return steroid_episodes(chart(*entries, as_of=as_of), Policy())


def starts(*entries: DrugUse | Result) -> list[int]:
    return [(episode.start - d(0)).days for episode in episodes(*entries)]


def test_an_episode_begins_with_a_pulse_and_holds_the_oral_treatment_after_it() -> None:
    (episode,) = episodes(
        *(given("methylprednisolone", n, 500) for n in range(3)),
        use("prednisone", 3, 33, mg=60),
        use("prednisone", 34, mg=10),
        weight(0, 60),
    )
    assert (episode.start, episode.end, episode.peak_mg) == (d(0), None, 60.0)
    assert episode.pulses[0].day == d(0)
    assert len(episode.pulses) == 3


def test_an_episode_begins_with_a_rise_to_03_mg_per_kg() -> None:
    assert starts(use("prednisone", 0, mg=18), weight(0, 60)) == [0]
    assert starts(use("prednisone", 0, mg=17.9), weight(0, 60)) == []


def test_without_a_weight_20_mg_begin_an_episode() -> None:
    assert starts(use("prednisone", 0, mg=20)) == [0]
    assert starts(use("prednisone", 0, mg=19.9)) == []


def test_stable_low_dose_never_begins_an_episode() -> None:
    assert starts(use("prednisone", -300, mg=10)) == []


def test_a_rise_from_low_dose_begins_one() -> None:
    assert starts(use("prednisone", -300, -1, mg=10), use("prednisone", 0, mg=60)) == [0]


def test_a_taper_is_one_episode() -> None:
    doses = [(0, 60), (30, 40), (60, 20), (90, 10), (120, 5)]
    assert starts(*(use("prednisone", day, mg=mg) for day, mg in doses)) == [0]


def test_a_rise_after_a_month_on_10_mg_is_a_new_episode_and_ends_the_first() -> None:
    first, second = episodes(
        use("prednisone", 0, 59, mg=60), use("prednisone", 60, 299, mg=10), use("prednisone", 300, mg=60)
    )
    assert (first.start, first.end) == (d(0), d(299))
    assert (second.start, second.end) == (d(300), None)


def test_a_rise_after_4_weeks_or_less_on_low_dose_belongs_to_the_same_episode() -> None:
    early = [use("prednisone", 0, 59, mg=60), use("prednisone", 60, 86, mg=10), use("prednisone", 87, mg=60)]
    assert starts(*early) == [0]
    late = [use("prednisone", 0, 59, mg=60), use("prednisone", 60, 87, mg=10), use("prednisone", 88, mg=60)]
    assert starts(*late) == [0, 88]


def test_a_rise_from_15_to_60_mg_within_an_episode_is_not_a_new_one() -> None:
    assert starts(use("prednisone", 0, mg=60), use("prednisone", 60, mg=15), use("prednisone", 200, mg=60)) == [0]


def test_monthly_pulses_are_one_episode() -> None:
    monthly = [given("methylprednisolone", day, 750) for day in (0, 28, 56, 101, 146)]
    assert starts(*monthly) == [0]
    assert starts(*monthly, given("methylprednisolone", 192, 750)) == [0, 192]


def test_a_pulse_on_more_than_low_dose_belongs_to_the_episode() -> None:
    assert starts(use("prednisone", 0, mg=60), use("prednisone", 60, mg=15), given("methylprednisolone", 200, 500)) == [
        0
    ]


def test_more_than_10_mg_is_not_low_dose() -> None:
    doses = [use("prednisone", 0, 59, mg=60), use("prednisone", 60, 299, mg=10.5), use("prednisone", 300, mg=60)]
    assert starts(*doses) == [0]


def test_a_pause_of_28_days_is_within_an_episode_and_29_end_it() -> None:
    (going_on,) = episodes(use("prednisone", 0, 59, mg=60), use("prednisone", 87, mg=5))
    (ended,) = episodes(use("prednisone", 0, 59, mg=60), use("prednisone", 88, mg=5))
    assert (going_on.end, ended.end) == (None, d(59))


def test_a_lone_pulse_is_an_episode_of_one_day() -> None:
    (episode,) = episodes(given("methylprednisolone", 0, 500))
    assert (episode.start, episode.end, episode.peak_mg) == (d(0), d(0), 0.0)


def test_nothing_has_no_episode() -> None:
    assert episodes() == ()


def test_an_episode_ends_with_the_last_glucocorticoid() -> None:
    (episode,) = episodes(use("prednisone", 0, 99, mg=60))
    assert episode.end == d(99)


def test_a_dose_that_cannot_be_read_begins_an_uncertain_episode_and_as_needed_none() -> None:
    (episode,) = episodes(use("prednisone", 0))
    assert episode.uncertain
    assert starts(use("prednisone", 0, as_needed=True)) == []


def test_monthly_low_dose_after_a_pause_belongs_to_no_episode() -> None:
    (episode,) = episodes(use("prednisone", 0, 59, mg=60), use("prednisone", 200, mg=5))
    assert episode.end == d(59)
