"""The resources of one patient's answers, each once, and how they refer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec
from msgspec import Struct

from lnfhir.chart.coverage import NEEDS_OF_TYPE, Need
from lnfhir.fhir.answer import Answer
from lnfhir.fhir.envelope import UNREADABLE, read_one
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.fhir.resource import Reference, Resource
from lnfhir.instants import Instant, instant
from lnfhir.message import Message, say
from lnfhir.terminology.code_map import NO_MAP, CodeMap


class Placed(Struct, frozen=True):
    """A resource, where it was found and how it is referred to."""

    place: str
    resource: Resource
    reference: str


@dataclass(slots=True)
class Record:
    """Everything read about one patient, and what was found wrong with it while the chart is built.

    `doubtful` are the needs that lost a datum: there, absence no longer means "no". `strangers` are the places of
    resources that belong to someone else, `ahead` the references of results dated after `as_of`. `codes` is the site's
    map.
    """

    as_of: date
    patient_id: str
    by_type: dict[str, list[Placed]]
    full_urls: Mapping[str, str]
    codes: CodeMap = NO_MAP
    issues: list[Issue] = field(default_factory=list)
    doubtful: set[Need] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    ahead: set[str] = field(default_factory=set)
    _by_reference: dict[str, Placed] | None = None
    _instants: dict[str, Instant | None] = field(default_factory=dict)

    def of_type(self, name: str) -> list[Placed]:
        """The resources of one type, whoever they belong to."""
        return self.by_type.get(name, [])

    def warn(self, code: str, says: Message, placed: Placed, member: str = "") -> None:
        """Something is not used: a WARNING."""
        self._issue(Severity.WARNING, code, says, placed, member)

    def note(self, code: str, says: Message, placed: Placed, member: str = "") -> None:
        """Something is used with a reservation, or rightly left out: an INFORMATION."""
        self._issue(Severity.INFORMATION, code, says, placed, member)

    def lose(self, code: str, says: Message, placed: Placed, member: str = "", need: Need | None = None) -> None:
        """A datum that would count cannot be used: a WARNING, and its need is no longer completely known."""
        self.doubtful |= {need} if need else NEEDS_OF_TYPE.get(placed.resource.resourceType, frozenset())
        self._issue(Severity.WARNING, code, says, placed, member)

    def _issue(self, severity: Severity, code: str, says: Message, placed: Placed, member: str) -> None:
        path = f"{placed.place}.{member}" if member else placed.place
        self.issues.append(Issue(severity, code, says, path, placed.reference))

    def target(self, reference: str) -> str:
        """`Type/id`, whichever way a resource is referred to (relative, absolute, by version or by fullUrl)."""
        known = self.full_urls.get(reference)
        if known is not None:
            return known
        parts = reference.partition("/_history/")[0].rstrip("/").split("/")
        return "/".join(parts[-2:])

    def find(self, reference: Reference | None, holder: Placed) -> Placed | None:
        """The resource referred to: contained in the holder, or elsewhere in the record."""
        if reference is None or not reference.reference:
            return None
        if reference.reference.startswith("#"):
            inside = (item for item in self.contained(holder) if item.resource.id == reference.reference[1:])
            return next(inside, None)
        if self._by_reference is None:
            self._by_reference = {item.reference: item for items in self.by_type.values() for item in items}
        return self._by_reference.get(self.target(reference.reference))

    def contained(self, holder: Placed) -> list[Placed]:
        """The readable resources contained in one."""
        found = []
        for index, raw in enumerate(holder.resource.contained):
            place = f"{holder.place}.contained[{index}]"
            try:
                resource = read_one(raw)
            except UNREADABLE:
                self.lose("structure", say("this part cannot be read and is not used"), holder, f"contained[{index}]")
                continue
            if resource.modifierExtension or resource.implicitRules is not None:
                says = say("`{member}` may change the meaning: this resource is not used", member="modifierExtension")
                self.lose("extension", says, holder, f"contained[{index}]")
                continue
            name = (resource.id or "?").removeprefix("#")
            resource = msgspec.structs.replace(resource, id=name)
            found.append(Placed(place, resource, f"{holder.reference}#{name}"))
        return found

    def own(self, name: str) -> Iterable[Placed]:
        """The resources of one type that belong to the patient; others are dropped, loudly."""
        expected = f"Patient/{self.patient_id}"
        for placed in self.by_type.get(name, ()):
            subject = placed.resource.subject or placed.resource.patient
            reference = subject.reference if subject is not None else None
            if reference == expected or self._belongs(placed, reference, expected):
                yield placed

    def _belongs(self, placed: Placed, reference: str | None, expected: str) -> bool:
        if reference and not reference.startswith("#"):
            if self.target(reference) == expected:
                return True
            says = say("this belongs to someone else than the patient and is not used")
            self._issue(Severity.ERROR, "conflict", says, placed, "subject")
            self.strangers.add(placed.place)
            return False
        if not reference and len(self.by_type.get("Patient", ())) == 1:
            self.note("incomplete", say("no patient is named; taken as the only patient of the record"), placed)
            return True
        self.lose("incomplete", say("no patient is named: this is not used"), placed, "subject")
        return False

    def instant(self, text: str) -> Instant | None:
        """The time a text means; the results of one sample share it, so each text is read once."""
        if text not in self._instants:
            self._instants[text] = instant(text)
        return self._instants[text]

    def is_ahead(self, when: Instant, placed: Placed) -> bool:
        """Whether a result is dated after `as_of`: it is not used, and all such are told at once."""
        if when.first <= self.as_of:
            return False
        self.ahead.add(placed.reference)
        return True

    def moment(self, text: str, placed: Placed, member: str, need: Need | None = None) -> Instant | None:
        """Read a time; one that is no time is an issue."""
        found = self.instant(text)
        if found is None:
            self.lose("value", say("this is not a date or time: the resource is not used"), placed, member, need)
        return found


def record_of(answers: Iterable[Answer], patient_id: str, as_of: date, codes: CodeMap = NO_MAP) -> Record:
    """Gather the resources of several answers, each resource once."""
    first: dict[str, Placed] = {}
    copies: dict[str, list[Placed]] = {}
    nameless: dict[bytes, Placed] = {}
    full_urls: dict[str, str] = {}
    for answer in answers:
        full_urls.update(answer.full_urls)
        for place, resource in answer.resources:
            if resource.id is None:
                placed = Placed(place, resource, resource.local_reference)
                nameless.setdefault(msgspec.json.encode(resource), placed)
                continue
            reference = f"{resource.resourceType}/{resource.id}"
            placed = Placed(place, resource, reference)
            if first.setdefault(reference, placed) is not placed:
                copies.setdefault(reference, [first[reference]]).append(placed)
    record = Record(as_of, patient_id, {}, full_urls, codes)
    chosen = {reference: _newest(record, found) for reference, found in copies.items()}
    for each in (*first.values(), *nameless.values()):
        kept = chosen.get(each.reference, each) if copies else each
        if kept is not None:
            record.by_type.setdefault(kept.resource.resourceType, []).append(kept)
    return record


def _newest(record: Record, found: list[Placed]) -> Placed | None:
    """Of several copies of one resource the newest version; None when they differ and nothing tells which holds."""
    versions = {msgspec.json.encode(msgspec.structs.replace(item.resource, meta=None)): item for item in found}
    if len(versions) == 1:
        return found[0]
    ages = sorted(((*_age(item.resource), content) for content, item in versions.items()), reverse=True)
    newest = versions[ages[0][2]]
    if ages[0][:2] != ages[1][:2]:
        return newest
    if newest.resource.resourceType in ("Patient", "Medication"):
        longest = max(versions, key=lambda content: (len(content), content))
        record.warn("conflict", say("two different copies of this resource; the fuller one is used"), newest)
        return versions[longest]
    says = say("two different copies of this resource and no version to tell which holds: neither is used")
    record.lose("conflict", says, newest)
    return None


def _age(resource: Resource) -> tuple[float, float]:
    """Sorts versions: by `meta.lastUpdated`, then by a numeric `meta.versionId`."""
    meta = resource.meta
    updated = instant(meta.lastUpdated) if meta is not None and meta.lastUpdated else None
    version = meta.versionId if meta is not None else None
    number = float(version) if version is not None and version.isdecimal() else -1.0
    return (updated.order.timestamp() if updated is not None else float("-inf"), number)
