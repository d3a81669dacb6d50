"""Biologics: belimumab, obinutuzumab, rituximab, and those still under study in lupus nephritis."""

from __future__ import annotations

from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.agents import CNI, Agent
from lnfhir.guideline.escalation.calcineurin import TACROLIMUS
from lnfhir.guideline.escalation.conventional import MPAA_OPTION, pregnancy
from lnfhir.guideline.escalation.criteria import (
    as_is,
    class_is_proliferative,
    cns_lupus_is_known,
    egfr_is_below_30,
    infection_is_active,
    is_under_5,
    pml_is_known,
    proteinuria_is_1_or_more,
    reacted_to,
    viral_hepatitis_or_hiv,
)
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import (
    BEL_CHINA,
    BLISS_LN,
    BLISS_LN_EXTENSION,
    BLISS_LN_POST_HOC,
    BLISS_LN_SUBGROUPS,
    CALIBRATE,
    EVIDENCE,
    LUNAR,
    NOBILITY,
    REGENCY,
)
from lnfhir.guideline.escalation.wording import (
    COUNTS,
    FOR_REFRACTORY,
    HBV,
    IGG,
    NO_POSITION,
    NOT_NAMED,
    PNEUMOCYSTIS,
    acr,
    approved,
    eular,
    kdigo,
    not_found,
    nowhere,
    off_label,
    unverified,
)
from lnfhir.guideline.order_safety.anti_cd20 import hepatitis_b_is_or_was
from lnfhir.guideline.order_safety.belimumab import igg_is_low
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DING_2025, FROM_MEMORY, PRIMARY, SECONDARY
from lnfhir.guideline.whom import has_kidney_transplant
from lnfhir.logic import Finding
from lnfhir.message import say


def hepatitis_b(situation: Situation) -> Finding:
    """HBsAg, anti-HBc, HBV DNA or the diagnosis."""
    return hepatitis_b_is_or_was(situation.chart)


def igg_below_4(situation: Situation) -> Finding:
    """IgG below 4 g/L."""
    return igg_is_low(as_is(situation))


def transplant(situation: Situation) -> Finding:
    """A kidney transplant."""
    return has_kidney_transplant(situation.chart)


NO_LATER = say("An anti-CD20 antibody takes the place of belimumab; the two are not routinely combined")
BELIMUMAB = Option(
    key="belimumab",
    name=say("belimumab"),
    kind=Kind.DRUG,
    mechanism=say("anti-BAFF antibody (BLyS)"),
    drugs=frozenset({"belimumab"}),
    products=(Product("belimumab", "belimumab", "1092437", "L04AG04"),),
    adds=frozenset({Agent.BELIMUMAB}),
    replaces=frozenset({*CNI}),
    partners=frozenset({Agent.MPAA, Agent.CYCLOPHOSPHAMIDE}),
    bars=(reacted_to("belimumab"), viral_hepatitis_or_hiv, transplant, cns_lupus_is_known, igg_below_4,
          infection_is_active, egfr_is_below_30, is_under_5),
    evidence=(
        Trial(448, say("BLISS-LN, n=448, week 104: primary response 43 against 32 %, complete 30 against 20 %"),
              BLISS_LN.at("primary and secondary results", PRIMARY)),
        Trial(448, say("BLISS-LN, post hoc: no benefit at a baseline UPCR of 3 g/g or more or with sub-epithelial"
                       " deposits"), BLISS_LN_POST_HOC.at("post hoc", SECONDARY), against=True),
        Trial(45, say("45 Chinese patients with refractory LN, 24 weeks: 6 complete and 19 partial responses (55.6 %)"),
              BEL_CHINA.at("results", SECONDARY)),
        Trial(448, say("BLISS-LN, primary response in new disease 46.6 against 37.2 %, in relapsed 36.0 against"
                       " 22.7 %"),
              BLISS_LN_SUBGROUPS.at("primary response", SECONDARY)),
        Trial(255, say("Extension of BLISS-LN, n=255, 28 weeks: no new safety signal"),
              BLISS_LN_EXTENSION.at("safety", SECONDARY)),
    ),
    statuses=(approved("US", "2020-12", PRIMARY), approved("EU", "2021", FROM_MEMORY),
              approved("CN", "2022-02", SECONDARY)),
    positions=(kdigo(say("combination therapy (1B)")), acr(say("triple therapy")), eular(say("add-on"))),
    dose=say("IV 10 mg/kg at weeks 0, 2, 4, then every 4 weeks; SC (adult) 400 mg weekly 4 times, then 200 mg weekly"),
    monitoring=(IGG, say("mood, suicidality")),
    biologic=True,
    notes=(
        say("Wants autoantibodies and standard treatment beside it; best at a UPCR below 3 g/g"),
        say("From IV to SC only after 2 IV doses, 1 to 2 weeks after the last"),
        NO_LATER,
    ),
)  # fmt: skip
OBINUTUZUMAB = Option(
    key="obinutuzumab",
    name=say("obinutuzumab"),
    kind=Kind.DRUG,
    mechanism=say("anti-CD20 antibody, type II"),
    drugs=frozenset({"obinutuzumab"}),
    products=(Product("obinutuzumab", "obinutuzumab", "974779", "L01FA03"),),
    adds=frozenset({Agent.OBINUTUZUMAB}),
    replaces=frozenset({Agent.BELIMUMAB, *CNI}),
    partners=frozenset({Agent.MPAA}),
    bars=(hepatitis_b, infection_is_active, pml_is_known, pregnancy, reacted_to("obinutuzumab")),
    fits=(proteinuria_is_1_or_more, class_is_proliferative),
    evidence=(
        Trial(271, say("REGENCY, phase III, n=271, week 76: complete response 46.4 against 33.1 %"),
              REGENCY.at("primary result", SECONDARY)),
        Trial(125, say("NOBILITY, phase II, n=125: complete response 40 against 18 % at week 76"),
              NOBILITY.at("results", SECONDARY)),
        Trial(271, say("REGENCY, safety: serious adverse events 32.4 against 18.2 %"),
              REGENCY.at("safety", SECONDARY), against=True),
    ),
    statuses=(approved("US", "2025-10", PRIMARY), approved("EU", "", SECONDARY), *not_found("CN")),
    positions=(kdigo(NOT_NAMED), acr(say("anti-CD20 for refractory disease")), eular(say("named beside rituximab"))),
    dose=say("1000 mg on day 1, weeks 2, 24 and 26, then every 6 months (label; other schedules are in circulation)"),
    monitoring=(HBV, COUNTS, IGG, PNEUMOCYSTIS),
    biologic=True,
    notes=(say("For class III or IV with or without V, UPCR of 1 g/g or more, on top of mycophenolate; alone it was"
               " not studied"), NO_LATER),
)  # fmt: skip
RITUXIMAB = Option(
    key="rituximab",
    name=say("rituximab"),
    kind=Kind.DRUG,
    mechanism=say("anti-CD20 antibody, type I"),
    drugs=frozenset({"rituximab"}),
    products=(Product("rituximab", "rituximab", "121191", "L01FA01"),),
    adds=frozenset({Agent.RITUXIMAB}),
    replaces=frozenset({Agent.BELIMUMAB, *CNI}),
    bars=(hepatitis_b, infection_is_active, pml_is_known, pregnancy, reacted_to("rituximab")),
    evidence=(
        Trial(None, say("LUNAR and a second randomised trial missed their primary endpoints"),
              LUNAR.at("primary result", SECONDARY), against=True),
        Trial(None, say("Refractory LN, meta-analysis: complete response 35.9 %, any response 73.4 % at 12 months"),
              EVIDENCE.at("rituximab, meta-analysis", SECONDARY)),
    ),
    statuses=(*off_label("US", "EU", confidence=SECONDARY), *unverified("CN")),
    positions=(kdigo(FOR_REFRACTORY), acr(say("anti-CD20 for refractory disease")), eular(FOR_REFRACTORY)),
    dose=say("1 g on days 0 and 14"),
    monitoring=(HBV, COUNTS, IGG, PNEUMOCYSTIS),
    biologic=True,
    notes=(say("For disease refractory to pulses and immunosuppressants; infusion reactions"), NO_LATER),
)  # fmt: skip
RITUXIMAB_BELIMUMAB = Option(
    key="rituximab-belimumab",
    name=say("rituximab, then belimumab"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("B-cell depletion, then anti-BAFF"),
    evidence=(
        Trial(None, say("CALIBRATE, phase II: belimumab after rituximab and cyclophosphamide added no efficacy"),
              CALIBRATE.at("primary result", SECONDARY), against=True),
        Trial(None, say("Ding 2025 sees benefit of the combination; CALIBRATE does not support it"),
              DING_2025.at("combination therapy", SECONDARY), against=True),
    ),
    statuses=nowhere(),
    positions=(kdigo(NO_POSITION), acr(NO_POSITION), eular(NO_POSITION)),
    monitoring=(IGG,),
    why_not=say("no added efficacy was shown, and immunosuppression adds up: trial or expert centre only"),
)  # fmt: skip
MPAA_BELIMUMAB_CNI = Option(
    key="mycophenolate-belimumab-cni",
    name=say("mycophenolate with belimumab and a calcineurin inhibitor"),
    kind=Kind.COMBINATION,
    biologic=True,
    mechanism=say("IMPDH, BAFF and calcineurin together"),
    adds=frozenset({Agent.MPAA, Agent.BELIMUMAB, Agent.CALCINEURIN_INHIBITOR}),
    replaces=frozenset({Agent.CYCLOPHOSPHAMIDE, Agent.AZATHIOPRINE, Agent.VOCLOSPORIN}),
    bars=tuple(dict.fromkeys((*MPAA_OPTION.bars, *BELIMUMAB.bars, *TACROLIMUS.bars))),
    fits=MPAA_OPTION.fits,
    evidence=(),
    statuses=(*off_label("US", "EU", "CN"),),
    positions=(kdigo(NOT_NAMED), acr(say("for refractory disease")), eular(NOT_NAMED)),
    monitoring=(IGG, COUNTS),
    notes=(say("Only for disease refractory by ACR 2024 (two failed courses); each partner's gates apply"),),
)

OPTIONS = (BELIMUMAB, OBINUTUZUMAB, RITUXIMAB, RITUXIMAB_BELIMUMAB, MPAA_BELIMUMAB_CNI)
