"""Cell therapy and bispecific antibodies: by referral to a trial or an expert centre, never by an order here."""

from __future__ import annotations

from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.biologics import hepatitis_b
from lnfhir.guideline.escalation.conventional import pregnancy
from lnfhir.guideline.escalation.criteria import (
    Criterion,
    cns_lupus_is_known,
    heart_is_weak,
    infection_is_active,
    is_a_child,
    neutrophils_are_very_low,
    two_courses_failed,
)
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import (
    CART_ALLOGENEIC,
    CART_BCMA,
    CART_CD19,
    CART_CHILD,
    CART_COMPOUND,
    CART_DUAL,
    CART_IN_VIVO,
    CART_REVIEW,
    TEC_CASE,
)
from lnfhir.guideline.escalation.wording import COUNTS, IGG, NO_POSITION, acr, eular, kdigo, nowhere, other_use
from lnfhir.guideline.sources import SECONDARY
from lnfhir.message import say

CAR_T = frozenset({"car-t", "tisagenlecleucel", "axicabtagene", "ciltacabtagene", "idecabtagene"})
BARS: tuple[Criterion, ...] = (
    infection_is_active,
    hepatitis_b,
    pregnancy,
    cns_lupus_is_known,
    heart_is_weak,
    neutrophils_are_very_low,
)
"""What trials of cell therapy exclude; age limits differ."""

POSITIONS = (kdigo(say("clinical trial")), acr(say("referral to a trial")), eular(NO_POSITION))
FOLLOW_UP = (IGG, COUNTS, say("cytokine release, neurotoxicity, late infection, second tumours, relapse"))
LIMITS = say("Few patients and short follow-up; conditioning chemotherapy and glucocorticoid confound the effect")
PRODUCTS = say("No product for lupus has a drug code; the licensed products are for blood cancers")
NOT_REPLICATED = Trial(
    None,
    say("Drug-free remission in all was not replicated; rash, arthritis and renal events come weeks after infusion"),
    CART_REVIEW.at("limits", SECONDARY),
    against=True,
)

CD19 = Option(
    key="cd19-car-t",
    name=say("CD19 CAR-T cells"),
    kind=Kind.TRIAL,
    mechanism=say("resets B cells"),
    drugs=CAR_T,
    bars=BARS,
    fits=(two_courses_failed,),
    evidence=(
        Trial(5, say("5 patients with SLE: B cells depleted for up to 3 months, drug-free remission in all at 12"
                     " months"), CART_CD19.at("first series", SECONDARY)),
        Trial(15, say("15 patients (8 SLE, 4 systemic sclerosis, 3 myositis): good response, the first over 2 years"),
              CART_CD19.at("case series", SECONDARY)),
        Trial(1, say("A 15-year-old on haemodialysis for LN: freed from dialysis and drugs"),
              CART_CHILD.at("case", SECONDARY)),
        NOT_REPLICATED,
    ),
    statuses=nowhere(SECONDARY),
    positions=POSITIONS,
    monitoring=FOLLOW_UP,
    notes=(PRODUCTS, LIMITS),
)  # fmt: skip
BCMA = Option(
    key="bcma-car-t",
    name=say("BCMA CAR-T cells"),
    kind=Kind.TRIAL,
    mechanism=say("depletes plasma cells"),
    drugs=CAR_T,
    bars=BARS,
    fits=(two_courses_failed,),
    evidence=(
        Trial(7, say("7 refractory patients: SLEDAI-2K 18 (10 to 22) to 0 (0 to 4); 5 of 7 in drug-free remission"),
              CART_BCMA.at("results", SECONDARY)),
        Trial(7, say("A report says SLEDAI became 0 in all; the abstract gives a range of 0 to 4"),
              CART_BCMA.at("abstract", SECONDARY), against=True),
        Trial(7, say("24-hour protein fell from 8.2 to 0.9 g (median): a partial, not a complete response"),
              CART_BCMA.at("results", SECONDARY)),
    ),
    statuses=nowhere(SECONDARY),
    positions=POSITIONS,
    monitoring=(say("IgG replacement"), *FOLLOW_UP),
    notes=(PRODUCTS, LIMITS, say("Proteinuria after it may be damage that was there before")),
)  # fmt: skip
DUAL = Option(
    key="dual-car-t",
    name=say("CD19 and BCMA CAR-T cells (compound or together)"),
    kind=Kind.TRIAL,
    mechanism=say("depletes B and plasma cells"),
    drugs=CAR_T,
    bars=BARS,
    fits=(two_courses_failed,),
    evidence=(
        Trial(13, say("Compound cells, 13 patients with SLE and LN: SLEDAI 10.6 to 2.7 at 3 months"),
              CART_COMPOUND.at("results", SECONDARY)),
        Trial(15, say("Given together, 15 patients: 12 of 15 in LLDAS and DORIS remission at week 12"),
              CART_DUAL.at("results", SECONDARY)),
        Trial(15, say("The same 15: cytokine release grade 1 in 86.7 %, neutropenia in 100 %"),
              CART_DUAL.at("safety", SECONDARY), against=True),
    ),
    statuses=nowhere(SECONDARY),
    positions=POSITIONS,
    monitoring=FOLLOW_UP,
    notes=(PRODUCTS, LIMITS),
)  # fmt: skip
ALLOGENEIC = Option(
    key="allogeneic-car-t",
    name=say("allogeneic CAR-T cells"),
    kind=Kind.TRIAL,
    mechanism=say("resets B cells, cells of a donor"),
    drugs=CAR_T,
    bars=BARS,
    fits=(two_courses_failed,),
    evidence=(
        Trial(3, say("First series, 3 patients (1 myopathy, 2 systemic sclerosis)"),
              CART_ALLOGENEIC.at("first series", SECONDARY)),
        Trial(5, say("5 patients with SLE: SRI-4 in 5 of 5 at 3 months, kept to 6; one mild refractory flare at month"
                     " 6"), CART_ALLOGENEIC.at("SLE", SECONDARY)),
    ),
    statuses=nowhere(SECONDARY),
    positions=POSITIONS,
    monitoring=(say("graft-versus-host disease"), *FOLLOW_UP),
    notes=(say("Trial NCT06379646"), LIMITS),
)  # fmt: skip
IN_VIVO = Option(
    key="in-vivo-car-t",
    name=say("in vivo CAR-T cells (mRNA-LNP)"),
    kind=Kind.TRIAL,
    mechanism=say("CD19 CAR made in the patient's own T cells"),
    drugs=CAR_T,
    bars=BARS,
    fits=(two_courses_failed,),
    evidence=(
        Trial(5, say("5 patients (4 with LN): SLEDAI-2000 down within 3 months, no severe cytokine release"),
              CART_IN_VIVO.at("results", SECONDARY)),
    ),
    statuses=nowhere(SECONDARY),
    positions=POSITIONS,
    monitoring=(say("reactions to lipid nanoparticles"), *FOLLOW_UP),
    notes=(LIMITS,),
)  # fmt: skip
TECLISTAMAB = Option(
    key="teclistamab",
    name=say("teclistamab (bispecific antibody)"),
    kind=Kind.TRIAL,
    mechanism=say("CD3 and BCMA: T cells against plasma cells"),
    drugs=frozenset({"teclistamab"}),
    products=(Product("teclistamab", "teclistamab", "2619426", "L01FX24"),),
    bars=(infection_is_active, hepatitis_b, pregnancy, is_a_child),
    fits=(two_courses_failed,),
    evidence=(
        Trial(1, say("One case: UPCR from 2352 to below 500 mg/g by week 6, drug-free; cytokine release grade 2,"
                     " pneumonia"), TEC_CASE.at("case", SECONDARY)),
    ),
    statuses=tuple(other_use(r, say("approved for myeloma only"), SECONDARY) for r in ("US", "EU", "CN")),
    positions=(kdigo(NO_POSITION), acr(NO_POSITION), eular(NO_POSITION)),
    monitoring=(say("cytokine release, neurotoxicity"), say("infection"), IGG),
    notes=(say("Rescue in an expert centre only"),),
    biologic=True,
)  # fmt: skip

OPTIONS = (CD19, BCMA, DUAL, ALLOGENEIC, IN_VIVO, TECLISTAMAB)
