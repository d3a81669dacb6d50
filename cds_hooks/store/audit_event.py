"""The audit as FHIR R4 AuditEvents, one a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from cds_hooks.store.tables import AUDIT, written

HASH = "https://lnfhir.org/fhir/NamingSystem/keyed-hash"
HOOK_INSTANCE = "https://cds-hooks.org/hookInstance"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ANYBODY = "urn:lnfhir:any-caller"
UNKNOWN = "urn:lnfhir:unknown-caller"
"""Who called where the service asks nobody, and where it asked and was not convinced."""

_NAMELESS = {401: UNKNOWN, 403: UNKNOWN}
_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"


def audit_events(connection: Connection, since: datetime | None = None) -> Iterator[bytes]:
    """One AuditEvent for each call since then, oldest first, as JSON without a line's end."""
    begin = written(since or datetime(2000, 1, 1, tzinfo=UTC))
    question = select(AUDIT).where(AUDIT.c.at >= begin).order_by(AUDIT.c.at, AUDIT.c.id)
    for row in connection.execute(question.execution_options(yield_per=1000)):
        yield msgspec.json.encode(audit_event(row))


def audit_event(row: Row[Any]) -> dict[str, Any]:
    """One row of the audit: who asked which service about whom, which rules gave a card, and how it ended."""
    agents = [
        _agent("humanuser", "human user", HASH, row.user, requestor=True),
        _agent("dataprocessor", "data processor", row.issuer or _NAMELESS.get(row.status, ANYBODY), row.tenant or "-"),
    ]
    entities = [_entity("1", "Person", "1", "Patient", HASH, row.patient)] if row.patient else []
    if row.hook_instance:
        entities.append(_entity("4", "Other", "20", "Job", HOOK_INSTANCE, row.hook_instance))
    entities.append(
        {
            "what": {"display": row.service},
            "type": {"system": _ENTITY, "code": "2", "display": "System Object"},
            "role": {"system": _ROLE, "code": "13", "display": "Security Resource"},
            "detail": [
                {"type": "version", "valueString": row.version},
                {"type": "status", "valueString": str(row.status)},
                {"type": "milliseconds", "valueString": f"{row.milliseconds:.1f}"},
                *([{"type": "reason", "valueString": row.reason}] if row.reason else []),
                *({"type": "rule", "valueString": rule} for rule in msgspec.json.decode(row.rules, type=list[str])),
            ],
        }
    )
    return {
        "resourceType": "AuditEvent",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
            "display": "RESTful Operation",
        },
        "subtype": [{"system": "https://cds-hooks.org/operation", "code": row.kind}],
        "action": "E",
        "recorded": row.at,
        "outcome": "0" if row.status < 400 else "4" if row.status < 500 else "8",
        "agent": agents if row.user else agents[1:],
        "source": {
            "observer": {"display": "lnfhir"},
            "type": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                    "code": "4",
                    "display": "Application Server",
                }
            ],
        },
        "entity": entities,
    }


def _agent(code: str, display: str, system: str, value: str, *, requestor: bool = False) -> dict[str, Any]:
    return {
        "type": {"coding": [{"system": _PARTICIPANT, "code": code, "display": display}]},
        "who": {"identifier": {"system": system, "value": value}},
        "requestor": requestor,
    }


def _entity(kind: str, kind_display: str, role: str, role_display: str, system: str, value: str) -> dict[str, Any]:
    return {
        "what": {"identifier": {"system": system, "value": value}},
        "type": {"system": _ENTITY, "code": kind, "display": kind_display},
        "role": {"system": _ROLE, "code": role, "display": role_display},
    }
