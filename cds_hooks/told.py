"""What one call was told, for the ledger and the audit: names and codes of ours, and whom it was about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an issuer and its tenant, both empty where the service does not ask."""

    issuer: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """One card: its rule, how urgent it was, and how its rule turned out."""

    card: str
    rule: str
    indicator: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """A well-formed call and the cards it was given, or in silence was not. `repr` names nobody."""

    service: str
    hook_instance: str
    patient_id: str
    user_id: str
    fhir_server: str
    advice: tuple[Advice, ...] = ()
    silent: bool = False

    def __repr__(self) -> str:
        return f"Told({self.service}, {len(self.advice)} cards)"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One call as the audit keeps it. `kind` is call, feedback or discovery; `service` one of ours, or `unknown`.

    `reason` holds words of ours: why it was refused, or what about it should alert somebody.
    """

    kind: str
    service: str
    caller: Caller
    status: int
    milliseconds: float = 0.0
    reason: str = ""
    told: Told | None = None
