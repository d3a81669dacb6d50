"""Treatments weighed against each other: what may be chosen, in which order, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.citation import Citation
from lnfhir.logic import Finding
from lnfhir.message import Message


class Standing(Enum):
    """Where one treatment stands for one patient. Only the first two are offered."""

    OFFERED = "offered"
    CHECK_FIRST = "check-first"
    IN_USE = "in-use"
    TRIED = "tried"
    BARRED = "barred"
    NOT_ELIGIBLE = "not-eligible"
    NOT_COMBINABLE = "not-combinable"
    NOT_AT_THIS_STEP = "not-at-this-step"
    NOT_SUGGESTED = "not-suggested"


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement and where it was read; `against`: it speaks against the treatment, or corrects a claim for it."""

    says: Message
    cite: Citation
    against: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One treatment for one patient.

    `says` is why it is offered or not, in one sentence; `step` the place in the guideline's order that offers it.
    `bars` are the findings that would forbid it (MET forbids, UNKNOWN is to be checked first), `fits` what it asks for.
    `hints` are what speaks for or against it in this patient, `notes` what is known about it for anyone.
    `off_label` names the regions where its label does not include lupus nephritis. `kind` is `drug`, `combination`,
    `procedure`, `trial`, `referral` or `not-offered`.
    """

    key: str
    name: Message
    kind: str
    mechanism: Message
    standing: Standing
    says: Message
    step: Message | None = None
    bars: tuple[Finding, ...] = ()
    fits: tuple[Finding, ...] = ()
    evidence: tuple[Shown, ...] = ()
    regulatory: tuple[Shown, ...] = ()
    off_label: tuple[str, ...] = ()
    positions: tuple[Shown, ...] = ()
    dose: Message | None = None
    monitoring: tuple[Message, ...] = ()
    hints: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def offered(self) -> bool:
        """It may be chosen, perhaps after a check."""
        return self.standing in (Standing.OFFERED, Standing.CHECK_FIRST)

    @property
    def off_label_everywhere(self) -> bool:
        """Shown regions exist, and in none of them its label includes lupus nephritis."""
        return bool(self.regulatory) and len(self.off_label) == len(self.regulatory)

    @property
    def checks(self) -> tuple[Finding, ...]:
        """What is unknown and must be settled before it is chosen."""
        return tuple(finding for finding in (*self.bars, *self.fits) if finding.missing)
