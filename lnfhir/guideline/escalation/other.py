"""What is in a trial at most, belongs to another pathway, or is never suggested."""

from __future__ import annotations

from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.criteria import infection_is_active, two_courses_failed
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import (
    BI_655064,
    EVIDENCE,
    MSC_KUNMING,
    MSC_MASHHAD,
    MSC_NANJING,
    MSC_VALLADOLID,
    PALIZADE,
    ZANUBRUTINIB,
)
from lnfhir.guideline.escalation.wording import NO_POSITION, acr, eular, kdigo, nowhere, other_use
from lnfhir.guideline.sources import FROM_MEMORY, SECONDARY
from lnfhir.message import say

NONE = (kdigo(NO_POSITION), acr(NO_POSITION), eular(NO_POSITION))
TMA_ONLY = (kdigo(say("part of the pathway of thrombotic microangiopathy"), FROM_MEMORY),)

MSC = Option(
    key="mesenchymal-stem-cells",
    name=say("mesenchymal stem cells"),
    kind=Kind.TRIAL,
    mechanism=say("immune modulation, repair"),
    bars=(infection_is_active,),
    fits=(two_courses_failed,),
    evidence=(
        Trial(18, say("The only randomised trial (18 patients, class III or IV): remission in 9 of 12 against 5 of 6,"
                      " no added effect; stopped early, one death"),
              MSC_KUNMING.at("results", SECONDARY), against=True),
        Trial(81, say("81 refractory patients: renal remission in 60.5 %, survival 95 % at 12 months, no controls"),
              MSC_NANJING.at("results", SECONDARY)),
        Trial(9, say("9 refractory patients, adipose cells: 3 complete, 4 partial responses in 3 months, then decline"),
              MSC_MASHHAD.at("results", SECONDARY)),
        Trial(3, say("3 patients, class IV, 9 months: 2 complete, 1 partial response by SLEDAI"),
              MSC_VALLADOLID.at("results", SECONDARY)),
        Trial(None, say("A review calls all studies successful; the randomised trial contradicts it"),
              EVIDENCE.at("mesenchymal stem cells, review", SECONDARY), against=True),
    ),
    statuses=nowhere(SECONDARY),
    positions=NONE,
    notes=(say("Trial only; 1 to 2 million cells per kg in the series"),),
)  # fmt: skip
BI = Option(
    key="bi-655064",
    name=say("BI 655064 (anti-CD40 antibody)"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("anti-CD40 antibody"),
    evidence=(
        Trial(
            121,
            say("Phase II, n=121: no dose-response for complete response; 48.3 % on placebo"),
            BI_655064.at("primary result", SECONDARY),
            against=True,
        ),
    ),
    statuses=nowhere(SECONDARY),
    positions=NONE,
    why_not=say("its trial was negative"),
)
FILGOTINIB = Option(
    key="filgotinib-lanraplenib",
    name=say("filgotinib (JAK1) or lanraplenib (SYK)"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("JAK1 or SYK inhibitor"),
    drugs=frozenset({"filgotinib"}),
    products=(Product("filgotinib", "filgotinib", "", "L04AF04"),),
    evidence=(
        Trial(9, say("9 patients with membranous LN: 4 of 5 on filgotinib and 1 of 4 on lanraplenib reached week 16"),
              EVIDENCE.at("filgotinib and lanraplenib", SECONDARY)),
    ),
    statuses=nowhere(SECONDARY),
    positions=NONE,
    why_not=say("too few data"),
)  # fmt: skip
ZANUBRUTINIB_OPTION = Option(
    key="zanubrutinib",
    name=say("zanubrutinib (BTK inhibitor)"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("BTK inhibitor"),
    drugs=frozenset({"zanubrutinib"}),
    products=(Product("zanubrutinib", "zanubrutinib", "2262435", "L01EL03"),),
    evidence=(Trial(177, say("Phase II, n=177 (NCT04643470): not published"), ZANUBRUTINIB.at("registry", SECONDARY)),),
    statuses=tuple(other_use(r, say("approved for blood cancers only"), SECONDARY) for r in ("US", "EU", "CN")),
    positions=NONE,
    why_not=say("results are not published: within a trial only"),
)
PLASMA_EXCHANGE = Option(
    key="plasma-exchange",
    name=say("plasma exchange"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("removes antibodies and complement factors"),
    evidence=(),
    statuses=(),
    positions=TMA_ONLY,
    why_not=say("belongs to the pathway of thrombotic microangiopathy or antiphospholipid syndrome"),
)
IVIG = Option(
    key="ivig",
    name=say("intravenous immunoglobulin"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("immune modulation"),
    evidence=(),
    statuses=(),
    positions=TMA_ONLY,
    why_not=say("no evidence for refractory lupus nephritis on file"),
)
HSCT = Option(
    key="stem-cell-transplantation",
    name=say("autologous stem cell transplantation"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("immune reset"),
    evidence=(),
    statuses=(),
    positions=NONE,
    why_not=say("within a trial or an expert centre only"),
)
ZETOMIPZOMIB = Option(
    key="zetomipzomib",
    name=say("zetomipzomib"),
    kind=Kind.NOT_OFFERED,
    mechanism=say("immunoproteasome inhibitor"),
    evidence=(
        Trial(None, say("PALIZADE: 4 deaths, clinical hold by the FDA in October 2024"),
              PALIZADE.at("clinical hold", SECONDARY), against=True),
    ),
    statuses=nowhere(SECONDARY),
    positions=NONE,
    why_not=say("never suggested: clinical hold after deaths"),
)  # fmt: skip

OPTIONS = (MSC, BI, FILGOTINIB, ZANUBRUTINIB_OPTION, PLASMA_EXCHANGE, IVIG, HSCT, ZETOMIPZOMIB)
