"""Thrombotic microangiopathy and pregnancy: what is not refractory nephritis, and has its own pathway.

Microangiopathy or antiphospholipid nephropathy: ADAMTS13 below 10 % is TTP (plasma exchange); antiphospholipid
antibodies ask for anticoagulation; otherwise complement inhibition is weighed; the lupus is treated as active.
Pregnancy: hydroxychloroquine, azathioprine, tacrolimus or ciclosporin, prednisone up to 20 mg and low-dose aspirin
go on; mycophenolate, cyclophosphamide, leflunomide, RAS blockers, SGLT2 inhibitors and voclosporin do not.
"""

from __future__ import annotations

from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import MMF_LABEL
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.escalation.failure import microangiopathy
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import MEDICATIONS, in_use, shown, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import EULAR_2023, FROM_MEMORY, KDIGO_2024, PRIMARY, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, fitting, judge
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_pregnant
from lnfhir.logic import Finding, Truth, all_of, met, not_met
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import Message, say
from lnfhir.terminology.drug_groups import ANTI_CD20, SGLT2_INHIBITORS, TERATOGENS

ADAMTS13 = Parameter(
    "ADAMTS13 activity below which it is thrombotic thrombocytopenic purpura", 10, "%",
    KDIGO_2024.at("thrombotic microangiopathy", FROM_MEMORY),
)  # fmt: skip
MMF_BEFORE = Parameter(
    "time before conception at which mycophenolate is stopped", 6, "weeks", MMF_LABEL.at("pregnancy", PRIMARY)
)
CYC_BEFORE = Parameter(
    "time before conception at which cyclophosphamide is stopped", 3, "months", EULAR_2023.at("pregnancy", SECONDARY)
)
PREDNISONE_LIMIT = Parameter(
    "prednisone up to which it is compatible with pregnancy", 20, "mg/d", EULAR_2023.at("pregnancy", SECONDARY)
)
HARMFUL = TERATOGENS | SGLT2_INHIBITORS
STOPPED_AT_TEST = ANTI_CD20 | {"belimumab"}
CITES_TMA = (KDIGO_2024.at("thrombotic microangiopathy", FROM_MEMORY),)
CITES_PREGNANCY = (
    EULAR_2023.at("pregnancy", SECONDARY),
    MMF_LABEL.at("boxed warning, pregnancy", PRIMARY),
)

TMA_TESTS = (
    Test("ADAMTS13 activity"),
    Test("Lactate dehydrogenase in Serum or Plasma", "2532-0"),
    Test("Haptoglobin in Serum or Plasma", "4542-7"),
    Test("Schistocytes in Blood by Light microscopy", "800-3"),
    Test("Lupus anticoagulant in Platelet poor plasma", "3281-3"),
)
TMA_SENTENCES = Sentences(
    question=say("the pathway of thrombotic microangiopathy comes first"),
    advise=say("Thrombotic microangiopathy or APS nephropathy: its own pathway first, not refractory nephritis"),
    barred=lambda reason: say("Thrombotic microangiopathy: {reason}", reason=reason),
    open=lambda what: say("Microangiopathy is possible; needed: {what}", what=what),
    done=say("The pathway of thrombotic microangiopathy is followed"),
    not_needed=say("Nothing on record shows thrombotic microangiopathy"),
)


def pathway() -> tuple[Message, ...]:
    """What decides the treatment of microangiopathy."""
    return (
        say(
            "ADAMTS13 below {limit} %: thrombotic thrombocytopenic purpura, plasma exchange",
            limit=round(ADAMTS13.value),
        ),
        say("Antiphospholipid antibodies: anticoagulation, with plasma exchange if severe"),
        say("Neither: complement-mediated; eculizumab is weighed (ATC L04AJ01)"),
        say("The lupus nephritis is treated as active beside it"),
    )


def shown_microangiopathy(situation: Situation) -> Finding:
    """Present, or a sign of it that is not settled; without any sign nobody is asked for a biopsy here."""
    found = microangiopathy(situation)
    if found.truth is Truth.UNKNOWN and not found.evidence:
        return not_met(found.says)
    return found


def decide_tma(situation: Situation) -> Guidance:
    """Whether microangiopathy comes first."""
    chart = situation.chart
    return judge(
        "tma-branch",
        CITES_TMA,
        TMA_SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=not_met(say("the pathway is followed")),
            indicated=shown_microangiopathy(situation),
            withheld=not_met(say("the advice is information only")),
            notes=pathway(),
            drafts=tuple(drafts.request(chart, test) for test in TMA_TESTS),
            indicator=Indicator.WARNING,
        ),
    )


# Pregnancy


def compatible() -> tuple[Message, ...]:
    """What goes on in pregnancy."""
    limit = round(PREDNISONE_LIMIT.value)
    return (
        say("Compatible: hydroxychloroquine, azathioprine, tacrolimus or ciclosporin"),
        say("Compatible: prednisone up to {limit} mg/d; low-dose aspirin is recommended", limit=limit),
    )


def before() -> Message:
    """What is stopped before a pregnancy, and when."""
    return say(
        "Before a pregnancy: mycophenolate stopped {weeks} weeks, cyclophosphamide"
        " {months} months ahead; leflunomide washed out",
        weeks=round(MMF_BEFORE.value),
        months=round(CYC_BEFORE.value),
    )


MASKED = say("From 20 weeks to 12 weeks after delivery proteinuria and eGFR cannot be judged; mind pre-eclampsia")


def names_of(situation: Situation, drugs: frozenset[str]) -> Message:
    """The drugs in use, as one phrase; `nothing` when there are none."""
    names = sorted({use.drug for use in in_use(situation.chart, drugs)})
    if not names:
        return say("nothing")
    joined = say("{drug}", drug=names[0])
    for name in names[1:]:
        joined = say("{items}; {item}", items=joined, item=name)
    return joined


def both(situation: Situation, says: Message, drugs: frozenset[str], uses_say: Message) -> Finding:
    """Pregnant, and one of these is in use."""
    chart = situation.chart
    return all_of(says, is_pregnant(chart), takes(chart, uses_say, drugs))


def concerns(situation: Situation) -> Finding:
    """A known pregnancy, or a drug in use that would harm one."""
    chart = situation.chart
    pregnant = is_pregnant(chart)
    if pregnant.truth is Truth.MET:
        return met(say("the patient is pregnant, or takes what harms a pregnancy"), *pregnant.evidence)
    found = map(use_evidence, in_use(chart, HARMFUL)) if pregnant.truth is Truth.UNKNOWN else ()
    says = say("the patient is pregnant, or takes what harms a pregnancy")
    evidence = tuple(found)
    if evidence or pregnant.truth is Truth.NOT_MET:
        return met(says, *evidence) if evidence else not_met(says, *pregnant.evidence)
    return shown(chart, says, (), *MEDICATIONS)


PREGNANCY_SENTENCES = WatchSentences(
    question=say("a pregnancy changes the treatment"),
    found=say("the patient is pregnant"),
    open=lambda what: say("A drug harmful in pregnancy is in use; needed: {what}", what=what),
    fine=say("No pregnancy is on record"),
    not_used=say("No pregnancy is on record, nor in question"),
)


def decide_pregnancy(situation: Situation) -> Guidance:
    """Pregnant with something harmful in use, pregnant, or to be asked."""
    chart = situation.chart
    harmful = both(
        situation, say("pregnant with a harmful drug in use"), HARMFUL, say("a drug harmful in pregnancy is in use")
    )
    biologic = both(
        situation,
        say("pregnant with belimumab or an anti-CD20 antibody in use"),
        STOPPED_AT_TEST,
        say("belimumab or an anti-CD20 antibody is in use"),
    )
    named = fitting(
        say("Pregnant with a harmful drug in use: {drugs}. Stop or replace it now", drugs=names_of(situation, HARMFUL)),
        say("Pregnant with harmful drugs in use: stop or replace them now"),
    )
    return watch(
        "pregnancy-branch",
        CITES_PREGNANCY,
        PREGNANCY_SENTENCES,
        Watch(
            whom=has_lupus(chart),
            using=concerns(situation),
            hazards=(
                Hazard(harmful, named, Indicator.CRITICAL, notes=(before(),)),
                Hazard(
                    biologic,
                    say("Pregnant on belimumab or an anti-CD20 antibody: stopped at the positive test"),
                    Indicator.WARNING,
                    Outcome.ADVISE,
                ),
                Hazard(
                    is_pregnant(chart),
                    say("Pregnant: treatment compatible with pregnancy, not the list for refractory disease"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                ),
            ),
            notes=(*compatible(), MASKED),
            requests=(drafts.request(chart, drafts.HCG),),
        ),
    )


TMA_BRANCH = Recommendation(
    rule="tma-branch",
    title=say("Thrombotic microangiopathy or antiphospholipid nephropathy"),
    statement=say(
        "Thrombotic microangiopathy or antiphospholipid nephropathy is not refractory nephritis: ADAMTS13,"
        " antiphospholipid antibodies and complement decide its treatment."
    ),
    cites=CITES_TMA,
    parameters=(ADAMTS13,),
    decide=decide_tma,
)
PREGNANCY_BRANCH = Recommendation(
    rule="pregnancy-branch",
    title=say("Pregnancy"),
    statement=say(
        "In pregnancy mycophenolate, cyclophosphamide, leflunomide, RAS blockers, SGLT2 inhibitors and voclosporin are"
        " replaced; belimumab and rituximab end at the positive test."
    ),
    cites=CITES_PREGNANCY,
    parameters=(MMF_BEFORE, CYC_BEFORE, PREDNISONE_LIMIT),
    decide=decide_pregnancy,
)
