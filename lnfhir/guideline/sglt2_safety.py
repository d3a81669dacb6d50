"""SGLT2 inhibitors in use: when to stop one, and when to pause it.

Stopped in type 1 diabetes or after ketoacidosis, in pregnancy and after Fournier's gangrene; paused in acute illness,
volume depletion, sepsis and at least 3 days before surgery; continued below an eGFR of 20, ended with dialysis. An
early dip of eGFR is expected.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.ras_follow_up import pressure_is_low
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import diagnosed, diagnosed_now, open_question, takes
from lnfhir.guideline.sglt2_gates import (
    diabetes_is_type_1,
    genital_infection,
    had_ketoacidosis,
    is_volume_depleted,
)
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, FROM_MEMORY, KDIGO_CKD_2024
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_on_dialysis, is_pregnant
from lnfhir.logic import Finding, any_of
from lnfhir.message import Message, say
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import SGLT2_INHIBITORS

BEFORE_SURGERY = Parameter(
    "pause before surgery", 3, "days", KDIGO_CKD_2024.at("SGLT2 inhibition, practical advice", FROM_MEMORY)
)
EXPECTED_DIP = Parameter(
    "early fall of eGFR that is expected", 30, "%", KDIGO_CKD_2024.at("SGLT2 inhibition, practical advice", FROM_MEMORY)
)
CITES = (KDIGO_CKD_2024.at("SGLT2 inhibition, safety", DIGEST),)

SENTENCES = WatchSentences(
    question=say("an SGLT2 inhibitor in use is unsafe"),
    found=say("something speaks against its use today"),
    open=lambda what: say("SGLT2 inhibitor in use: its safety cannot be judged without {what}", what=what),
    fine=say("SGLT2 inhibitor in use, nothing on record speaks against it"),
    not_used=say("No SGLT2 inhibitor is in use"),
)


def when_to_pause() -> Message:
    """Sick days and surgery."""
    return say(
        "Pause on sick days and at least {days} days before surgery (ertugliflozin 4)", days=BEFORE_SURGERY.value
    )


def acute_illness(chart: Chart) -> Finding:
    """A state in which the drug is paused."""
    return any_of(
        say("there is an acute illness in which the drug is paused"),
        is_volume_depleted(chart),
        diagnosed_now(chart, say("there is sepsis"), concepts.SEPSIS),
        diagnosed_now(chart, say("there is acute kidney injury"), concepts.ACUTE_KIDNEY_INJURY),
        diagnosed_now(chart, say("there is a urinary tract infection"), concepts.URINARY_INFECTION),
    )


def decide_safety(situation: Situation) -> Guidance:
    """Whether an SGLT2 inhibitor in use may go on."""
    return safety_guidance(situation, has_lupus(situation.chart))


def safety_guidance(situation: Situation, whom: Finding) -> Guidance:
    """The same for whom it may concern."""
    chart = situation.chart
    wanted = ((diabetes_is_type_1(chart), drafts.HBA1C), (is_pregnant(chart), drafts.HCG))
    hazards = (
        Hazard(
            diabetes_is_type_1(chart),
            say("SGLT2 inhibitor in type 1 diabetes: risk of ketoacidosis, stop"),
            Indicator.CRITICAL,
        ),
        Hazard(is_pregnant(chart), say("SGLT2 inhibitor in pregnancy: contraindicated, stop"), Indicator.CRITICAL),
        Hazard(had_ketoacidosis(chart), say("SGLT2 inhibitor after diabetic ketoacidosis: stop"), Indicator.CRITICAL),
        Hazard(
            diagnosed(chart, say("there was Fournier's gangrene"), concepts.FOURNIER_GANGRENE),
            say("SGLT2 inhibitor after Fournier's gangrene: stop"),
        ),
        Hazard(is_on_dialysis(chart), say("SGLT2 inhibitor on dialysis: stop")),
        Hazard(
            genital_infection(chart),
            say("SGLT2 inhibitor with genital mycotic infection: treat it and review the drug"),
            outcome=Outcome.ADVISE,
        ),
        Hazard(
            acute_illness(chart),
            say("SGLT2 inhibitor in acute illness or infection: pause it until recovery"),
            outcome=Outcome.ADVISE,
        ),
        Hazard(
            pressure_is_low(chart),
            say("SGLT2 inhibitor with a low blood pressure: check volume, consider a pause"),
            outcome=Outcome.ADVISE,
        ),
    )
    return watch(
        "sglt2-safety",
        CITES,
        SENTENCES,
        Watch(
            whom=whom,
            using=takes(chart, say("an SGLT2 inhibitor is in use"), SGLT2_INHIBITORS),
            hazards=hazards,
            notes=(
                when_to_pause(),
                say("Below an eGFR of 20 it goes on once started; an early dip up to {percent} % is expected",
                    percent=int(EXPECTED_DIP.value)),
            ),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
        ),
    )  # fmt: skip


SAFETY = Recommendation(
    rule="sglt2-safety",
    title=say("SGLT2 inhibitor: safety in use"),
    statement=say(
        "Stop an SGLT2 inhibitor in type 1 diabetes, after ketoacidosis, in pregnancy and on dialysis; pause it in"
        " acute illness and before surgery; an early dip of eGFR is expected."
    ),
    cites=CITES,
    parameters=(BEFORE_SURGERY, EXPECTED_DIP),
    decide=decide_safety,
)
