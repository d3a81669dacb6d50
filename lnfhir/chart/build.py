"""From answers to the chart of one patient as of one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lnfhir.chart.biopsies import ClassFinding, assemble, read_class, read_report
from lnfhir.chart.chart import Chart
from lnfhir.chart.conditions import (
    read_allergy,
    read_condition,
    read_examination,
    read_procedure,
    read_reasons,
    read_service_order,
)
from lnfhir.chart.coverage import NEEDS_OF_TYPE, Coverage, Need
from lnfhir.chart.drugs import DRUG_TYPES, read_drug
from lnfhir.chart.entries import Biopsy, Diagnosis, DrugUse, Person, Result
from lnfhir.chart.person import read_person
from lnfhir.chart.record import Placed, Record, record_of
from lnfhir.chart.results import read_observation
from lnfhir.chart.urine import computed_ratios, race_free
from lnfhir.fhir.answer import Answer
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology.code_map import NO_MAP, CodeMap
from lnfhir.terminology.observations import meaning_of_observation


def build_chart(answers: Mapping[Need, Answer], patient_id: str | None, as_of: date, codes: CodeMap = NO_MAP) -> Chart:
    """The chart from one answer for each need; a need without an answer was not provided.

    Without `patient_id` the only Patient of the answers is meant; when there is none or several, the chart is
    empty, nothing counts as searched and an issue says why. `codes` says what the site's own codes mean.

    Each answer is to a search by patient: one that holds what belongs to someone else was searched otherwise, and
    that it holds nothing of the patient proves nothing.
    """
    return _build(answers, tuple(answers.values()), patient_id, as_of, codes, by_patient=True)


def chart_from_record(
    answer: Answer,
    as_of: date,
    patient_id: str | None = None,
    not_searched: frozenset[Need] = frozenset(),
    codes: CodeMap = NO_MAP,
) -> Chart:
    """The chart from a whole record (a file): each need is as completely known as the record is.

    `not_searched` are the needs the record is known not to hold; `codes` says what the site's own codes mean.
    """
    answers = {need: answer for need in Need if need not in not_searched}
    return _build(answers, (answer,), patient_id, as_of, codes)


def _build(
    answers: Mapping[Need, Answer],
    distinct: tuple[Answer, ...],
    patient_id: str | None,
    as_of: date,
    codes: CodeMap,
    *,
    by_patient: bool = False,
) -> Chart:
    record = record_of(distinct, patient_id or "", as_of, codes)
    record.issues[:0] = [issue for answer in distinct for issue in answer.issues]
    if patient_id is None:
        ids = _patients(record)
        if len(ids) != 1:
            return _nobody(record, len(ids))
        record.patient_id = next(iter(ids))
    reading = _Reading(record)
    reading.read()
    chart = reading.chart()
    return replace(chart, coverage=_coverage(answers, record, record.strangers if by_patient else set()))


def _patients(record: Record) -> set[str]:
    """Whose record this is: its Patient resources, or else the subjects of the others."""
    ids = {placed.resource.id or "" for placed in record.of_type("Patient")}
    if ids:
        return ids
    subjects = [
        placed.resource.subject or placed.resource.patient for items in record.by_type.values() for placed in items
    ]
    named = {record.target(subject.reference) for subject in subjects if subject is not None and subject.reference}
    return {name.removeprefix("Patient/") for name in named if name.startswith("Patient/")}


def _nobody(record: Record, count: int) -> Chart:
    says = say("the record holds {count} patients; exactly one can be reviewed", count=count)
    issue = Issue(Severity.ERROR, "conflict" if count else "required", says)
    coverage = dict.fromkeys(Need, Coverage.FAILED)
    return Chart(record.as_of, Person(""), coverage=coverage, issues=(*record.issues, issue))


def _coverage(answers: Mapping[Need, Answer], record: Record, strangers: set[str]) -> dict[Need, Coverage]:
    """What the senders said, lowered where a datum was lost, or where what belongs to someone else was sent."""
    found: dict[Need, Coverage] = {}
    for need in Need:
        answer = answers.get(need)
        coverage = answer.coverage if answer is not None else Coverage.NOT_PROVIDED
        lost = need in record.doubtful or (answer is not None and _lost(answer, need))
        if strangers and answer is not None:
            lost = lost or any(place in strangers for place, _ in answer.resources)
        found[need] = Coverage.PARTIAL if lost and coverage is Coverage.COMPLETE else coverage
    return found


def _lost(answer: Answer, need: Need) -> bool:
    """A resource that this need reads could not be read."""
    return any(name == "?" or need in NEEDS_OF_TYPE.get(name, ()) for name in answer.unread)


@dataclass(slots=True)
class _Reading:
    """The entries read so far."""

    record: Record
    results: list[Result] = field(default_factory=list)
    findings: list[ClassFinding] = field(default_factory=list)
    reports: list[tuple[Biopsy, frozenset[str]]] = field(default_factory=list)
    drugs: list[DrugUse] = field(default_factory=list)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    person: Person = field(default_factory=lambda: Person(""))

    def read(self) -> None:
        """Read what becomes results, biopsies, drugs and diagnoses."""
        record = self.record
        self.person = read_person(record)
        for placed in record.own("Observation"):
            self._observe(placed)
        for placed in record.own("DiagnosticReport"):
            self.reports.extend(read_report(record, placed))
            for inside in self._contained(placed):
                self._observe(inside, placed)
        for name in DRUG_TYPES:
            for placed in record.own(name):
                self.drugs.extend(read_drug(record, placed))
                self.diagnoses.extend(read_reasons(record, placed))
        for placed in record.own("Condition"):
            self.diagnoses.extend(read_condition(record, placed))

    def _observe(self, placed: Placed, panel: Placed | None = None) -> None:
        code = placed.resource.code
        meaning = meaning_of_observation(code, self.record.codes) if code is not None else None
        if meaning is not None and meaning.analyte is Analyte.ISN_RPS_CLASS:
            self.findings.extend(read_class(self.record, placed, placed.resource, panel))
        elif meaning is not None or placed.resource.component:
            self.results.extend(read_observation(self.record, placed, meaning, panel))
        for component in placed.resource.component:
            part = meaning_of_observation(component.code, self.record.codes) if component.code is not None else None
            if part is not None and part.analyte is Analyte.ISN_RPS_CLASS:
                self.findings.extend(read_class(self.record, placed, component, panel))
        if panel is None:
            for inside in self._contained(placed):
                self._observe(inside, placed)

    def _contained(self, placed: Placed) -> list[Placed]:
        if not placed.resource.contained:
            return []
        found = self.record.contained(placed)
        return [inside for inside in found if inside.resource.resourceType == "Observation"]

    def chart(self) -> Chart:
        """Put the entries in order of time; the coverage is settled after that."""
        record = self.record
        procedures = [done for placed in record.own("Procedure") for done in read_procedure(record, placed)]
        procedures += [done for placed in record.own("DiagnosticReport") for done in read_examination(record, placed)]
        allergies = [found for placed in record.own("AllergyIntolerance") for found in read_allergy(record, placed)]
        orders = [found for placed in record.own("ServiceRequest") for found in read_service_order(record, placed)]
        results = self._settled()
        return Chart(
            as_of=record.as_of,
            person=self.person,
            results=tuple(results),
            drugs=tuple(self._uses()),
            diagnoses=tuple(sorted(self.diagnoses, key=lambda d: (d.start or date.min, d.reference, d.label))),
            biopsies=tuple(assemble(self.reports, self.findings, results, procedures)),
            procedures=tuple(sorted(procedures, key=lambda p: (p.day or date.min, p.reference))),
            allergies=tuple(sorted(allergies, key=lambda a: a.reference)),
            service_orders=tuple(sorted(orders, key=lambda o: (o.day or date.min, o.reference))),
            issues=tuple(record.issues),
        )

    def _settled(self) -> list[Result]:
        born = self.person.birth
        possible = [result for result in self.results if born is None or result.day >= born]
        if len(possible) < len(self.results):
            self._complain("conflict", say("results dated before the birth of the patient are not used"))
        ahead = self.record.ahead
        if ahead:
            says = say("{count} results are dated after the day of this review and not used", count=len(ahead))
            self.record.issues.append(Issue(Severity.WARNING, "value", says, "", min(ahead)))
        kept, aside = race_free(possible)
        if aside:
            says = say("{count} race-specific eGFR results are not used", count=len(aside))
            self._complain("business-rule", says, min(result.reference for result in aside))
        kept += computed_ratios(kept)
        return sorted(kept, key=lambda r: (r.order, r.analyte.value, r.reference, r.code))

    def _uses(self) -> list[DrugUse]:
        ordered = sorted(self.drugs, key=lambda u: (u.start or date.min, u.reference, u.drug, u.end or date.max))
        if not self.person.deceased or not any(use.active for use in ordered):
            return ordered
        self._complain("conflict", say("the patient has died: what is still recorded as active is not"))
        return [replace(use, active=False) for use in ordered]

    def _complain(self, code: str, says: Message, reference: str = "") -> None:
        self.record.issues.append(Issue(Severity.INFORMATION, code, says, "", reference))
