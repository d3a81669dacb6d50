"""The agents a regimen is made of, and which of them go together.

Belimumab goes with mycophenolate or low-dose cyclophosphamide; a calcineurin inhibitor with mycophenolate only; all
three together only for refractory disease by ACR 2024. An anti-CD20 antibody takes the place of belimumab. Never two
anti-CD20 antibodies, azathioprine with mycophenolate, or voclosporin with cyclophosphamide; leflunomide with
mycophenolate with caution. What is not in this table was not tested, and is not offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.citation import Citation
from lnfhir.guideline.care_sources import LUPKYNIS_LABEL
from lnfhir.guideline.infection_prevention import ANTI_CD20_WITHIN, CYCLOPHOSPHAMIDE_WITHIN, was_given
from lnfhir.guideline.record import in_use
from lnfhir.guideline.sources import ACR_2024, EULAR_2023, FROM_MEMORY, KDIGO_2024, PRIMARY, SECONDARY
from lnfhir.measures.cyclophosphamide import is_lymphodepletion
from lnfhir.message import Message, say


class Agent(Enum):
    """A class of drug that counts once in a regimen."""

    MPAA = "mpaa"
    CYCLOPHOSPHAMIDE = "cyclophosphamide"
    AZATHIOPRINE = "azathioprine"
    LEFLUNOMIDE = "leflunomide"
    CALCINEURIN_INHIBITOR = "calcineurin-inhibitor"
    VOCLOSPORIN = "voclosporin"
    BELIMUMAB = "belimumab"
    RITUXIMAB = "rituximab"
    OBINUTUZUMAB = "obinutuzumab"
    TELITACICEPT = "telitacicept"
    ANIFROLUMAB = "anifrolumab"
    DARATUMUMAB = "daratumumab"


AGENT_OF: dict[str, Agent] = {
    "mycophenolate-mofetil": Agent.MPAA,
    "mycophenolic-acid": Agent.MPAA,
    "cyclophosphamide": Agent.CYCLOPHOSPHAMIDE,
    "azathioprine": Agent.AZATHIOPRINE,
    "mercaptopurine": Agent.AZATHIOPRINE,
    "leflunomide": Agent.LEFLUNOMIDE,
    "teriflunomide": Agent.LEFLUNOMIDE,
    "tacrolimus": Agent.CALCINEURIN_INHIBITOR,
    "ciclosporin": Agent.CALCINEURIN_INHIBITOR,
    "voclosporin": Agent.VOCLOSPORIN,
    "belimumab": Agent.BELIMUMAB,
    "rituximab": Agent.RITUXIMAB,
    "obinutuzumab": Agent.OBINUTUZUMAB,
    "telitacicept": Agent.TELITACICEPT,
    "anifrolumab": Agent.ANIFROLUMAB,
    "daratumumab": Agent.DARATUMUMAB,
}
CNI = frozenset({Agent.CALCINEURIN_INHIBITOR, Agent.VOCLOSPORIN})
ANTI_CD20_AGENTS = frozenset({Agent.RITUXIMAB, Agent.OBINUTUZUMAB})
MAINTENANCE = frozenset({Agent.AZATHIOPRINE, Agent.LEFLUNOMIDE})
"""What a treatment of induction takes the place of."""
TRIPLE = frozenset({Agent.MPAA, Agent.BELIMUMAB})


class Validity(Enum):
    """Whether two agents go together, the best first."""

    VALID = "valid"
    CAUTION = "caution"
    NOT_TESTED = "not-tested"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two agents, whether they go together, and why."""

    agents: frozenset[Agent]
    validity: Validity
    says: Message
    cite: Citation


def _pair(one: Agent, other: Agent, validity: Validity, says: Message, cite: Citation) -> Pairing:
    return Pairing(frozenset({one, other}), validity, says, cite)


_TESTED = say("tested together")
_NEVER_BOTH = say("never combined: both act on purine synthesis")
_TRIPLES = ACR_2024.at("triple therapy", PRIMARY)
_LABEL = LUPKYNIS_LABEL.at("use with cyclophosphamide", PRIMARY)
_CD20_TWICE = say("two anti-CD20 antibodies are never combined")
_WITH_SOC = say("studied on top of standard treatment")
_SOC = EULAR_2023.at("standard treatment with a biologic", SECONDARY)
_A, _V = Agent, Validity

PAIRINGS: tuple[Pairing, ...] = (
    _pair(_A.MPAA, _A.BELIMUMAB, _V.VALID, _TESTED, _TRIPLES),
    _pair(_A.CYCLOPHOSPHAMIDE, _A.BELIMUMAB, _V.CAUTION,
          say("belimumab goes with low-dose cyclophosphamide only"), _TRIPLES),
    _pair(_A.MPAA, _A.CALCINEURIN_INHIBITOR, _V.VALID, _TESTED, _TRIPLES),
    _pair(_A.MPAA, _A.VOCLOSPORIN, _V.VALID, _TESTED, _TRIPLES),
    _pair(_A.MPAA, _A.RITUXIMAB, _V.VALID, _TESTED, KDIGO_2024.at("refractory disease", FROM_MEMORY)),
    _pair(_A.CYCLOPHOSPHAMIDE, _A.RITUXIMAB, _V.VALID, _TESTED, KDIGO_2024.at("refractory disease", FROM_MEMORY)),
    _pair(_A.MPAA, _A.OBINUTUZUMAB, _V.VALID, _TESTED, _SOC),
    _pair(_A.MPAA, _A.TELITACICEPT, _V.VALID, _WITH_SOC, _SOC),
    _pair(_A.CYCLOPHOSPHAMIDE, _A.TELITACICEPT, _V.VALID, _WITH_SOC, _SOC),
    _pair(_A.MPAA, _A.ANIFROLUMAB, _V.VALID, _TESTED, _SOC),
    _pair(_A.MPAA, _A.LEFLUNOMIDE, _V.CAUTION, say("leflunomide with mycophenolate: caution"), _SOC),
    _pair(_A.MPAA, _A.AZATHIOPRINE, _V.NEVER, _NEVER_BOTH, _SOC),
    _pair(_A.VOCLOSPORIN, _A.CYCLOPHOSPHAMIDE, _V.NEVER,
          say("voclosporin is never combined with cyclophosphamide"), _LABEL),
    _pair(_A.RITUXIMAB, _A.OBINUTUZUMAB, _V.NEVER, _CD20_TWICE, _SOC),
    _pair(_A.RITUXIMAB, _A.BELIMUMAB, _V.NOT_TESTED,
          say("an anti-CD20 antibody with belimumab: no added efficacy shown, more infection"), _SOC),
    _pair(_A.OBINUTUZUMAB, _A.BELIMUMAB, _V.NOT_TESTED,
          say("an anti-CD20 antibody with belimumab: no added efficacy shown, more infection"), _SOC),
)  # fmt: skip
_KNOWN = {pairing.agents: pairing for pairing in PAIRINGS}
NOT_TESTED = say("this combination was not tested")


@dataclass(frozen=True, slots=True)
class Regimen:
    """A combination judged: the worst of its pairs, and why."""

    validity: Validity
    says: Message


def pairing(one: Agent, other: Agent) -> Regimen:
    """Whether two agents go together."""
    known = _KNOWN.get(frozenset({one, other}))
    return Regimen(known.validity, known.says) if known is not None else Regimen(Validity.NOT_TESTED, NOT_TESTED)


def judged(agents: Iterable[Agent], *, refractory_by_acr: bool = False) -> Regimen:
    """Whether all these agents go together; mycophenolate, belimumab and a calcineurin inhibitor need refractoriness
    by ACR 2024."""
    wanted = frozenset(agents)
    if wanted >= TRIPLE and wanted & CNI:
        if not refractory_by_acr:
            says = say("mycophenolate, belimumab and a calcineurin inhibitor: only for refractory disease by ACR 2024")
            return Regimen(Validity.NOT_TESTED, says)
        wanted -= {Agent.BELIMUMAB}  # its pair with the calcineurin inhibitor is what ACR 2024 allows here
    ranked = list(Validity)
    ordered = sorted(wanted, key=lambda agent: agent.value)
    pairs = [pairing(a, b) for a, b in combinations(ordered, 2)]
    return max(pairs, key=lambda pair: ranked.index(pair.validity), default=Regimen(Validity.VALID, _TESTED))


def uses_in_force(chart: Chart) -> dict[Agent, tuple[DrugUse, ...]]:
    """The agents of today's regimen: in use, or infused so lately that they still act."""
    found: dict[Agent, tuple[DrugUse, ...]] = {}
    for drug, agent in AGENT_OF.items():
        uses = in_use(chart, {drug})
        if agent in ANTI_CD20_AGENTS | {Agent.BELIMUMAB}:
            uses = tuple(
                u for u in was_given(chart, frozenset({drug}), ANTI_CD20_WITHIN)
                if u.record is Record.ADMINISTRATION or u in uses
            )  # fmt: skip
        elif agent is Agent.CYCLOPHOSPHAMIDE:
            lately = was_given(chart, frozenset({drug}), CYCLOPHOSPHAMIDE_WITHIN)
            uses = tuple(u for u in lately if u.start is not None and not is_lymphodepletion(chart, u.start))
        if uses:
            found[agent] = (*found.get(agent, ()), *uses)
    return found
