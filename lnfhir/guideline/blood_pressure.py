"""Blood pressure: the target, judged on the mean of several readings.

The KDIGO guidelines aim at a systolic pressure below 120 mmHg by standardised office measurement; lupus guidance at
below 130/80. The site chooses. At least two readings within 3 months are averaged; without a reading in 6 months
nothing can be said. The targets are those of adults who are not pregnant.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import LUPKYNIS_LABEL
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import holds, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, ENGINEERING, EULAR_2023, KDIGO_CKD_2024, LNFHIR, PRIMARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_pregnant, is_under_18
from lnfhir.logic import Finding, Known, Missing, all_of, any_of, missing, none_of
from lnfhir.measures.vital_signs import (
    PRESSURE_READINGS,
    PRESSURE_WITHIN,
    BloodPressure,
    blood_pressure,
    latest_blood_pressure,
)
from lnfhir.message import say
from lnfhir.quantity import small_enough
from lnfhir.terminology.drug_groups import CALCINEURIN_INHIBITORS

TARGET_KDIGO = Parameter(
    "systolic target, standardised office measurement (site setting 120)", 120, "mmHg",
    KDIGO_CKD_2024.at("blood pressure, as digested", DIGEST),
)  # fmt: skip
TARGET_SYSTOLIC = Parameter(
    "systolic target (site setting 130)", 130, "mmHg", EULAR_2023.at("blood pressure in lupus, as digested", DIGEST)
)
TARGET_DIASTOLIC = Parameter(
    "diastolic target that goes with 130", 80, "mmHg", EULAR_2023.at("blood pressure in lupus, as digested", DIGEST)
)
LATEST_READING = Parameter(
    "oldest blood pressure that still says something", 183, "days", LNFHIR.at("blood pressure", ENGINEERING)
)
VOCLOSPORIN_SYSTOLIC = Parameter(
    "systolic pressure above which voclosporin is not given", 165, "mmHg", LUPKYNIS_LABEL.at("hypertension", PRIMARY)
)
VOCLOSPORIN_DIASTOLIC = Parameter(
    "diastolic pressure above which voclosporin is not given", 105, "mmHg", LUPKYNIS_LABEL.at("hypertension", PRIMARY)
)
CITES = (TARGET_KDIGO.citation, TARGET_SYSTOLIC.citation)


def mean_pressure(chart: Chart) -> Known[BloodPressure] | Missing:
    """The mean of at least two readings of the last 3 months, or what is missing for it."""
    mean = blood_pressure(chart)
    if isinstance(mean, Missing) and isinstance(latest_blood_pressure(chart, LATEST_READING.value), Missing):
        return missing(say("a blood pressure of the last {days} days", days=int(LATEST_READING.value)))
    return mean


def pressure_is_above_target(chart: Chart, systolic: float, diastolic: float | None) -> Finding:
    """The mean is not below the target; `diastolic` is None for the systolic target of standardised measurement."""
    mean = mean_pressure(chart)
    parts = [
        mean.finding(
            say("mean systolic pressure is {limit} mmHg or more", limit=int(systolic)),
            lambda bp: small_enough(systolic, bp.systolic),
        )
    ]
    if diastolic is not None:
        parts.append(
            mean.finding(
                say("mean diastolic pressure is {limit} mmHg or more", limit=int(diastolic)),
                lambda bp: small_enough(diastolic, bp.diastolic),
            )
        )
    return any_of(say("mean blood pressure is above the target"), *parts)


def pressure_forbids_voclosporin(chart: Chart) -> Finding:
    """Above 165/105, by the latest reading."""
    latest = latest_blood_pressure(chart, LATEST_READING.value)
    return any_of(
        say("blood pressure is above 165/105 mmHg"),
        latest.finding(
            say("systolic pressure is above {limit} mmHg", limit=int(VOCLOSPORIN_SYSTOLIC.value)),
            lambda bp: bp.systolic > VOCLOSPORIN_SYSTOLIC.value,
        ),
        latest.finding(
            say("diastolic pressure is above {limit} mmHg", limit=int(VOCLOSPORIN_DIASTOLIC.value)),
            lambda bp: bp.diastolic > VOCLOSPORIN_DIASTOLIC.value,
        ),
    )


def voclosporin_despite_pressure(chart: Chart) -> Finding:
    """Voclosporin in use at such a pressure."""
    return all_of(
        say("voclosporin is in use at a pressure above 165/105 mmHg"),
        takes(chart, say("voclosporin is in use"), ("voclosporin",)),
        pressure_forbids_voclosporin(chart),
    )


def adult_targets_apply(chart: Chart) -> Finding:
    """Not a child, and no known pregnancy."""
    pregnant = is_pregnant(chart)
    return none_of(
        say("the targets of adults who are not pregnant apply"),
        is_under_18(chart),
        *((pregnant,) if holds(pregnant) else ()),
    )


SENTENCES = WatchSentences(
    question=say("blood pressure needs attention"),
    found=say("blood pressure is above the target"),
    open=lambda what: say("Blood pressure cannot be judged; needed: {what}", what=what),
    fine=say("Blood pressure is at the target"),
    not_used=say("The blood pressure targets here are for adults who are not pregnant"),
)
CNI_RAISES = say("A calcineurin inhibitor is in use; it can raise blood pressure")


def decide(situation: Situation) -> Guidance:
    """Whether the mean pressure is at the site's target."""
    chart, policy = situation.chart, situation.policy
    strict = policy.bp_target_systolic == TARGET_KDIGO.value
    diastolic = None if strict else float(policy.bp_target_diastolic)
    systolic = float(policy.bp_target_systolic)
    if strict:
        above = say("Mean systolic pressure is not below {target} mmHg, the site's target", target=int(systolic))
    else:
        above = say(
            "Mean blood pressure is not below {systolic}/{diastolic} mmHg, the site's target",
            systolic=int(systolic),
            diastolic=policy.bp_target_diastolic,
        )
    on_cni = takes(chart, say("a calcineurin inhibitor is in use"), CALCINEURIN_INHIBITORS)
    return watch(
        "bp-target",
        CITES,
        SENTENCES,
        Watch(
            whom=has_lupus(chart),
            using=adult_targets_apply(chart),
            hazards=(
                Hazard(
                    voclosporin_despite_pressure(chart),
                    say("Blood pressure above 165/105 mmHg on voclosporin: its label asks to stop it"),
                    Indicator.WARNING,
                    Outcome.ADVISE,
                ),
                Hazard(pressure_is_above_target(chart, systolic, diastolic), above, Indicator.INFO, Outcome.ADVISE),
            ),
            notes=(CNI_RAISES,) if holds(on_cni) else (),
            requests=(drafts.request(chart, drafts.BLOOD_PRESSURE),),
        ),
    )


RECOMMENDATIONS: tuple[Recommendation, ...] = (
    Recommendation(
        rule="bp-target",
        title=say("Blood pressure target"),
        statement=say(
            "Aim at a systolic pressure below 120 mmHg by standardised office measurement, or below 130/80 mmHg;"
            " judge the mean of at least two readings within 3 months."
        ),
        cites=CITES,
        parameters=(
            TARGET_KDIGO,
            TARGET_SYSTOLIC,
            TARGET_DIASTOLIC,
            PRESSURE_READINGS,
            PRESSURE_WITHIN,
            LATEST_READING,
            VOCLOSPORIN_SYSTOLIC,
            VOCLOSPORIN_DIASTOLIC,
        ),
        decide=decide,
    ),
)
