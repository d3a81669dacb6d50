"""What several options say alike: regulatory status, what is tested and followed, what a guideline thinks of them."""

from __future__ import annotations

from lnfhir.citation import Citation, Confidence
from lnfhir.guideline.choices import Shown
from lnfhir.guideline.escalation.option import Status
from lnfhir.guideline.escalation.sources import REGULATORY
from lnfhir.guideline.sources import ACR_2024, DIGEST, EULAR_2025, FROM_MEMORY, KDIGO_2024, PRIMARY
from lnfhir.message import Message, say

REGIONS = ("US", "EU", "CN")

APPROVED = say("approved for lupus nephritis")
OFF_LABEL = say("off-label for lupus nephritis")
NOT_VERIFIED = say("status for lupus nephritis not verified")
NOT_FOUND = say("no approval for lupus nephritis found")
NO_APPROVAL = say("not approved for lupus")


def _place(region: str, confidence: Confidence) -> Citation:
    return REGULATORY.at(region, confidence)


def approved(region: str, since: str, confidence: Confidence) -> Status:
    """Its label includes lupus nephritis; `since` may be unknown (``)."""
    says = say("approved for lupus nephritis ({since})", since=since) if since else APPROVED
    return Status(region, True, says, _place(region, confidence))


def off_label(*regions: str, confidence: Confidence = FROM_MEMORY) -> tuple[Status, ...]:
    """Its label does not include lupus nephritis."""
    return tuple(Status(region, False, OFF_LABEL, _place(region, confidence)) for region in regions)


def unverified(*regions: str) -> tuple[Status, ...]:
    """Nobody looked it up for this release."""
    return tuple(Status(region, None, NOT_VERIFIED, _place(region, FROM_MEMORY)) for region in regions)


def not_found(*regions: str, confidence: Confidence = DIGEST) -> tuple[Status, ...]:
    """Searched, and no approval was found."""
    return tuple(Status(region, False, NOT_FOUND, _place(region, confidence)) for region in regions)


def other_use(region: str, says: Message, confidence: Confidence) -> Status:
    """Approved for something else."""
    return Status(region, False, says, _place(region, confidence))


def nowhere(confidence: Confidence = DIGEST) -> tuple[Status, ...]:
    """No approval for lupus in any region."""
    return tuple(Status(region, False, NO_APPROVAL, _place(region, confidence)) for region in REGIONS)


COUNTS = say("blood counts")
IGG = say("IgG")
HBV = say("HBsAg and anti-HBc before the first dose")
CREATININE = say("creatinine")
POTASSIUM = say("potassium")
PRESSURE = say("blood pressure")
CONTRACEPTION = say("contraception")
PNEUMOCYSTIS = say("pneumocystis prophylaxis")

FIRST_LINE = say("first-line treatment")
ADD_ON = say("added to standard treatment")
FOR_REFRACTORY = say("for refractory disease")
NOT_NAMED = say("not named")
NO_POSITION = say("not recommended by a guideline")


def kdigo(says: Message, confidence: Confidence = DIGEST) -> Shown:
    """KDIGO 2024's position."""
    return Shown(says, KDIGO_2024.at("unsatisfactory response", confidence))


def acr(says: Message, confidence: Confidence = PRIMARY) -> Shown:
    """ACR 2024's position."""
    return Shown(says, ACR_2024.at("inadequate response and refractory disease", confidence))


def eular(says: Message, confidence: Confidence = DIGEST) -> Shown:
    """EULAR 2025's position."""
    return Shown(says, EULAR_2025.at("non-response", confidence))
