"""A hook's request: bytes in, a Request or a Problem out.

Every fault is found in one pass and named by its path; no sent value is ever repeated. Members that CDS Hooks does
not name are ignored, optional members may be null although they should be absent, and prefetched FHIR stays undecoded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cds_hooks.members import DEPTH, members, too_deep
from cds_hooks.problems import Problem, fault, problem
from cds_hooks.services import Service
from lnfhir.fhir.issue import Issue
from lnfhir.message import Message, say

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_USER = re.compile(r"(?:Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}")
_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", re.IGNORECASE)
_ANY = re.compile(r".+", re.DOTALL)
_NULL = b"null"

MISSING = say("Required member is missing")
A_STRING = say("Must be a non-empty string")
A_UUID = say("Must be a UUID")
A_URL = say("Must be an absolute http or https URL")
A_FHIR_ID = say("Must be a FHIR id, without the resource type")
A_USER = say("Must be a reference to the user, such as Practitioner/id")


@dataclass(frozen=True, slots=True)
class Authorization:
    """Access to the client's FHIR server. `repr` never shows the token."""

    access_token: str
    patient: str

    def __repr__(self) -> str:
        return "Authorization(…)"


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed call of one service. `prefetch` holds undecoded FHIR by key; `` stands for what was not sent.

    `authorization` is None also when it cannot be used (not Bearer, expired): then only the prefetch counts.
    """

    service: Service
    hook_instance: str
    patient_id: str
    user_id: str = ""
    encounter_id: str = ""
    fhir_server: str = ""
    authorization: Authorization | None = None
    selections: tuple[str, ...] = ()
    draft_orders: msgspec.Raw | None = None
    prefetch: Mapping[str, msgspec.Raw] = field(default_factory=dict)


class Members:
    """The members of one object while it is read: hands out typed values and collects the faults."""

    def __init__(self, path: str, found: Mapping[str, msgspec.Raw], faults: list[Issue]) -> None:
        self._path = path
        self._found = found
        self._faults = faults

    def complain(self, name: str, code: str, says: Message) -> None:
        self._faults.append(fault(self.path(name), code, says))

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def raw(self, name: str) -> msgspec.Raw | None:
        """The member, unless absent or null."""
        raw = self._found.get(name)
        return None if raw is None or bytes(raw) == _NULL else raw

    def text(self, name: str, shape: re.Pattern[str], says: Message, *, required: bool = False) -> str:
        """A string of a shape, or `` with a fault if it is wrong or missing although required."""
        raw = self.raw(name)
        if raw is None:
            if required:
                self.complain(name, "required", MISSING)
            return ""
        value: str | None = decoded(raw, str)
        if value is None or shape.fullmatch(value) is None:
            self.complain(name, "value", says)
            return ""
        return value

    def object(self, name: str, *, required: bool = False) -> Members | None:
        """An object member, one level deep."""
        raw = self.raw(name)
        if raw is None:
            if required:
                self.complain(name, "required", MISSING)
            return None
        if not bytes(raw).startswith(b"{"):
            self.complain(name, "structure", say("Must be a JSON object"))
            return None
        found, unique = members(bytes(raw))
        if not unique:
            self.complain(name, "structure", say("Contains the same name twice, or too many names"))
        return Members(self.path(name), found, self._faults)

    @property
    def all(self) -> Mapping[str, msgspec.Raw]:
        return self._found


def decoded(raw: msgspec.Raw, kind: type[Any]) -> Any:
    """The value if it is of this JSON type, else None."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def read_request(body: bytes, service: Service, *, https_only: bool = False, depth: int = DEPTH) -> Request | Problem:
    """Read the body of `POST /cds-services/{id}`, nested at most `depth` levels.

    `https_only` refuses a FHIR server without TLS.
    """
    top = opened_body(body, depth)
    if isinstance(top, Problem):
        return top
    found, unique = top
    faults: list[Issue] = []
    envelope = Members("", found, faults)
    if not unique:
        faults.append(fault("", "structure", say("The body contains the same name twice, or too many names")))
    hook = envelope.text("hook", _ANY, A_STRING, required=True)
    if hook and hook != service.hook:
        envelope.complain("hook", "value", say("Is not the hook of this service"))
    instance = envelope.text("hookInstance", _UUID, A_UUID, required=True)
    server = envelope.text("fhirServer", _URL, A_URL)
    if https_only and server and not server.lower().startswith("https:"):
        envelope.complain("fhirServer", "security", say("Must use https"))
    context = envelope.object("context", required=True)
    patient = user = encounter = ""
    selections: tuple[str, ...] = ()
    orders: msgspec.Raw | None = None
    if context is not None:
        user = context.text("userId", _USER, A_USER, required=True)
        patient = context.text("patientId", _FHIR_ID, A_FHIR_ID, required=True)
        encounter = context.text("encounterId", _FHIR_ID, A_FHIR_ID, required=service.encounter_required)
        if service.draft_orders:
            selections, orders = _orders(context, service)
    authorization = _authorization(envelope, patient)
    prefetch = envelope.object("prefetch")
    if faults:
        return Problem(400, tuple(faults))
    return Request(
        service,
        instance,
        patient,
        user,
        encounter,
        server,
        authorization,
        selections,
        orders,
        prefetch.all if prefetch is not None else {},
    )


def opened_body(body: bytes, depth: int = DEPTH) -> tuple[dict[str, msgspec.Raw], bool] | Problem:
    """The members of the body, or why it is not a JSON object in UTF-8."""
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return problem(400, say("The body must be UTF-8 without a byte order mark"), code="structure")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return problem(400, say("The body is not UTF-8"), code="structure")
    if too_deep(body, depth):
        return problem(400, say("The body is nested more than {limit} levels deep", limit=depth), code="structure")
    try:
        return members(body)
    except msgspec.ValidationError:
        return problem(400, say("The body must be a JSON object"), code="structure")
    except (msgspec.DecodeError, RecursionError):
        return problem(400, say("The body is not JSON"), code="structure")


def _orders(context: Members, service: Service) -> tuple[tuple[str, ...], msgspec.Raw | None]:
    orders = context.object("draftOrders", required=True)
    if service.hook != "order-select":
        return (), context.raw("draftOrders") if orders is not None else None
    raw = context.raw("selections")
    if raw is None:
        context.complain("selections", "required", MISSING)
        return (), None
    selections = decoded(raw, tuple[str, ...])
    if selections is None:
        context.complain("selections", "value", say("Must be an array of references"))
        return (), None
    return selections, context.raw("draftOrders") if orders is not None else None


def _authorization(envelope: Members, patient: str) -> Authorization | None:
    """A wrong patient or a missing server is the client's error; a token that cannot be used is only not used."""
    given = envelope.object("fhirAuthorization")
    if given is None:
        return None
    if envelope.raw("fhirServer") is None:
        envelope.complain("fhirServer", "required", say("Is required with fhirAuthorization"))
    token = given.text("access_token", _ANY, A_STRING, required=True)
    scoped = given.text("patient", _ANY, A_STRING).removeprefix("Patient/")
    if scoped and patient and scoped != patient:
        given.complain("patient", "conflict", say("Is not the patient of the context"))
    kind = given.raw("token_type")
    lifetime = given.raw("expires_in")
    seconds = decoded(lifetime, int) if lifetime is not None else None
    if not token or kind is None or decoded(kind, str) != "Bearer" or seconds is None or seconds <= 0:
        return None
    return Authorization(token, scoped)
