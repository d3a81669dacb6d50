"""What is wrong with a request, and how a client is told: a status and an OperationOutcome, never the sent values."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cds_hooks.alerts import Alert
from cds_hooks.told import Told
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.message import Message, say

FHIR_CODE = {400: "invalid", 404: "not-found", 405: "not-supported", 408: "timeout", 412: "incomplete"}
"""FHIR IssueType for a status of ours that has no finer one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A request that cannot be served: an HTTP status and every fault that was found, each with its path."""

    status: int
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What a client receives: status, body, and headers as (name, value).

    `told` is for our own records, `alerts` are for the operator.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    told: Told | None = None
    alerts: tuple[Alert, ...] = ()


def fault(path: str, code: str, says: Message) -> Issue:
    """One fault of a request; `code` is a FHIR IssueType."""
    return Issue(Severity.ERROR, code, says, path)


def problem(status: int, says: Message, path: str = "", code: str = "") -> Problem:
    """A problem with a single fault."""
    return Problem(status, (fault(path, code or FHIR_CODE.get(status, "processing"), says),))


def _shown(issue: Issue) -> dict[str, object]:
    shown: dict[str, object] = {
        "severity": issue.severity.value,
        "code": issue.code,
        "diagnostics": str(issue.says),
    }
    if issue.path:
        shown["expression"] = [issue.path]
    return shown


def outcome(refused: Problem, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """The problem as an OperationOutcome."""
    body = msgspec.json.encode(
        {"resourceType": "OperationOutcome", "issue": [_shown(issue) for issue in refused.issues]}
    )
    return Response(refused.status, body, (("content-type", "application/json"), *headers))


def bug(incident: str) -> Response:
    """Our own failure. It says nothing but the id under which the operator finds it in the log."""
    says = say("The service failed. Quote incident {incident} to its operator.", incident=incident)
    return outcome(Problem(500, (Issue(Severity.ERROR, "exception", says),)))
