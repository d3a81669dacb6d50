"""A validation from documents to its report: structure and profile at once, fitness patient by patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from lnfhir.chart.build import chart_from_record
from lnfhir.fhir.answer import Answer, Coverage
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Severity
from lnfhir.fhir.kinds import READ
from lnfhir.fhir.resource import Resource
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.record import about, joined, patients_in
from lnfhir.review import review
from lnfhir.site_codes.unmapped import Unmapped, unmapped_in
from lnfhir.terminology.code_map import NO_MAP, CodeMap
from lnfhir.validation.fault import APART, Depth, Fault
from lnfhir.validation.fitness import fitness
from lnfhir.validation.pool import Pool
from lnfhir.validation.profiles import profile_faults
from lnfhir.validation.structure import structure_faults
from lnfhir.validation.tally import Tally
from lnfhir.validation.unreadable import read

Json = dict[str, Any]

_DEEPEST_BUNDLE = 4
NOWHERE: Mapping[str, str] = {}


@dataclass(slots=True)
class Validation:
    """One run. A Bundle is a record of its own; resources that come alone make one record for each patient."""

    pool: Pool
    as_of: date
    policy: Policy = field(default_factory=Policy)
    codes: CodeMap = NO_MAP
    tally: Tally = field(default_factory=Tally)

    def unreadable(self, place: str, says: Message) -> None:
        """A document that could not be had or is no FHIR."""
        self.tally.documents += 1
        self.tally.unreadable += 1
        self.tally.add(Fault(Depth.STRUCTURE, Severity.ERROR, "structure", says, place))

    def left_out(self, place: str, count: int) -> None:
        """Files of a folder that were not read."""
        if count:
            says = say("{count} files of the folder are not read: by their names they are no JSON", count=count)
            self.tally.add(Fault(Depth.STRUCTURE, Severity.INFORMATION, "informational", says, place))

    def document(self, raw: bytes, place: str) -> None:
        """Take in one Bundle or resource."""
        value = read(raw)
        if isinstance(value, Message):
            self.unreadable(place, value)
            return
        self.tally.documents += 1
        kind: str = value["resourceType"]
        for resource, path in _resources(value, kind):
            self._look(resource, place, path)
        answer = read_answer(raw, kind)
        for _, found in answer.resources:
            for unmapped in unmapped_in(found, self.codes):
                self.tally.add(_not_mapped(unmapped, place, found))
        if kind == "Bundle":
            self._judge(answer, place)
        elif kind in READ:
            name = f"{kind}/{value.get('id', '?')}"
            self.pool.put(_whose(value), name, place, raw)

    def _look(self, resource: Json, place: str, path: str) -> None:
        self.tally.resources[str(resource.get("resourceType"))[:40]] += 1
        for fault in structure_faults(resource, place, path):
            self.tally.add(fault)
        for fault in profile_faults(resource, place, path):
            self.tally.add(fault)

    def judge_pooled(self) -> Iterator[str]:
        """Judge the patients whose resources came one by one; yields each before it is judged."""
        for patient, rows in self.pool.patients():
            yield patient
            answers = [self._read(place, raw) for place, raw in rows]
            names = {name for answer in answers for _, found in answer.resources for name in _medications(found)}
            answers += [self._read(place, raw) for name in sorted(names) for place, raw in self.pool.shared(name)]
            whole = joined(answers)
            if whole.resources:
                own = zip(rows, answers, strict=False)  # what is shared comes behind and is nobody's
                places = {each.local_reference: place for (place, _), answer in own for _, each in answer.resources}
                self._judge_one(whole, patient, "", 0, places)

    def _read(self, place: str, raw: bytes) -> Answer:
        kind = msgspec.json.decode(raw)["resourceType"]
        return read_answer(raw, f"{place}{APART}{kind}")

    def _judge(self, answer: Answer, place: str) -> None:
        patients = patients_in(answer)
        if answer.coverage is Coverage.FAILED or not patients:
            for issue in answer.issues:
                self.tally.add(
                    Fault(Depth.FITNESS, issue.severity, issue.code, issue.says, place, issue.path, issue.reference)
                )
            if answer.resources:
                says = say("no patient is named anywhere: the rules cannot be tried")
                self.tally.add(Fault(Depth.FITNESS, Severity.WARNING, "required", says, place))
        for number, patient in enumerate(sorted(patients)):
            record = about(answer, patient, patients - {patient})
            self._judge_one(record, patient, place, len(answer.issues) if number else 0)

    def _judge_one(
        self, answer: Answer, patient: str, place: str, told: int, places: Mapping[str, str] = NOWHERE
    ) -> None:
        """`places` names the document of each resource, where a record was put together of several."""
        chart = chart_from_record(answer, self.as_of, patient, codes=self.codes)
        found = fitness(review(chart, self.policy), place, told)
        faults = tuple(
            fault if fault.place else replace(fault, place=places.get(fault.reference, "")) for fault in found.faults
        )
        self.tally.judge(replace(found, faults=faults))


def _resources(value: Json, path: str, depth: int = 0) -> Iterator[tuple[Json, str]]:
    """A resource, or those of a Bundle, each with its path."""
    if value.get("resourceType") != "Bundle":
        yield value, path
        return
    entries = value.get("entry")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and depth < _DEEPEST_BUNDLE:
            yield from _resources(resource, f"{path}.entry[{index}].resource", depth + 1)


def _whose(resource: Json) -> str:
    """The id of the patient a resource is about, `` for none."""
    if resource["resourceType"] == "Patient":
        return str(resource.get("id") or "")
    whom = resource.get("subject") or resource.get("patient")
    reference = whom.get("reference") if isinstance(whom, dict) else None
    if not isinstance(reference, str):
        return ""
    return reference.rpartition("Patient/")[2].rpartition(":")[2].partition("/")[0]


def _medications(resource: Resource) -> Iterator[str]:
    references = [resource.medicationReference, resource.medication.reference if resource.medication else None]
    for reference in references:
        if reference is not None and reference.reference and not reference.reference.startswith("#"):
            yield "/".join(reference.reference.rstrip("/").split("/")[-2:])


def _not_mapped(found: Unmapped, place: str, resource: Resource) -> Fault:
    severity = Severity.WARNING if found.proposal and not found.known else Severity.INFORMATION
    says = _of_drug(found) if found.table == "drug" else _of_test(found)
    return Fault(Depth.FITNESS, severity, "code-invalid", says, place, "", resource.local_reference)


def _of_drug(found: Unmapped) -> Message:
    name = (found.text or found.code)[:_LONGEST_NAME]
    if not found.proposal:
        return say("a drug has no public code and a name that is not known here")
    if found.known:
        return say(
            "the drug {name} is understood by its name, as {proposal}; an entry in the code map makes it certain",
            name=name,
            proposal=found.proposal,
        )
    return say("the drug {name} is not recognised; it may be {proposal}", name=name, proposal=found.proposal)


def _of_test(found: Unmapped) -> Message:
    label = f"{found.code} ({found.text})" if found.code and found.text else found.text or found.code
    name = label[:_LONGEST_NAME]
    if not found.proposal:
        return say("a test has a local code that is not mapped")
    if found.known and not found.code:
        return say("the test {name} has no code; by its name it is {proposal}", name=name, proposal=found.proposal)
    if found.known:
        return say(
            "the test {name} is understood by its name, as {proposal}; an entry in the code map makes it certain",
            name=name,
            proposal=found.proposal,
        )
    return say("the test {name} is not mapped; it may be {proposal}", name=name, proposal=found.proposal)


_LONGEST_NAME = 80
