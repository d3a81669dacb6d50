"""Conventional immunosuppressants: mycophenolate, cyclophosphamide, azathioprine, leflunomide, pulses."""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.guideline.choices import Shown
from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.agents import CNI, Agent
from lnfhir.guideline.escalation.criteria import as_is, infection_is_active, pml_is_known, reacted_to, was_treated_with
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import EUROLUPUS, EVIDENCE, LEF_27, LEF_COHORT, TAC_LONG, WIN_LUPUS
from lnfhir.guideline.escalation.wording import (
    ADD_ON,
    CONTRACEPTION,
    COUNTS,
    FIRST_LINE,
    FOR_REFRACTORY,
    NOT_NAMED,
    PNEUMOCYSTIS,
    PRESSURE,
    acr,
    eular,
    kdigo,
    off_label,
    unverified,
)
from lnfhir.guideline.order_safety.cyclophosphamide import (
    AVOID_ABOVE,
    lifetime_dose_is_above,
    neutrophils_are_low,
)
from lnfhir.guideline.order_safety.leflunomide import METHOTREXATE, alt_against_its_limit
from lnfhir.guideline.record import diagnosed, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import FROM_MEMORY, PRIMARY, SECONDARY
from lnfhir.guideline.whom import contraception_is_effective, is_pregnant
from lnfhir.logic import Finding
from lnfhir.message import say
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import MYCOPHENOLATES, XANTHINE_OXIDASE_INHIBITORS


def pregnancy(situation: Situation) -> Finding:
    """A pregnancy today."""
    return is_pregnant(situation.chart)


def lifetime_cyclophosphamide_is_high(situation: Situation) -> Finding:
    """More than 36 g in a lifetime."""
    return lifetime_dose_is_above(as_is(situation), AVOID_ABOVE)


def neutrophils_forbid_cyclophosphamide(situation: Situation) -> Finding:
    """Below 1.5."""
    return neutrophils_are_low(as_is(situation))


def contraception(situation: Situation) -> Finding:
    """Effective, or no pregnancy possible: asked before anything that harms an unborn child."""
    return contraception_is_effective(situation.chart)


def alt_is_low(situation: Situation) -> Finding:
    """At most twice the laboratory's limit, where one was sent."""
    return alt_against_its_limit(situation.chart)


def _liver(chart: Chart) -> Finding:
    return diagnosed(chart, say("there is liver disease"), concepts.LIVER_DISEASE)


def liver_is_diseased(situation: Situation) -> Finding:
    """Any liver disease on record."""
    return _liver(situation.chart)


def xanthine_oxidase_is_inhibited(situation: Situation) -> Finding:
    """Allopurinol or febuxostat in use."""
    says = say("allopurinol or febuxostat is in use")
    return takes(situation.chart, says, XANTHINE_OXIDASE_INHIBITORS)


def methotrexate_is_used(situation: Situation) -> Finding:
    """Additive harm to the liver."""
    return takes(situation.chart, say("methotrexate is in use"), METHOTREXATE)


MPAA_OPTION = Option(
    key="mycophenolate",
    name=say("mycophenolate (MMF or MPA)"),
    kind=Kind.DRUG,
    mechanism=say("inhibits IMPDH (purine synthesis of lymphocytes)"),
    drugs=MYCOPHENOLATES,
    products=(
        Product("mycophenolate-mofetil", "mycophenolate mofetil", "68149", "L04AA06"),
        Product("mycophenolic-acid", "mycophenolic acid", "7145", "L04AA06"),
    ),
    adds=frozenset({Agent.MPAA}),
    replaces=frozenset({Agent.CYCLOPHOSPHAMIDE, Agent.AZATHIOPRINE}),
    bars=(pregnancy, reacted_to("mycophenolate-mofetil", "mycophenolic-acid"), pml_is_known),
    fits=(contraception,),
    evidence=(
        Trial(96, say("WIN-Lupus, n=96: stopping maintenance led to more severe SLE flares than continuing it"),
              WIN_LUPUS.at("results", SECONDARY)),
    ),
    statuses=(*off_label("US"), *unverified("EU", "CN")),
    positions=(kdigo(FIRST_LINE), acr(FIRST_LINE), eular(FIRST_LINE)),
    dose=say("MMF 1 to 1.5 g twice daily (a site may go to 1.5 to 2 g/d), or MPA 0.72 to 1.08 g twice daily"),
    monitoring=(say("blood counts every 1 to 2 weeks, then every 1 to 3 months"), CONTRACEPTION),
    notes=(say("Stop at least 6 weeks before conception; never with azathioprine"),),
)  # fmt: skip
CYCLOPHOSPHAMIDE = Option(
    key="cyclophosphamide",
    name=say("cyclophosphamide"),
    kind=Kind.DRUG,
    mechanism=say("alkylating agent"),
    drugs=frozenset({"cyclophosphamide"}),
    products=(Product("cyclophosphamide", "cyclophosphamide", "3002", "L01AA01"),),
    adds=frozenset({Agent.CYCLOPHOSPHAMIDE}),
    replaces=frozenset({Agent.MPAA, Agent.AZATHIOPRINE, *CNI}),
    bars=(
        pregnancy,
        reacted_to("cyclophosphamide"),
        infection_is_active,
        neutrophils_forbid_cyclophosphamide,
        lifetime_cyclophosphamide_is_high,
    ),
    fits=(contraception,),
    evidence=(
        Trial(None, say("Euro-Lupus: 500 mg every 2 weeks six times, then azathioprine, as good as high dose"),
              EUROLUPUS.at("results", FROM_MEMORY)),
    ),
    statuses=(*off_label("US"), *unverified("EU", "CN")),
    positions=(kdigo(FIRST_LINE), acr(FIRST_LINE), eular(FIRST_LINE)),
    dose=say("500 mg every 2 weeks, 6 times; or 0.5 to 1 g/m2 monthly, 6 times; or 1 to 1.5 mg/kg/d by mouth"),
    monitoring=(
        say("nadir of the blood counts, urinalysis"),
        PNEUMOCYSTIS,
        say("fertility protection (GnRH analogue, oocytes); mesna with high doses"),
        say("lifetime dose"),
    ),
    notes=(say("Never with voclosporin (label)"),),
)  # fmt: skip
EXTENDED_CYCLOPHOSPHAMIDE = Option(
    key="cyclophosphamide-extended",
    name=say("extended course of cyclophosphamide"),
    kind=Kind.DRUG,
    mechanism=say("alkylating agent"),
    products=(Product("cyclophosphamide", "cyclophosphamide", "3002", "L01AA01"),),
    adds=frozenset({Agent.CYCLOPHOSPHAMIDE}),
    replaces=frozenset({Agent.MPAA, Agent.AZATHIOPRINE, *CNI}),
    bars=CYCLOPHOSPHAMIDE.bars,
    fits=(contraception, was_treated_with(say("cyclophosphamide was used before"), frozenset({"cyclophosphamide"}))),
    evidence=(),
    statuses=(*off_label("US"), *unverified("EU", "CN")),
    positions=(kdigo(FOR_REFRACTORY), acr(NOT_NAMED), eular(NOT_NAMED)),
    monitoring=CYCLOPHOSPHAMIDE.monitoring,
    notes=(say("Mind the lifetime dose: ask above 10 g, warn above 25 g, avoid above 36 g"),),
)
AZATHIOPRINE = Option(
    key="azathioprine",
    name=say("azathioprine"),
    kind=Kind.DRUG,
    mechanism=say("thiopurine"),
    drugs=frozenset({"azathioprine", "mercaptopurine"}),
    products=(Product("azathioprine", "azathioprine", "1256", "L04AX01"),),
    adds=frozenset({Agent.AZATHIOPRINE}),
    replaces=frozenset({Agent.MPAA}),
    bars=(reacted_to("azathioprine", "mercaptopurine"), xanthine_oxidase_is_inhibited),
    evidence=(
        Trial(150, say("10-year follow-up of a randomised trial, n=150: tacrolimus or MMF, then azathioprine: outcomes"
                       " alike"), TAC_LONG.at("results", SECONDARY)),
    ),
    statuses=(*off_label("US"), *unverified("EU", "CN")),
    positions=(kdigo(say("maintenance, or where MMF and CYC are not possible")), acr(NOT_NAMED), eular(NOT_NAMED)),
    dose=say("2 mg/kg/d (1 to 3)"),
    monitoring=(say("TPMT and NUDT15 before the start"), COUNTS),
    notes=(say("Compatible with pregnancy; maintenance rather than escalation; not with mycophenolate"),),
    why_not=say("maintenance, not an escalation: for pregnancy or where MMF and CYC are not possible"),
)  # fmt: skip
LEFLUNOMIDE = Option(
    key="leflunomide",
    name=say("leflunomide"),
    kind=Kind.DRUG,
    mechanism=say("inhibits DHODH (pyrimidine synthesis)"),
    drugs=frozenset({"leflunomide", "teriflunomide"}),
    products=(Product("leflunomide", "leflunomide", "27169", "L04AK01"),),
    adds=frozenset({Agent.LEFLUNOMIDE}),
    replaces=frozenset({Agent.MPAA, Agent.CYCLOPHOSPHAMIDE, Agent.AZATHIOPRINE}),
    bars=(pregnancy, reacted_to("leflunomide", "teriflunomide"), liver_is_diseased, methotrexate_is_used),
    fits=(contraception, alt_is_low),
    evidence=(
        Trial(20, say("20 refractory patients, prospective: at 6 months complete response in 5, partial in 3"),
              LEF_COHORT.at("results", PRIMARY)),
        Trial(20, say("Of the same 20: complete response in 15 % at 12 months, 20 % at 24; 2 stopped for cytopenia"),
              LEF_COHORT.at("results", PRIMARY)),
        Trial(27, say("27 patients: 62.96 % responded at 24 weeks (6 complete, 11 partial)"),
              LEF_27.at("results", PRIMARY)),
    ),
    statuses=(*off_label("US"), *unverified("EU", "CN")),
    positions=(kdigo(NOT_NAMED), acr(NOT_NAMED), eular(NOT_NAMED),
               Shown(say("used in Chinese practice"), EVIDENCE.at("leflunomide, practice in China", FROM_MEMORY))),
    dose=say("20 to 40 mg/d, no loading dose"),
    monitoring=(
        say("ALT monthly for 6 months, then every 6 to 8 weeks; stop above 3 times the limit"), COUNTS, PRESSURE,
    ),
    notes=(say("No randomised trial; inexpensive; washout with colestyramine before pregnancy"),),
)  # fmt: skip
PULSE = Option(
    key="methylprednisolone-pulse",
    name=say("methylprednisolone pulses"),
    kind=Kind.DRUG,
    mechanism=say("glucocorticoid, rapid effect"),
    products=(Product("methylprednisolone", "methylprednisolone", "6902", "H02AB04"),),
    bars=(infection_is_active,),
    evidence=(
        Trial(32, say("32 patients, prednisolone 0.5 or 1 mg/kg/d after pulses: responses alike, fewer side effects"
                      " with 0.5"), EVIDENCE.at("glucocorticoid, 0.5 against 1 mg/kg", SECONDARY)),
    ),
    statuses=(),
    positions=(kdigo(ADD_ON), acr(ADD_ON, PRIMARY), eular(ADD_ON)),
    dose=say("0.25 to 0.5 g/d (KDIGO) or 0.25 to 1 g/d (ACR) for 1 to 3 days"),
    monitoring=(say("glucose"), PRESSURE),
    notes=(say("Not with psychosis or a hypertensive crisis"),),
    why_not=say("goes with a severe flare or crescents; not an escalation by itself"),
)  # fmt: skip

OPTIONS = (MPAA_OPTION, CYCLOPHOSPHAMIDE, EXTENDED_CYCLOPHOSPHAMIDE, AZATHIOPRINE, LEFLUNOMIDE, PULSE)
