"""Bone protection under glucocorticoid, and what else goes with immunosuppression.

EULAR 2023: everyone who starts glucocorticoid gets calcium and vitamin D; a bisphosphonate is for high fracture risk.
Long-term treatment means 2.5 mg of prednisone or more for 3 months. What is bought without an order is often not in
the record. Caution in hypercalcaemia, kidney stones, and below an eGFR of 30.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.infection_prevention import PNEUMOCYSTIS, VACCINES
from lnfhir.guideline.recommendation import Draft, Guidance, Recommendation
from lnfhir.guideline.record import diagnosed, holds, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ENGINEERING, EULAR_2023, FROM_MEMORY, LNFHIR, PRIMARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.whom import has_lupus, only_informed_compatible
from lnfhir.logic import Finding, Truth, all_of, any_of
from lnfhir.measures.steroids import steroid_on
from lnfhir.message import say
from lnfhir.quantity import small_enough
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import CALCIUM, VITAMIN_D

LONG_TERM_DOSE = Parameter(
    "prednisone-equivalent from which long-term treatment calls for protection", 2.5, "mg/d",
    EULAR_2023.at("bone protection", FROM_MEMORY),
)  # fmt: skip
LONG_TERM = Parameter(
    "time from which treatment is long-term", 91, "days", EULAR_2023.at("bone protection", FROM_MEMORY)
)
CALCIUM_DOSE = Parameter(
    "calcium carbonate (500 mg of elemental calcium)", 1250, "mg", EULAR_2023.at("bone protection", FROM_MEMORY)
)
VITAMIN_D_DOSE = Parameter("colecalciferol", 800, "[iU]", EULAR_2023.at("bone protection", FROM_MEMORY))
LOW_EGFR = Parameter(
    "eGFR below which calcium and vitamin D are a matter of CKD-MBD", 30, "mL/min/1.73m2",
    EULAR_2023.at("bone protection, cautions", FROM_MEMORY),
)  # fmt: skip
EGFR_AGE = Parameter("oldest eGFR that still speaks for today", 365, "days", LNFHIR.at("bone", ENGINEERING))
CITES = (EULAR_2023.at("bone protection with glucocorticoid", PRIMARY),)


def glucocorticoid_calls_for_protection(chart: Chart) -> Finding:
    """2.5 mg prednisone-equivalent or more (begun lately or for long), or any dose begun in the last 3 months."""
    long_ago = chart.as_of - timedelta(days=LONG_TERM.value)
    return all_of(
        say("glucocorticoid was started, or is taken for long"),
        steroid_on(chart, chart.as_of).finding(say("systemic glucocorticoid is in use"), lambda mg: mg > 0),
        any_of(
            say("the dose or the recent start calls for protection"),
            steroid_on(chart, chart.as_of).finding(
                say("prednisone-equivalent is {limit} mg/d or more", limit=LONG_TERM_DOSE.value),
                lambda mg: small_enough(LONG_TERM_DOSE.value, mg),
            ),
            steroid_on(chart, long_ago).finding(
                say("none was taken {days} days ago", days=int(LONG_TERM.value)), lambda mg: mg == 0
            ),
        ),
    )


def takes_calcium(chart: Chart) -> Finding:
    """Calcium on record."""
    return takes(chart, say("calcium is in use"), CALCIUM)


def takes_vitamin_d(chart: Chart) -> Finding:
    """Vitamin D on record."""
    return takes(chart, say("vitamin D is in use"), VITAMIN_D)


def supplement_needs_caution(situation: Situation) -> Finding:
    """Hypercalcaemia, kidney stones, or an eGFR below 30."""
    chart = situation.chart
    return any_of(
        say("calcium and vitamin D need caution"),
        diagnosed(chart, say("there is hypercalcaemia"), concepts.HYPERCALCAEMIA),
        diagnosed(chart, say("there are kidney stones"), concepts.NEPHROLITHIASIS),
        egfr_today(situation, EGFR_AGE).finding(
            say("eGFR is below {limit}", limit=int(LOW_EGFR.value)), lambda egfr: egfr.below(LOW_EGFR.value)
        ),
    )


SENTENCES = Sentences(
    question=say("calcium and vitamin D should be started"),
    advise=say(
        "Glucocorticoid without calcium and vitamin D found in the record: consider both (may be bought freely)"
    ),
    barred=lambda reason: say("Calcium and vitamin D are not to be started: {reason}", reason=reason),
    open=lambda what: say("Bone protection; needed: {what}", what=what),
    done=say("Calcium and vitamin D are in use"),
    not_needed=say("No glucocorticoid treatment calls for bone protection"),
)
BISPHOSPHONATE = say(
    "A bisphosphonate is for high fracture risk only: avoid below an eGFR of 30 to 35, caution if pregnancy is possible"
)
CAUTION = say("Caution (hypercalcaemia, kidney stones or eGFR below 30): no order is drafted")
FREQUENCY = say("How often calcium is taken depends on the diet and is left to the clinician")


def supplement_drafts(situation: Situation) -> tuple[Draft, ...]:
    """What is missing of the two, and a vitamin D level; nothing to take while a caution holds or is not excluded."""
    chart = situation.chart
    level = drafts.request(chart, drafts.VITAMIN_D)
    if supplement_needs_caution(situation).truth is not Truth.NOT_MET:
        return (level,)
    offered: list[Draft] = []
    if takes_calcium(chart).truth is Truth.NOT_MET:
        dose = drafts.dose_only(drafts.amount(CALCIUM_DOSE.value), "1250 mg (500 mg of elemental calcium) by mouth")
        offered.append(drafts.medication(chart, drafts.CALCIUM_CARBONATE, say("Start calcium carbonate 1250 mg"), dose))
    if takes_vitamin_d(chart).truth is Truth.NOT_MET:
        dose = drafts.dose_only(drafts.amount(VITAMIN_D_DOSE.value, "IU", "[iU]"), "800 IU by mouth")
        offered.append(drafts.medication(chart, drafts.COLECALCIFEROL, say("Start colecalciferol 800 IU"), dose))
    return (*offered, level)


def decide_bone(situation: Situation) -> Guidance:
    """Whether calcium or vitamin D is missing under glucocorticoid."""
    chart = situation.chart
    caution = supplement_needs_caution(situation)
    notes = [FREQUENCY, BISPHOSPHONATE]
    if holds(caution):
        notes.insert(0, CAUTION)
    return judge(
        "bone",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=all_of(say("calcium and vitamin D are in use"), takes_calcium(chart), takes_vitamin_d(chart)),
            indicated=glucocorticoid_calls_for_protection(chart),
            withheld=only_informed_compatible(chart),
            gates=(caution,),
            notes=tuple(notes),
            drafts=supplement_drafts(situation),
        ),
    )


BONE = Recommendation(
    rule="bone",
    title=say("Bone protection under glucocorticoid"),
    statement=say(
        "Everyone on glucocorticoid has calcium and vitamin D (500 mg of elemental calcium, 800 IU); a"
        " bisphosphonate is for high fracture risk only."
    ),
    cites=CITES,
    parameters=(LONG_TERM_DOSE, LONG_TERM, CALCIUM_DOSE, VITAMIN_D_DOSE, LOW_EGFR, EGFR_AGE),
    decide=decide_bone,
)

RECOMMENDATIONS: tuple[Recommendation, ...] = (BONE, PNEUMOCYSTIS, VACCINES)
