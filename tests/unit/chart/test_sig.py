"""Dosages written in words. Texts are of the kinds seen in EHR records."""

from __future__ import annotations

import pytest

from lnfhir.chart.sig import Sig, read_sig


@pytest.mark.parametrize(
    ("text", "mg", "per_day"),
    [
        ("500 mg twice daily", 500, 2),
        ("1 g bid", 1000, 2),
        ("1000mg po bid", 1000, 2),
        ("每日两次 每次0.5g", 500, 2),
        ("60 mg qd", 60, 1),
        ("1,000 mg twice a day", 1000, 2),
        ("1000 mg B.I.D.", 1000, 2),
        ("Take 2 tablets (1000 mg total) by mouth 2 (two) times a day.", 1000, 2),
        ("prednisone 60 mg daily", 60, 1),
        ("PO 20mg QAM", 20, 1),
        ("0.5g 每日2次", 500, 2),
        ("0.5 g 一日二次", 500, 2),
        ("每12小时一次 50mg", 50, 2),
        ("50 mg q12h", 50, 2),
        ("10 mg every 8 hours", 10, 3),
        ("400 mg every other day", 400, 0.5),
        ("400 mg QOD", 400, 0.5),
        ("隔日一次 400mg", 400, 0.5),
        ("5 mg 3 times a week", 5, 3 / 7),
        ("7.5 mg PO weekly", 7.5, 1 / 7),
        ("每周一次 10mg", 10, 1 / 7),
        ("500 mg IV every 2 weeks", 500, 1 / 14),
        ("1 g q4w", 1000, 1 / 28),
        ("750 mg once a month", 750, 1 / 30),
        ("250 mcg daily", 0.25, 1),
        ("口服 每次１０ｍｇ，每日３次", 10, 3),
        ("10 mg every day at bedtime", 10, 1),
        ("20 mg once daily in the morning", 20, 1),
        ("EVERY HOUR", None, 24),
        ("FIVE TIMES A DAY", None, 5),
        ("Daily", None, 1),
    ],
)
def test_a_clear_text_gives_dose_and_frequency(text: str, mg: float | None, per_day: float) -> None:
    sig = read_sig(text)
    assert sig.mg == (pytest.approx(mg) if mg is not None else None)
    assert sig.per_day == pytest.approx(per_day)
    assert not sig.unclear


@pytest.mark.parametrize(
    ("text", "count", "per_day"),
    [
        ("Take 1 tablet by mouth once daily", 1, 1),
        ("one tablet daily", 1, 1),
        ("take 2 capsules twice a day", 2, 2),
        ("每天一次，每次3片", 3, 1),
        ("take half tablet every morning", 0.5, 1),
        ("1/2 tablet daily", 0.5, 1),
    ],
)
def test_tablets_are_counted(text: str, count: float, per_day: float) -> None:
    sig = read_sig(text)
    assert (sig.count, sig.per_day, sig.unclear) == (count, per_day, False)


@pytest.mark.parametrize(
    ("text", "total"), [("60mg/d", 60), ("1 g/d", 1000), ("每日1g 分两次", 1000), ("2 g daily in divided doses", 2000)]
)
def test_a_daily_total_is_not_a_single_dose(text: str, total: float) -> None:
    sig = read_sig(text)
    assert (sig.mg, sig.mg_per_day) == (None, total)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("500 mg daily for 3 days", 3),
        ("500 mg daily x 3 days", 3),
        ("0.5g qd 连用3天", 3),
        ("10 mg daily for 2 weeks", 14),
    ],
)
def test_a_duration_is_read(text: str, days: float) -> None:
    assert read_sig(text).days == days


@pytest.mark.parametrize("text", ["10 mg once", "1 g IV x 1", "500 mg stat", "单次 500mg"])
def test_a_single_dose_is_told_from_once_daily(text: str) -> None:
    sig = read_sig(text)
    assert sig.single
    assert sig.per_day is None


@pytest.mark.parametrize(
    "text",
    [
        "1-2 tablets daily",
        "10 mg every 6-8 hours",
        "5 to 10 mg daily",
        "20 mg daily and 10 mg twice daily",
        "10 mg in the morning, 5 mg in the evening",
        "take as directed",
        "遵医嘱",
        "up to 40 mg daily",
        "750 mg/m2 monthly",
        "x" * 500,
        "9" * 350 + " mg daily",
        "0 mg daily",
    ],
)
def test_what_is_said_twice_or_vaguely_is_unclear(text: str) -> None:
    assert read_sig(text).unclear


@pytest.mark.parametrize("text", ["60 mg daily, then taper by 10 mg weekly", "60mg 逐渐减量", "titrate to 2 g daily"])
def test_a_changing_dose_is_seen(text: str) -> None:
    assert read_sig(text).changing


@pytest.mark.parametrize("text", ["10 mg q6h prn", "take as needed for pain", "必要时 10mg"])
def test_as_needed_is_seen(text: str) -> None:
    assert read_sig(text).as_needed


@pytest.mark.parametrize("text", ["1 mg/kg/day", "1 mg/kg daily", "0.8mg/kg/d"])
def test_a_dose_by_weight_is_no_dose_in_mg(text: str) -> None:
    sig = read_sig(text)
    assert sig.mg_per_kg
    assert (sig.mg, sig.mg_per_day) == (None, None)


@pytest.mark.parametrize("text", [":None:None", "", "see label", "泼尼松"])
def test_a_text_that_says_nothing_says_nothing(text: str) -> None:
    assert read_sig(text) == Sig()
