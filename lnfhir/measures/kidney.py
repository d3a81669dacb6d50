"""Kidney function: estimated GFR from creatinine, and its series.

eGFR is recomputed from creatinine by one equation in preference to what a laboratory reported, because values of
different equations cannot be compared. Adults: CKD-EPI 2021 creatinine; under 18: CKiD U25.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Known
from lnfhir.measures.body import ADULT_AGE, age_on, height_near
from lnfhir.measures.dialysis import dialysis_periods
from lnfhir.measures.sources import CKD_EPI_2021, CKID_U25, PRIMARY, SECONDARY
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte

_PAGE = CKD_EPI_2021.at("creatinine equation", PRIMARY)
CKD_EPI_SCALE = Parameter("leading constant", 142, "mL/min/1.73m2", _PAGE)
CKD_EPI_AGE = Parameter("factor per year of age", 0.9938, "1/a", _PAGE)
CKD_EPI_ABOVE = Parameter("exponent above kappa", -1.200, "1", _PAGE)
CKD_EPI_FEMALE = Parameter("factor for female sex", 1.012, "1", _PAGE)
CKD_EPI_KAPPA = {
    "female": Parameter("kappa, female", 0.7, "mg/dL", _PAGE),
    "male": Parameter("kappa, male", 0.9, "mg/dL", _PAGE),
}
CKD_EPI_ALPHA = {
    "female": Parameter("exponent below kappa (alpha), female", -0.241, "1", _PAGE),
    "male": Parameter("exponent below kappa (alpha), male", -0.302, "1", _PAGE),
}

_PIERCE = CKID_U25.at("creatinine equation", SECONDARY)
U25_AT_12 = {
    "female": Parameter("K at 12 years, female", 36.1, "mL/min/1.73m2 per m.dL/mg", _PIERCE),
    "male": Parameter("K at 12 years, male", 39.0, "mL/min/1.73m2 per m.dL/mg", _PIERCE),
}
U25_UNDER_12 = Parameter("factor of K per year under 12 years", 1.008, "1/a", _PIERCE)
U25_FROM_12 = {
    "female": Parameter("factor of K per year from 12 to under 18 years, female", 1.023, "1/a", _PIERCE),
    "male": Parameter("factor of K per year from 12 to under 18 years, male", 1.045, "1/a", _PIERCE),
}
U25_FROM_18 = {
    "female": Parameter("K from 18 years, female", 41.4, "mL/min/1.73m2 per m.dL/mg", _PIERCE),
    "male": Parameter("K from 18 years, male", 50.8, "mL/min/1.73m2 per m.dL/mg", _PIERCE),
}
U25_YOUNGEST = Parameter("youngest age of the equation", 1, "years", _PIERCE)
_UNIT = Analyte.EGFR.unit
U25_OLDEST = Parameter("oldest age of the equation in completed years", 25, "years", _PIERCE)


class Equation(Enum):
    """How an eGFR came about; values of different equations are never compared."""

    CKD_EPI_2021 = "CKD-EPI 2021"
    CKID_U25 = "CKiD U25"
    REPORTED = "as reported"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One eGFR in mL/min/1.73m2 and how it came about; `code` is the LOINC code of a reported one."""

    equation: Equation
    egfr: Amount
    code: str = ""


@dataclass(frozen=True, slots=True)
class KidneyFunction:
    """One day's function. `creatinine` in mg/dL; `egfr` in mL/min/1.73m2, an interval when censored (">90").

    `equation_code` tells reported values of different equations apart (their LOINC code). `others` are the same
    day's estimates by other equations. When `egfr` is None, `needs` names what would give it.
    """

    day: date
    egfr: Amount | None
    creatinine: Amount | None
    equation: Equation
    evidence: Evidence
    equation_code: str = ""
    notes: tuple[Message, ...] = ()
    others: tuple[Estimate, ...] = ()
    needs: tuple[Message, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimate of the day, the leading one first."""
        leading = () if self.egfr is None else (Estimate(self.equation, self.egfr, self.equation_code),)
        return leading + self.others


def ckd_epi_2021(creatinine_mg_dl: float, age_years: int, sex: str) -> float:
    """eGFR in mL/min/1.73m2 by CKD-EPI 2021 (creatinine, without race); adults only.

    142 * min(Scr/kappa, 1)^alpha * max(Scr/kappa, 1)^-1.200 * 0.9938^age * 1.012 (if female).
    ValueError under 18 years, for an unknown sex, or a creatinine that is not above zero.
    """
    if age_years < ADULT_AGE.value:
        raise ValueError("CKD-EPI is for adults")
    if not creatinine_mg_dl > 0:
        raise ValueError("a creatinine is above zero")
    if sex not in CKD_EPI_KAPPA:
        raise ValueError("the equation needs the sex: female or male")
    ratio = creatinine_mg_dl / CKD_EPI_KAPPA[sex].value
    power = CKD_EPI_ALPHA[sex].value if ratio < 1 else CKD_EPI_ABOVE.value
    factor = CKD_EPI_FEMALE.value if sex == "female" else 1.0
    return float(CKD_EPI_SCALE.value * ratio**power * CKD_EPI_AGE.value**age_years * factor)


def ckid_u25(creatinine_mg_dl: float, height_m: float, age_years: int, sex: str) -> float:
    """eGFR in mL/min/1.73m2 by CKiD U25: K * height (m) / creatinine (mg/dL), K by age and sex; 1 to 25 years.

    ValueError outside that age, for an unknown sex, or a creatinine or height that is not above zero.
    """
    if not U25_YOUNGEST.value <= age_years <= U25_OLDEST.value:
        raise ValueError("CKiD U25 is for 1 to 25 years")
    if not (creatinine_mg_dl > 0 and height_m > 0):
        raise ValueError("creatinine and height are above zero")
    if sex not in U25_AT_12:
        raise ValueError("the equation needs the sex: female or male")
    if age_years >= ADULT_AGE.value:
        k = U25_FROM_18[sex].value
    else:
        growth = U25_UNDER_12.value if age_years < 12 else U25_FROM_12[sex].value
        k = U25_AT_12[sex].value * growth ** (age_years - 12)
    return float(k * height_m / creatinine_mg_dl)


@per_chart
def kidney_function_series(chart: Chart, policy: Policy) -> tuple[KidneyFunction, ...]:
    """Kidney function, one per day, oldest first; none during dialysis and the 14 days after it (R30).

    Of several creatinines on one day the last counts. A reported eGFR leads only where none can be computed.
    """
    days: dict[date, list[Result | None]] = {}
    for result in chart.results_of(Analyte.CREATININE, Analyte.EGFR):
        if result.amount is not None and result.amount.high > 0:
            pair = days.setdefault(result.day, [None, None])
            pair[result.analyte is Analyte.EGFR] = result
    periods = dialysis_periods(chart)
    series = []
    for day in sorted(days):
        if not any(period.hides_function_on(day) for period in periods):
            creatinine, reported = days[day]
            series.append(_function(chart, policy, day, creatinine, reported))
    return tuple(series)


def _function(
    chart: Chart, policy: Policy, day: date, creatinine: Result | None, reported: Result | None
) -> KidneyFunction:
    estimates: list[Estimate] = []
    needs: tuple[Message, ...] = ()
    if creatinine is not None and creatinine.amount is not None:
        estimates, needs = _computed(chart, policy, day, creatinine.amount)
    if reported is not None and reported.amount is not None:
        estimates.append(Estimate(Equation.REPORTED, reported.amount, reported.code))
    source = creatinine or reported
    assert source is not None
    amount = creatinine.amount if creatinine is not None else None
    if not estimates:
        return KidneyFunction(day, None, amount, Equation.REPORTED, source.evidence, needs=needs)
    leading = estimates[0]
    evidence = source.evidence if leading.equation is not Equation.REPORTED or reported is None else reported.evidence
    return KidneyFunction(
        day, leading.egfr, amount, leading.equation, evidence, leading.code, others=tuple(estimates[1:])
    )


def _computed(
    chart: Chart, policy: Policy, day: date, creatinine: Amount
) -> tuple[list[Estimate], tuple[Message, ...]]:
    """The estimates that can be computed, the leading one first, or what is missing for the leading one."""
    age, sex = age_on(chart, day), chart.person.sex
    needs = [say("date of birth")] if age is None else []
    if sex is None:
        needs.append(say("sex, for estimated GFR"))
    if age is None or sex is None:
        return [], tuple(needs)
    if age < U25_YOUNGEST.value:
        return [], (say("a measured GFR: no equation is valid under 1 year of age"),)
    known_sex, known_age = sex, age
    adult: list[Estimate] = []
    if age >= ADULT_AGE.value:
        adult.append(
            Estimate(Equation.CKD_EPI_2021, _through(creatinine, lambda mg: ckd_epi_2021(mg, known_age, known_sex)))
        )
    if age > U25_OLDEST.value:
        return adult, ()
    height = height_near(chart, day)
    young: list[Estimate] = []
    if isinstance(height, Known):
        metres = height.value / 100
        young.append(
            Estimate(Equation.CKID_U25, _through(creatinine, lambda mg: ckid_u25(mg, metres, known_age, known_sex)))
        )
    if adult and policy.young_adult_egfr == "ckd-epi":
        return adult + young, ()
    if isinstance(height, Known):
        return young + adult, ()
    return [], height.needs


def _through(creatinine: Amount, equation: Callable[[float], float]) -> Amount:
    """Carry an interval of creatinine through an equation that falls as creatinine rises."""
    if creatinine.exact:
        value = equation(creatinine.low)
        return Amount(value, value, _UNIT)
    high = equation(creatinine.low) if creatinine.low > 0 else float("inf")
    low = 0.0 if creatinine.high == float("inf") else equation(creatinine.high)
    return Amount(low, high, _UNIT, low_open=creatinine.high_open, high_open=creatinine.low_open)
