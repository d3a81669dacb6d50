"""Not refractory only because of the steroid dose: what its own source disputes.

The framework asks for prednisone of at least 1 mg/kg a day. Today's guidelines give less, and a trial of 0.5 against
1 mg/kg found no difference in response: read literally, nobody treated by a guideline can be refractory.
"""

from __future__ import annotations

from lnfhir.guideline.escalation.failure import course_judged, induction_of, leading, treatment_failed
from lnfhir.guideline.escalation.sources import EVIDENCE
from lnfhir.guideline.failure_profiles import PROFILES
from lnfhir.guideline.recommendation import Guidance, Recommendation
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DING_2025, PRIMARY, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.steroid_intensity import glucocorticoid_intensity
from lnfhir.guideline.whom import has_lupus_nephritis
from lnfhir.logic import Finding, Truth, all_of, met, not_met, unknown
from lnfhir.message import Message, say

CITES = (
    DING_2025.at("second criterion, prednisone 1 mg/kg", SECONDARY),
    EVIDENCE.at("glucocorticoid, 0.5 against 1 mg/kg", SECONDARY),
    ACR_2024.at("glucocorticoid dose", PRIMARY),
)


def is_read_strictly(situation: Situation) -> Finding:
    """The leading profile asks for 1 mg/kg."""
    says = say("the leading profile asks for prednisone of 1 mg/kg")
    verdict = leading(situation)
    profile = next((p for p in PROFILES if verdict is not None and p.key == verdict.profile), None)
    if profile is None:
        return not_met(says)
    mode = situation.policy.gc_mode or profile.gc_mode
    return met(says) if mode == "strict_seed" else not_met(says)


def only_intensity_fails(situation: Situation) -> Finding:
    """C2 fails by C2a alone; no other criterion is known to fail."""
    says = say("only the intensity of glucocorticoid is not met")
    verdict, parts = leading(situation), induction_of(situation)
    if verdict is None or parts is None or parts.intensity.truth is not Truth.NOT_MET:
        return not_met(says)
    others = (parts.adequacy, parts.adherence, verdict.c1, verdict.c4)
    if any(other.truth is Truth.NOT_MET for other in others):
        return not_met(says, *(item for other in others for item in other.evidence))
    return met(says, *parts.intensity.evidence)


def guideline_dose_was_given(situation: Situation) -> Finding:
    """The intensity that guidelines ask for."""
    says = say("glucocorticoid was given as the guidelines recommend")
    course = course_judged(situation)
    if course is None:
        return unknown(says, say("the date on which induction treatment started"))
    found = glucocorticoid_intensity(course, "guideline")
    return Finding(says, found.truth, found.evidence, found.missing)


def applies(situation: Situation) -> Finding:
    """The question is put in this order, so that nothing is asked where it does not matter."""
    says = say("the verdict rests on the steroid dose alone")
    first = all_of(says, is_read_strictly(situation), only_intensity_fails(situation), _failed(situation))
    if first.truth is not Truth.MET:
        return not_met(says, *first.evidence)
    return all_of(says, *first.parts, guideline_dose_was_given(situation))


def _failed(situation: Situation) -> Finding:
    found = treatment_failed(situation)
    return found if found.truth is Truth.MET else not_met(found.says, *found.evidence)


SENTENCES = Sentences(
    question=say("the steroid dose alone decides the verdict"),
    advise=say("Not refractory only because prednisone stayed below 1 mg/kg, which the evidence disputes"),
    barred=lambda reason: say("Steroid dose: {reason}", reason=reason),
    open=lambda what: say("Steroid dose and the verdict; needed: {what}", what=what),
    done=say("The steroid dose is as the profile asks"),
    not_needed=say("The verdict does not rest on the steroid dose alone"),
)
NO_DIFFERENCE: Message = say(
    "32 patients, prednisolone 0.5 or 1 mg/kg/d after pulses: responses alike, fewer side effects with 0.5"
)
SETTING = say("A site can accept guideline doses: gc_mode = guideline; the table shows the other profiles")


def decide(situation: Situation) -> Guidance:
    """Whether the reader is told."""
    return judge(
        "steroid-intensity-note",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus_nephritis(situation.chart),
            already=not_met(say("the profile accepts the dose")),
            indicated=applies(situation),
            withheld=not_met(say("the advice is information only")),
            notes=(NO_DIFFERENCE, SETTING),
        ),
    )


STEROID_NOTE = Recommendation(
    rule="steroid-intensity-note",
    title=say("Steroid intensity decides the verdict"),
    statement=say(
        "Where the leading profile says no only because prednisone stayed below 1 mg/kg a day, the reader is told that"
        " the evidence disputes this."
    ),
    cites=CITES,
    parameters=(),
    decide=decide,
)
