"""One way to escalate treatment, as data: what it is, what is known about it, and what it asks for.

An option holds no decision: `offering.py` weighs it for one patient. Its `bars` and `fits` are criteria of the order
checks and of this package, so that a card and an order check never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.citation import Citation
from lnfhir.guideline.choices import Shown
from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.agents import Agent
from lnfhir.guideline.escalation.criteria import Criterion
from lnfhir.message import Message


class Kind(Enum):
    """What choosing the option means."""

    DRUG = "drug"
    COMBINATION = "combination"
    PROCEDURE = "procedure"
    TRIAL = "trial"
    REFERRAL = "referral"
    NOT_OFFERED = "not-offered"


@dataclass(frozen=True, slots=True)
class Trial:
    """One row of evidence: how many patients were treated or compared (None: not on file), and what came out.

    `against` marks a result that speaks against the option or corrects a claim made for it.
    """

    n: int | None
    says: Message
    cite: Citation
    against: bool = False

    @property
    def shown(self) -> Shown:
        """The row with its source."""
        return Shown(self.says, self.cite, self.against)


@dataclass(frozen=True, slots=True)
class Status:
    """The regulatory status in one region (`US`, `EU`, `CN`).

    `lupus_nephritis`: its label there includes lupus nephritis; None where that was not verified.
    """

    region: str
    lupus_nephritis: bool | None
    says: Message
    cite: Citation


@dataclass(frozen=True, slots=True)
class Option:
    """One escalation option.

    `drugs` are the ingredients whose earlier use means it was tried; `products` its codes; `adds` and `replaces` the
    agents it brings into the regimen and those it takes the place of; one of its `partners` must be in it; `bars`
    assert what forbids it and `fits` what it asks for. `biologic`: never drafted as an order. `only_in`: offered only
    where a site lies in one of these regions or has not said. `why_not` is the standing reason of what is not offered.
    """

    key: str
    name: Message
    kind: Kind
    mechanism: Message
    evidence: tuple[Trial, ...]
    statuses: tuple[Status, ...]
    positions: tuple[Shown, ...]
    drugs: frozenset[str] = frozenset()
    products: tuple[Product, ...] = ()
    adds: frozenset[Agent] = frozenset()
    replaces: frozenset[Agent] = frozenset()
    partners: frozenset[Agent] = frozenset()
    bars: tuple[Criterion, ...] = ()
    fits: tuple[Criterion, ...] = ()
    dose: Message | None = None
    monitoring: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    biologic: bool = False
    only_in: frozenset[str] = frozenset()
    why_not: Message | None = None
