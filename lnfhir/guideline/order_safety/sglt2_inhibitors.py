"""An order for an SGLT2 inhibitor: what is critical, and what forbids a start.

Critical in type 1 diabetes, after ketoacidosis and in pregnancy. A start is forbidden below an eGFR of 20 and by the
other gates; the two US labels speak against use with immunosuppression, each to its own extent.
"""

from __future__ import annotations

from lnfhir.guideline import drafts, sglt2_gates
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import holds, in_use, open_question
from lnfhir.guideline.sglt2_gates import (
    FARXIGA_TEXT,
    dapagliflozin_label_advises_against,
    diabetes_is_type_1,
    egfr_is_too_low,
    empagliflozin_label_advises_against,
    start_is_barred,
)
from lnfhir.guideline.sglt2_safety import SAFETY, safety_guidance
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import is_pregnant
from lnfhir.logic import Finding, all_of, any_of
from lnfhir.message import say
from lnfhir.terminology.drug_groups import SGLT2_INHIBITORS


def decide_safety(ordering: Ordering) -> Guidance:
    """The hazards of use once the order is signed."""
    return safety_guidance(ordering.after, in_scope(ordering.now.chart))


def label_advises_against(ordering: Ordering) -> Finding:
    """The label of the very drug that is ordered."""
    chart = ordering.now.chart
    return any_of(
        say("the label of the drug ordered advises against it"),
        all_of(
            say("dapagliflozin is ordered against its label"),
            ordering.is_ordered(say("dapagliflozin is ordered"), {"dapagliflozin"}),
            dapagliflozin_label_advises_against(chart),
        ),
        all_of(
            say("empagliflozin is ordered against its label"),
            ordering.is_ordered(say("empagliflozin is ordered"), {"empagliflozin"}),
            empagliflozin_label_advises_against(chart),
        ),
    )


SENTENCES = WatchSentences(
    question=say("an SGLT2 inhibitor is to be started although something speaks against it"),
    found=say("something speaks against a start"),
    open=lambda what: say("SGLT2 inhibitor ordered; needed first: {what}", what=what),
    fine=say("SGLT2 inhibitor ordered; nothing on record speaks against a start"),
    not_used=say("No SGLT2 inhibitor is newly ordered"),
)


def decide_start(ordering: Ordering) -> Guidance:
    """The gates of a start; a renewal is judged by the safety rule alone."""
    chart = ordering.now.chart
    renewed = in_use(chart, SGLT2_INHIBITORS)
    new = ordering.is_ordered(say("an SGLT2 inhibitor is newly ordered"), () if renewed else SGLT2_INHIBITORS)
    wanted = (
        (diabetes_is_type_1(chart), drafts.HBA1C),
        (egfr_is_too_low(ordering.now), drafts.CREATININE),
        (is_pregnant(chart), drafts.HCG),
    )
    barred = start_is_barred(ordering.now)
    first = next(filter(holds, barred.parts), barred)
    return watch(
        "sglt2-gate",
        (FARXIGA_TEXT,),
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=new,
            hazards=(
                Hazard(barred, say("SGLT2 inhibitor ordered but not to be started: {reason}", reason=first.says)),
                Hazard(
                    label_advises_against(ordering),
                    say("SGLT2 inhibitor ordered against its US label: immunosuppression for kidney disease"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                ),
            ),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
            unsettled=Indicator.WARNING,
        ),
    )


RULES = (
    OrderRule(
        SAFETY.rule,
        SAFETY.title,
        SAFETY.statement,
        SAFETY.cites,
        SAFETY.parameters,
        SGLT2_INHIBITORS,
        decide_safety,
    ),
    OrderRule(
        rule="sglt2-gate",
        title=say("SGLT2 inhibitor: gates of a start"),
        statement=say(
            "An SGLT2 inhibitor is not started below an eGFR of 20, on dialysis, with infection, volume depletion or"
            " low pressure; its label may advise against it with immunosuppression."
        ),
        cites=(FARXIGA_TEXT,),
        parameters=sglt2_gates.PARAMETERS,
        concerns=SGLT2_INHIBITORS,
        decide=decide_start,
    ),
)
