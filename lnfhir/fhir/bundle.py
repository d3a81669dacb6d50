"""From the bytes of an answer to its readable resources.

The whole Bundle is decoded typed in one go; only when that fails is it read again entry by entry, so that one
broken resource costs itself and nothing else. No bytes make this raise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from lnfhir.fhir import envelope
from lnfhir.fhir.answer import Answer, Coverage
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.fhir.kinds import KNOWN, READ
from lnfhir.fhir.resource import OutcomeIssue, Resource
from lnfhir.message import Message, say

_WITHHELD = frozenset(
    (
        "suppressed",
        "forbidden",
        "security",
        "login",
        "expired",
        "throttled",
        "too-costly",
        "timeout",
        "transient",
        "incomplete",
        "lock-error",
        "no-store",
        "exception",
    )
)
"""The OperationOutcome issue types that mean results are missing, whatever their severity."""


def read_answer(raw: bytes | msgspec.Raw, place: str) -> Answer:
    """Read a Bundle, a bare resource, an OperationOutcome or `null`, as answered to one question.

    `place` is the path of the answer and begins the path of its issues (`Bundle`, `prefetch.conditions`).
    """
    try:
        bundle = envelope.WHOLE.decode(raw)
    except envelope.UNREADABLE:
        return _read_loosely(raw, place)
    if bundle is None:
        return Answer()
    if bundle.resource_type != "Bundle":
        return _read_loosely(raw, place)
    reading = _Reading(place)
    for index, entry in enumerate(bundle.entry):
        resource = entry.resource
        if resource is None:
            reading.respond(index, entry.response)
            continue
        if resource.resourceType == "Bundle":
            return _read_loosely(raw, place)
        if entry.search is None or entry.search.mode == "match" or entry.search.mode is None:
            reading.matches += resource.resourceType != "OperationOutcome"
        reading.accept(resource, f"{place}.entry[{index}].resource", entry.full_url)
    following = next((link.url for link in bundle.link if link.relation == "next" and link.url), None)
    return reading.answer(bundle.total, following)


def _failed(place: str, says: Message, code: str = "structure") -> Answer:
    return Answer(issues=(Issue(Severity.ERROR, code, says, place),), coverage=Coverage.FAILED)


def _read_loosely(raw: bytes | msgspec.Raw, place: str) -> Answer:
    """The slow way, for all that is not a Bundle of readable resources."""
    if isinstance(raw, bytes) and raw.startswith(b"\xef\xbb\xbf"):
        return read_answer(raw[3:], place)
    try:
        kind = envelope.KIND.decode(raw)
    except msgspec.ValidationError:
        return _failed(place, say("the answer is not a FHIR resource"))
    except envelope.UNREADABLE:
        return _failed(place, say("the answer is not readable JSON"))
    if kind is None:
        return Answer()
    if kind.resource_type == "Bundle":
        return _read_loose_bundle(raw, place)
    reading = _Reading(place)
    if kind.resource_type == "OperationOutcome":
        return _failed(place, say("the sender answered with an error (OperationOutcome)"), "exception")
    if not isinstance(kind.resource_type, str) or kind.resource_type not in KNOWN:
        return _failed(place, say("the answer is not a FHIR resource"))
    reading.accept_raw(raw, kind, place, None)
    return reading.answer(None, None)


def _read_loose_bundle(raw: bytes | msgspec.Raw, place: str) -> Answer:
    try:
        bundle = envelope.LOOSE.decode(raw)
    except envelope.UNREADABLE:
        return _failed(place, say("the Bundle is not readable"))
    reading = _Reading(place)
    for index, item in enumerate(bundle.entry or ()):
        here = f"{place}.entry[{index}]"
        try:
            entry = envelope.LOOSE_ENTRY.decode(item)
            kind = None if entry is None else envelope.KIND.decode(entry.resource)
        except envelope.UNREADABLE as error:
            reading.cannot_read("?", here + envelope.where(error), "")
            continue
        if entry is None or kind is None:
            reading.respond(index, entry.response if entry else None)
            continue
        if entry.search is None or entry.search.mode == "match" or entry.search.mode is None:
            reading.matches += kind.resource_type != "OperationOutcome"
        reading.accept_raw(entry.resource, kind, f"{here}.resource", entry.full_url)
    return reading.answer(bundle.total if isinstance(bundle.total, int) else None, _next_url(bundle.link))


def _next_url(links: Any) -> str | None:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"])
    return None


_DENIALS = ("notGiven", "wasNotGiven", "notDone", "wasNotTaken", "notPerformed")
"""Members of DSTU2 and STU3 that turn a record into its opposite."""


def _changes_meaning(resource: Resource) -> str:
    """The member that may change the meaning of a resource, `` for none; those of other versions of FHIR count too."""
    if resource.modifierExtension:
        return "modifierExtension"
    if resource.implicitRules is not None:
        return "implicitRules"
    if resource.taken not in (None, "y"):
        return "taken"
    if resource.adherence is not None:
        told = resource.adherence.code.coding if resource.adherence.code is not None else ()
        if not any((coding.code or "").startswith("taking") for coding in told):
            return "adherence"
    return next((member for member in _DENIALS if getattr(resource, member)), "")


@dataclass(slots=True)
class _Reading:
    """What has been read so far of one answer."""

    place: str
    resources: list[tuple[str, Resource]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    full_urls: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    matches: int = 0
    partial: bool = False
    refused: bool = False
    next_url: str | None = None

    def warn(self, code: str, says: Message, path: str, reference: str = "") -> None:
        self.issues.append(Issue(Severity.WARNING, code, says, path, reference))

    def cannot_read(self, kind: str, path: str, reference: str) -> None:
        self.unread.add(kind)
        self.warn("structure", say("this part cannot be read and is not used"), path, reference)

    def respond(self, index: int, response: envelope.Response | None) -> None:
        """An entry without a resource: in a batch-response it may say that a request failed."""
        if response is not None and response.status is not None and not response.status.startswith("2"):
            self.partial = True
            says = say("a request of this batch failed: its results are missing")
            self.warn("incomplete", says, f"{self.place}.entry[{index}].response")

    def accept_raw(self, raw: msgspec.Raw | bytes, kind: envelope.Kind, path: str, full_url: str | None) -> None:
        """Decode one resource on its own."""
        name = kind.resource_type
        if name == "Bundle":
            self.absorb(read_answer(raw, path))
            return
        if not isinstance(name, str) or (name not in KNOWN):
            self.unread.add("?")
            says = say("no resource type of FHIR R4: this entry is not used")
            self.warn("not-supported", says, f"{path}.resourceType")
            return
        if name not in READ and name != "OperationOutcome":
            return
        try:
            resource = envelope.read_one(raw)
        except envelope.UNREADABLE as error:
            label = kind.id if isinstance(kind.id, str) else "?"
            reference = f"{name}/{label}"
            if name != "Patient" or (found := self._in_part(raw, path, reference)) is None:
                self.cannot_read(name, path + envelope.where(error), reference)
                return
            resource = found
        self.accept(resource, path, full_url)

    def _in_part(self, raw: msgspec.Raw | bytes, path: str, reference: str) -> Resource | None:
        """A Patient without what cannot be read of it: who it is must not hang on how a name is written."""
        try:
            resource, wrong = envelope.read_in_part(raw)
        except envelope.UNREADABLE:
            return None
        for member, place in wrong.items():
            self.unread.add("Patient")
            says = say("`{member}` of the patient cannot be read and is not used", member=member)
            self.warn("structure", says, path + place, reference)
        return resource

    def accept(self, resource: Resource, path: str, full_url: str | None) -> None:
        """Take a decoded resource, unless FHIR or common sense forbids it."""
        name = resource.resourceType
        if name not in READ:
            if name == "OperationOutcome":
                self.hear(resource.issue, path)
            elif name not in KNOWN:
                self.unread.add("?")
                says = say("no resource type of FHIR R4: this entry is not used")
                self.warn("not-supported", says, f"{path}.resourceType")
            return
        if full_url is not None and (resource.id is None or not full_url.endswith("/" + resource.id)):
            resource = self._identify(resource, full_url)
        member = _changes_meaning(resource)
        if member:
            self.unread.add(name)
            says = say("`{member}` may change the meaning: this resource is not used", member=member)
            self.warn("extension", says, f"{path}.{member}", resource.local_reference)
            return
        self.resources.append((path, resource))

    def _identify(self, resource: Resource, full_url: str) -> Resource:
        """Give a resource without id the one of its fullUrl; remember a fullUrl that names it otherwise."""
        if resource.id is None:
            name = full_url.rstrip("/").replace(":", "/").rpartition("/")[2]
            if not name:
                return resource
            resource = msgspec.structs.replace(resource, id=name)
        self.full_urls[full_url] = resource.local_reference
        return resource

    def hear(self, issues: tuple[OutcomeIssue, ...], path: str) -> None:
        """An OperationOutcome among the entries: does it say that the answer is incomplete?"""
        for issue in issues:
            if issue.severity in ("error", "fatal"):
                self.partial = self.refused = True
                self.warn("incomplete", say("the sender reports an error in its answer"), path)
            elif issue.code in _WITHHELD:
                self.partial = True
                self.warn("incomplete", say("the sender withheld results: the answer is incomplete"), path)

    def absorb(self, inner: Answer) -> None:
        """Take over a Bundle inside the Bundle."""
        self.resources.extend(inner.resources)
        self.issues.extend(inner.issues)
        self.unread |= inner.unread
        self.full_urls.update(inner.full_urls)
        self.next_url = self.next_url or inner.next_url
        self.partial |= inner.coverage is not Coverage.COMPLETE

    def answer(self, total: int | None, next_url: str | None) -> Answer:
        """Close the reading."""
        coverage = Coverage.PARTIAL if self.partial else Coverage.COMPLETE
        next_url = next_url or self.next_url
        if next_url is not None:
            coverage = Coverage.PARTIAL
            self.warn("incomplete", say("the answer has further pages that were not read"), f"{self.place}.link")
        elif total is not None and total > self.matches:
            coverage = Coverage.PARTIAL
            says = say("the sender counts {total} results but sent {sent}", total=total, sent=self.matches)
            self.warn("incomplete", says, f"{self.place}.total")
        if self.refused and not self.resources:
            coverage = Coverage.FAILED
        return Answer(
            tuple(self.resources), tuple(self.issues), coverage, next_url, frozenset(self.unread), self.full_urls
        )
