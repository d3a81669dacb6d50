"""Blockade of the renin-angiotensin system in use: what must not be combined, and in whom.

An ACE inhibitor and an ARB are never combined; neither is used in pregnancy; an ACE inhibitor not after angioedema;
aliskiren not beside them in diabetes.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.guideline import drafts
from lnfhir.guideline.recommendation import Guidance, Indicator, Recommendation
from lnfhir.guideline.record import allergic_to, diagnosed, open_question, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, FROM_MEMORY, KDIGO_2024, KDIGO_CKD_2024
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_pregnant
from lnfhir.logic import Finding, all_of, any_of
from lnfhir.message import say
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import ACE_INHIBITORS, ARBS

ARB_CONTAINING = ARBS | {"sacubitril", "sparsentan"}
"""ARBs, and the two drugs that come with, or are in part, one."""
BLOCKERS = ACE_INHIBITORS | ARB_CONTAINING
RENIN_BLOCKERS = frozenset({"aliskiren"})

CITES = (
    KDIGO_CKD_2024.at("RAS inhibition", DIGEST),
    KDIGO_2024.at("renin-angiotensin blockade, contraindications", FROM_MEMORY),
)


def takes_ras_blocker(chart: Chart) -> Finding:
    """An ACE inhibitor, ARB, sacubitril-valsartan or sparsentan is in use."""
    return takes(chart, say("an ACE inhibitor or ARB is in use"), BLOCKERS)


def takes_ace_inhibitor_and_arb(chart: Chart) -> Finding:
    """Both classes at once."""
    return all_of(
        say("an ACE inhibitor and an ARB are in use together"),
        takes(chart, say("an ACE inhibitor is in use"), ACE_INHIBITORS),
        takes(chart, say("an ARB is in use"), ARB_CONTAINING),
    )


def blocker_in_pregnancy(chart: Chart) -> Finding:
    """Any blocker, aliskiren too, in a pregnancy."""
    return all_of(
        say("a RAS blocker is in use in pregnancy"),
        takes(chart, say("a RAS blocker is in use"), BLOCKERS | RENIN_BLOCKERS),
        is_pregnant(chart),
    )


def aliskiren_with_diabetes(chart: Chart) -> Finding:
    """Aliskiren in a person with diabetes."""
    return all_of(
        say("aliskiren is in use in a person with diabetes"),
        takes(chart, say("aliskiren is in use"), RENIN_BLOCKERS),
        diagnosed(
            chart, say("diabetes is diagnosed"), concepts.DIABETES, concepts.TYPE_1_DIABETES, concepts.TYPE_2_DIABETES
        ),
    )


def had_angioedema(chart: Chart) -> Finding:
    """Angioedema as a diagnosis or as a recorded reaction."""
    return any_of(
        say("there was angioedema"),
        diagnosed(chart, say("angioedema is on the problem list"), concepts.ANGIOEDEMA),
        allergic_to(chart, say("angioedema is on the allergy list"), (), concepts.ANGIOEDEMA),
    )


def ace_inhibitor_after_angioedema(chart: Chart) -> Finding:
    """An ACE inhibitor in someone who had angioedema."""
    return all_of(
        say("an ACE inhibitor is in use despite angioedema"),
        takes(chart, say("an ACE inhibitor is in use"), ACE_INHIBITORS),
        had_angioedema(chart),
    )


CONFLICT_SENTENCES = WatchSentences(
    question=say("a person with lupus takes a contraindicated RAS blocker"),
    found=say("a RAS blocker in use is contraindicated"),
    open=lambda what: say("Safety of RAS blockade cannot be judged without {what}", what=what),
    fine=say("RAS blockade in use, no conflict on record"),
    not_used=say("No RAS blocker is in use"),
)


def aliskiren_beside_blocker(chart: Chart) -> Finding:
    """Aliskiren with an ACE inhibitor or ARB in diabetes."""
    return all_of(
        say("aliskiren is combined with an ACE inhibitor or ARB in diabetes"),
        aliskiren_with_diabetes(chart),
        takes_ras_blocker(chart),
    )


def decide_conflict(situation: Situation) -> Guidance:
    """Combinations and states in which a blocker in use is contraindicated."""
    return conflict_guidance(situation, has_lupus(situation.chart))


def conflict_guidance(situation: Situation, whom: Finding) -> Guidance:
    """The same for whom it may concern."""
    chart = situation.chart
    return watch(
        "ras-conflict",
        CITES,
        CONFLICT_SENTENCES,
        Watch(
            whom=whom,
            using=takes(chart, say("a RAS blocker is in use"), BLOCKERS | RENIN_BLOCKERS),
            hazards=(
                Hazard(
                    takes_ace_inhibitor_and_arb(chart),
                    say("ACE inhibitor and ARB are in use together: never combine, stop one"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    blocker_in_pregnancy(chart),
                    say("RAS blocker in pregnancy: contraindicated, stop and replace"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    ace_inhibitor_after_angioedema(chart),
                    say("ACE inhibitor in use despite a history of angioedema: contraindicated"),
                ),
                Hazard(
                    aliskiren_beside_blocker(chart),
                    say("Aliskiren beside an ACE inhibitor or ARB in diabetes: contraindicated"),
                ),
            ),
            requests=(drafts.request(chart, drafts.HCG),) if open_question(is_pregnant(chart)) else (),
        ),
    )


CONFLICT = Recommendation(
    rule="ras-conflict",
    title=say("Renin-angiotensin blockade: conflicts"),
    statement=say(
        "An ACE inhibitor and an ARB are never combined. Neither is used in pregnancy, nor an ACE inhibitor after"
        " angioedema, nor aliskiren beside them in diabetes."
    ),
    cites=CITES,
    parameters=(),
    decide=decide_conflict,
)
