"""One bad input: its number in the list, what is sent, and what must come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.hook_calls import body, call, empties, patient, response_faults

Json = dict[str, Any]

VIEW = "/cds-services/ln-patient-view"
SELECT = "/cds-services/ln-order-select"
FEEDBACK = f"{VIEW}/feedback"
JSON: Mapping[str, str] = {"content-type": "application/json"}
CANARY = "zqcanaryqz"
"""A word that each bad input carries where it can, and that no answer, header or line of log may repeat."""

MOST_REFUSED_BYTES = 6000
MOST_SERVED_BYTES = 200_000

GOOD = body(call(prefetch={"patient": patient()}))


class Answered(Protocol):
    """What a client library of any kind gives back."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Any: ...
    @property
    def content(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Case:
    """`status` are the statuses that are right; `also` looks at more of the answer, and fails if that is wrong.

    `says` is the path or word that the OperationOutcome must name, so that the refusal is for the right reason.
    """

    number: int
    name: str
    status: int
    content: bytes = GOOD
    path: str = VIEW
    method: str = "POST"
    headers: Mapping[str, str] | tuple[tuple[str, str], ...] = field(default_factory=lambda: dict(JSON))
    says: str = ""
    also: Callable[[Answered], None] | None = None

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.number}-{self.name}"


def unsound(answered: Answered) -> list[str]:
    """What is wrong with an answer to any bad input, whatever its status should be."""
    faults: list[str] = []
    shown = answered.text + repr(sorted(answered.headers.items()))
    if CANARY in shown:
        faults.append("it repeats what was sent")
    if "Traceback" in shown or "/cds_hooks/" in shown or "site-packages" in shown:
        faults.append("it shows the program's inside")
    if answered.status_code >= 500:
        faults.append(f"status {answered.status_code}")
    if len(answered.content) > (MOST_SERVED_BYTES if answered.status_code == 200 else MOST_REFUSED_BYTES):
        faults.append(f"{len(answered.content)} bytes are too many")
    if answered.headers.get("content-type", "") != "application/json":
        return faults if answered.status_code == 200 else [*faults, "a refusal is not JSON"]
    content = answered.json()
    if answered.status_code != 200:
        if content.get("resourceType") != "OperationOutcome" or not content.get("issue"):
            faults.append("a refusal is no OperationOutcome")
        faults += [f"empty: {path}" for path in empties(content)]
    elif "cards" in content:
        faults += response_faults(content)
    return faults


def check(case: Case, answered: Answered) -> None:
    """Fail unless this is the answer to this case."""
    assert answered.status_code == case.status, answered.text[:400]
    assert unsound(answered) == []
    if case.says:
        assert case.says in answered.text
    if case.also is not None:
        case.also(answered)
