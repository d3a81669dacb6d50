"""Biologics without an indication in lupus nephritis: telitacicept, anifrolumab, daratumumab."""

from __future__ import annotations

from lnfhir.guideline.choices import Shown
from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.agents import Agent
from lnfhir.guideline.escalation.biologics import hepatitis_b
from lnfhir.guideline.escalation.conventional import pregnancy
from lnfhir.guideline.escalation.criteria import (
    extrarenal_activity,
    infection_is_active,
    is_a_child,
    reacted_to,
    was_treated_with,
)
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import (
    ANI_LABEL,
    DARA,
    DARA_SLE,
    EVIDENCE,
    TEL_PHASE_3,
    TEL_REPORTS,
    TULIP_LN,
)
from lnfhir.guideline.escalation.wording import (
    IGG,
    NO_POSITION,
    NOT_NAMED,
    acr,
    eular,
    kdigo,
    not_found,
    off_label,
    other_use,
)
from lnfhir.guideline.sources import DING_2025, FROM_MEMORY, PRIMARY, SECONDARY
from lnfhir.message import say
from lnfhir.terminology.drug_groups import MYCOPHENOLATES

TELITACICEPT = Option(
    key="telitacicept",
    name=say("telitacicept"),
    kind=Kind.DRUG,
    mechanism=say("TACI-Fc, binds BLyS and APRIL"),
    drugs=frozenset({"telitacicept"}),
    products=(Product("telitacicept", "telitacicept", "", ""),),
    adds=frozenset({Agent.TELITACICEPT}),
    replaces=frozenset({Agent.BELIMUMAB}),
    bars=(infection_is_active, pregnancy, is_a_child, reacted_to("telitacicept")),
    evidence=(
        Trial(335, say("SLE, phase III, n=335: modified SRI-4 in 67.1 against 32.7 % (NEJM)"),
              TEL_PHASE_3.at("primary result", SECONDARY)),
        Trial(None, say("The company's text says 82.6 against 38.1 %; the published figures are used here"),
              TEL_REPORTS.at("company report", SECONDARY), against=True),
        Trial(None, say("Phase IIb: renal improvement 56.3 against 46.9 %, not significant"),
              TEL_REPORTS.at("phase IIb", SECONDARY), against=True),
        Trial(212, say("Cohort of 212, LN: complete response 71.7 against 63.3 %, no significant difference"),
              TEL_REPORTS.at("cohort 2018 to 2025", SECONDARY)),
    ),
    statuses=(
        *not_found("US", "EU", confidence=SECONDARY),
        other_use("CN", say("approved for SLE (full approval 2023-11); lupus nephritis not found"), SECONDARY),
    ),
    positions=(kdigo(NOT_NAMED), acr(NOT_NAMED), eular(NOT_NAMED),
               Shown(say("in Chinese guidance"), EVIDENCE.at("telitacicept, Chinese guidance", FROM_MEMORY))),
    dose=say("160 mg SC weekly"),
    monitoring=(say("IgG every 3 months (it fell in 15.6 against 1.2 %)"),),
    notes=(say("Trials in lupus nephritis are running; no long-term data there"),),
    biologic=True,
    only_in=frozenset({"CN"}),
)  # fmt: skip
ANIFROLUMAB = Option(
    key="anifrolumab",
    name=say("anifrolumab"),
    kind=Kind.REFERRAL,
    mechanism=say("anti-IFNAR antibody"),
    drugs=frozenset({"anifrolumab"}),
    products=(Product("anifrolumab", "anifrolumab", "", "L04AG11"),),
    adds=frozenset({Agent.ANIFROLUMAB}),
    bars=(infection_is_active, reacted_to("anifrolumab")),
    fits=(extrarenal_activity,),
    evidence=(
        Trial(147, say("TULIP-LN, phase II, n=147: primary endpoint missed (UPCR ratio 1.03)"),
              TULIP_LN.at("primary result", SECONDARY), against=True),
        Trial(147, say("TULIP-LN, intensified regimen: complete response 45.5 against 31.1 %, numerically only; zoster"
                       " 16.7 against 8.2 %"), TULIP_LN.at("secondary results", SECONDARY)),
        Trial(None, say("TULIP-LN, second year: complete response 27.3, 18.6 and 17.8 % (intensified, basic, placebo)"),
              TULIP_LN.at("extension", SECONDARY)),
        Trial(None, say("US label 2026: not evaluated in severe active lupus nephritis, not recommended there"),
              ANI_LABEL.at("limitations of use", PRIMARY), against=True),
    ),
    statuses=(
        other_use("US", say("approved for SLE; not recommended in severe active lupus nephritis"), PRIMARY),
        other_use("EU", say("approved for SLE, not for lupus nephritis"), SECONDARY),
        *not_found("CN"),
    ),
    positions=(kdigo(NOT_NAMED), acr(NOT_NAMED), eular(NOT_NAMED)),
    monitoring=(say("zoster vaccine before the start"),),
    notes=(say("Referral only, for extrarenal lupus; phase III in LN is running (IRIS, NCT05138133)"),),
    biologic=True,
)  # fmt: skip
DARATUMUMAB = Option(
    key="daratumumab",
    name=say("daratumumab"),
    kind=Kind.DRUG,
    mechanism=say("anti-CD38 antibody, depletes plasma cells"),
    drugs=frozenset({"daratumumab"}),
    products=(Product("daratumumab", "daratumumab", "1721947", "L01FC01"),),
    adds=frozenset({Agent.DARATUMUMAB}),
    replaces=frozenset(Agent) - {Agent.DARATUMUMAB},
    bars=(hepatitis_b, infection_is_active, pregnancy, reacted_to("daratumumab")),
    fits=(
        was_treated_with(
            say("cyclophosphamide, mycophenolate, rituximab and belimumab were all used"),
            frozenset({"cyclophosphamide"}),
            MYCOPHENOLATES,
            frozenset({"rituximab", "obinutuzumab"}),
            frozenset({"belimumab"}),
        ),
    ),
    evidence=(
        Trial(6, say("6 patients refractory to MMF, CYC, rituximab and belimumab: 5 of 6 responded by 12 months (3"
                     " complete, 2 partial)"), DARA.at("results", SECONDARY)),
        Trial(6, say("Ding 2025 counts 5 patients, all responding; 6 were treated, one stopped without response at 6"
                     " months"), DING_2025.at("daratumumab", SECONDARY), against=True),
        Trial(10, say("SLE, n=10: IgG deficiency in 5 of 10"), DARA_SLE.at("safety", SECONDARY), against=True),
    ),
    statuses=off_label("US", "EU", "CN", confidence=SECONDARY),
    positions=(kdigo(NO_POSITION), acr(NO_POSITION), eular(NO_POSITION)),
    dose=say("16 mg/kg weekly 8 times, every 2 weeks 8 times, then monthly (as in the series)"),
    monitoring=(IGG, say("type and screen before the first dose: it disturbs blood typing")),
    biologic=True,
)  # fmt: skip

OPTIONS = (TELITACICEPT, ANIFROLUMAB, DARATUMUMAB)
