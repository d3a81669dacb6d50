"""SGLT2 inhibitors: when to start one, and what is watched in use.

EULAR 2023 counts SGLT2 inhibitors among the foundation of kidney protection in lupus, KDIGO 2024 for stable
patients. The KDIGO CKD guideline recommends them from an eGFR of 20 with a UACR of 200 mg/g or more, in heart
failure, in type 2 diabetes with CKD, and suggests them at an eGFR of 20 to 45 with less albuminuria. Data in lupus
nephritis are few, and both US labels advise against use with immunosuppression, each to its own extent.
"""

from __future__ import annotations

from lnfhir.citation import Parameter
from lnfhir.guideline import drafts, sglt2_gates, sglt2_indication
from lnfhir.guideline.care_sources import FARXIGA_LABEL
from lnfhir.guideline.ras_follow_up import pressure_is_low
from lnfhir.guideline.recommendation import Draft, Guidance, Recommendation
from lnfhir.guideline.record import holds, open_question, takes
from lnfhir.guideline.sglt2_gates import (
    EGFR_AGE,
    EMPAGLIFLOZIN_PREDNISONE,
    caution_is_advised,
    dapagliflozin_label_advises_against,
    diabetes_is_type_1,
    egfr_is_too_low,
    empagliflozin_label_advises_against,
    genital_infection,
    start_is_barred,
)
from lnfhir.guideline.sglt2_indication import (
    albuminuria_is_high,
    disease_is_stable,
    function_is_stable,
    there_is_a_reason,
)
from lnfhir.guideline.sglt2_safety import SAFETY, when_to_pause
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, EULAR_2023, FROM_MEMORY, KDIGO_2024, KDIGO_CKD_2024, PRIMARY, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.whom import contraception_is_effective, has_lupus, is_pregnant, only_informed
from lnfhir.logic import Finding, Truth, all_of, any_of, met, not_met
from lnfhir.message import say
from lnfhir.terminology.drug_groups import SGLT2_INHIBITORS

DAPAGLIFLOZIN_FLOOR = Parameter(
    "eGFR from which dapagliflozin is started by its US label", 25, "mL/min/1.73m2",
    FARXIGA_LABEL.at("dosage, initiation by eGFR", DIGEST),
)  # fmt: skip
DAILY_DOSE = Parameter(
    "daily dose of dapagliflozin or empagliflozin", 10, "mg/d", KDIGO_CKD_2024.at("SGLT2 inhibition", FROM_MEMORY)
)

CITES = (
    EULAR_2023.at("kidney-protective treatment", PRIMARY),
    KDIGO_2024.at("SGLT2 inhibition in stable patients", DIGEST),
    KDIGO_CKD_2024.at("SGLT2 inhibition", SECONDARY),
    sglt2_gates.FARXIGA_TEXT,
)


# The recommendation

SENTENCES = Sentences(
    question=say("an SGLT2 inhibitor should be started"),
    advise=say("SGLT2 inhibitor: indicated for kidney protection and not on record; off-label in lupus nephritis"),
    barred=lambda reason: say("SGLT2 inhibitor: not to be started, {reason}", reason=reason),
    open=lambda what: say("SGLT2 inhibitor: needed to decide on a start: {what}", what=what),
    done=say("SGLT2 inhibitor is in use"),
    not_needed=say("SGLT2 inhibitor: not indicated now (indication and stable disease are both needed)"),
)
EVIDENCE = say(
    "Guideline-supported but off-label for active lupus nephritis on immunosuppression; few data in lupus nephritis"
    " (38 patients, 17 with nephritis: proteinuria unchanged, adverse events in half, eGFR stable)"
)
EXPECTED_DIP = say("An early eGFR dip of 3 to 5 (up to 30 %) is expected; within 8 weeks it is not worsening nephritis")
ASK_INFECTION = say("No genital infection was found in the record; ask for it")
BELOW_25 = say("eGFR is 20 to 24: the US label of dapagliflozin allows no start, empagliflozin is the alternative")


def start_drafts(situation: Situation, dapagliflozin_label: Finding, empagliflozin_label: Finding) -> tuple[Draft, ...]:
    """Empagliflozin, and dapagliflozin from an eGFR of 25; one against its label says so, last."""
    chart = situation.chart
    if situation.policy.sglt2_policy == "info_only" or holds(caution_is_advised(chart)):
        return ()
    mg = DAILY_DOSE.value
    dose = drafts.once_daily(mg)
    offered: list[tuple[bool, Draft]] = []
    free = empagliflozin_label.truth is Truth.NOT_MET
    plain = say("Start empagliflozin {mg} mg daily", mg=mg)
    warned = say(
        "Start empagliflozin {mg} mg daily; against its US label if IV immunosuppression or prednisone >{limit} mg",
        mg=mg,
        limit=EMPAGLIFLOZIN_PREDNISONE.value,
    )
    offered.append((not free, drafts.medication(chart, drafts.EMPAGLIFLOZIN_10, plain if free else warned, dose)))
    enough = egfr_today(situation, EGFR_AGE).finding(
        say("eGFR is 25 or more"), lambda egfr: egfr.at_least(DAPAGLIFLOZIN_FLOOR.value)
    )
    if holds(enough):
        free = dapagliflozin_label.truth is Truth.NOT_MET
        plain = say("Start dapagliflozin {mg} mg daily", mg=mg)
        warned = say("Start dapagliflozin {mg} mg daily; against its US label with any immunosuppression", mg=mg)
        offered.append((not free, drafts.medication(chart, drafts.DAPAGLIFLOZIN_10, plain if free else warned, dose)))
    return tuple(draft for _, draft in sorted(offered, key=lambda pair: pair[0]))


def decide_start(situation: Situation) -> Guidance:
    """Whether to start an SGLT2 inhibitor."""
    chart = situation.chart
    dapagliflozin = dapagliflozin_label_advises_against(chart)
    empagliflozin = empagliflozin_label_advises_against(chart)
    enough = egfr_today(situation, EGFR_AGE).finding(
        say("eGFR is 25 or more"), lambda egfr: egfr.at_least(DAPAGLIFLOZIN_FLOOR.value)
    )
    notes = [EVIDENCE, EXPECTED_DIP, when_to_pause()]
    if enough.truth is Truth.NOT_MET:
        notes.append(BELOW_25)
    if genital_infection(chart).truth is Truth.NOT_MET:
        notes.append(ASK_INFECTION)
    wanted = (
        (diabetes_is_type_1(chart), drafts.HBA1C),
        (any_of(say("eGFR"), egfr_is_too_low(situation), function_is_stable(situation)), drafts.CREATININE),
        (albuminuria_is_high(situation), drafts.UPCR),
        (is_pregnant(chart), drafts.HCG),
        (pressure_is_low(chart), drafts.BLOOD_PRESSURE),
    )
    accepted = situation.policy.sglt2_policy != "off"
    site = say("the site's policy advises on SGLT2 inhibitors")
    return judge(
        "sglt2-start",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=takes(chart, say("an SGLT2 inhibitor is in use"), SGLT2_INHIBITORS),
            indicated=all_of(
                say("an SGLT2 inhibitor is indicated"),
                met(site) if accepted else not_met(site),
                there_is_a_reason(situation),
                disease_is_stable(situation),
            ),
            barred=start_is_barred(situation),
            withheld=only_informed(chart),
            gates=(caution_is_advised(chart), dapagliflozin, empagliflozin, contraception_is_effective(chart)),
            notes=tuple(notes),
            drafts=start_drafts(situation, dapagliflozin, empagliflozin),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
        ),
    )


START = Recommendation(
    rule="sglt2-start",
    title=say("SGLT2 inhibitor: start"),
    statement=say(
        "In stable lupus nephritis offer an SGLT2 inhibitor from an eGFR of 20 for raised albuminuria, an eGFR of 20 to"
        " 45, heart failure, or type 2 diabetes; the US labels advise against use with immunosuppression."
    ),
    cites=CITES,
    parameters=(*sglt2_indication.PARAMETERS, *sglt2_gates.PARAMETERS, DAPAGLIFLOZIN_FLOOR, DAILY_DOSE),
    decide=decide_start,
)

RECOMMENDATIONS: tuple[Recommendation, ...] = (START, SAFETY)
