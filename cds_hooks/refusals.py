"""The refusals of HTTP itself, each with its words and its FHIR IssueType."""

from __future__ import annotations

from cds_hooks.problems import Response, outcome, problem
from lnfhir.message import Message, say

REFUSED: dict[int, tuple[Message, str]] = {
    400: (say("The request is not sound HTTP"), "structure"),
    401: (say("This service answers known clients only"), "login"),
    403: (say("This client may not call on behalf of this organisation"), "forbidden"),
    404: (say("There is nothing at this address"), "not-found"),
    405: (say("This method is not allowed here"), "not-supported"),
    408: (say("The request was not received in time"), "timeout"),
    413: (say("The request body is too large"), "too-long"),
    415: (say("The request body must be application/json in UTF-8, without content encoding"), "not-supported"),
    421: (say("This service does not answer under this name"), "not-found"),
    429: (say("This client calls more often than was agreed"), "throttled"),
    431: (say("The request headers are too large"), "too-long"),
    503: (say("The service is busy"), "transient"),
}


def refused(status: int, *headers: tuple[str, str]) -> Response:
    """One of these refusals."""
    says, code = REFUSED[status]
    return outcome(problem(status, says, code=code), headers)
