"""Kidney biopsies from reports, their linked or separate findings, and procedures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Biopsy, ProcedureDone, Result
from lnfhir.chart.histology import Histology, read_classes, read_histology
from lnfhir.chart.record import Placed, Record
from lnfhir.chart.results import time_of, usable
from lnfhir.fhir.resource import CodeableConcept, Component, Resource
from lnfhir.message import say
from lnfhir.quantity import Analyte
from lnfhir.terminology.code_map import CodeMap
from lnfhir.terminology.concepts import EYE_SCREENING
from lnfhir.terminology.conditions import meaning_of_condition, meaning_of_report

_CLASS_CONCEPT = "lupus-nephritis-class-"
_REPORT_DAYS = 30
"""A procedure belongs to a report dated at most this many days after it."""


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """An Observation of the ISN/RPS class."""

    day: date
    reference: str
    classes: frozenset[str]


def read_class(
    record: Record, placed: Placed, holder: Resource | Component, panel: Placed | None = None
) -> Iterator[ClassFinding]:
    """The class an Observation, or a component of it (the holder), states as a code or in words."""
    if not usable(record, placed):
        return
    when = time_of(record, placed, panel)
    if when is None:
        record.doubtful.add(Need.BIOPSY_FINDINGS)
    if when is None or record.is_ahead(when, placed):
        return
    classes = _stated(holder, record.codes)
    if not classes:
        says = say("the class of the biopsy is not readable")
        record.lose("value", says, placed, need=Need.BIOPSY_FINDINGS)
        return
    assert when.day is not None
    yield ClassFinding(when.day, placed.reference, classes)


def _stated(holder: Resource | Component, codes: CodeMap) -> frozenset[str]:
    concept = holder.valueCodeableConcept
    if concept is None:
        return read_classes(holder.valueString) if holder.valueString else frozenset()
    coded = _coded_classes((concept,), codes)
    for coding in concept.coding:
        coded |= read_classes(coding.code or "") or read_classes(coding.display or "")
    return coded or read_classes(concept.text or "")


def _coded_classes(concepts: Iterable[CodeableConcept], codes: CodeMap) -> frozenset[str]:
    found: set[str] = set()
    for concept in concepts:
        meaning = meaning_of_condition(concept, codes)
        if meaning is not None and meaning.refused is None and not meaning.from_text:
            found |= {
                name.removeprefix(_CLASS_CONCEPT).upper()
                for name in meaning.concepts
                if name.startswith(_CLASS_CONCEPT)
            }
    return frozenset(found)


def read_report(record: Record, placed: Placed) -> Iterator[tuple[Biopsy, frozenset[str]]]:
    """The biopsy a DiagnosticReport describes, and the references of its results."""
    resource = placed.resource
    meaning = meaning_of_report(resource.code, record.codes) if resource.code is not None else None
    if meaning is None or meaning.refused is not None or EYE_SCREENING in meaning.concepts:
        return
    if not usable(record, placed):
        return
    when = time_of(record, placed)
    if when is None:
        record.doubtful.add(Need.REPORTS)
    if when is None or record.is_ahead(when, placed):
        return
    text = read_histology("\n".join(_texts(record, placed)))
    coded = _coded(resource, record.codes)
    if "kidney-biopsy" not in meaning.concepts and not (coded.about_kidney or text.about_kidney):
        return
    assert when.day is not None
    biopsy = Biopsy(
        day=when.day,
        reference=placed.reference,
        classes=coded.classes or text.classes,
        activity_index=text.activity_index,
        chronicity_index=text.chronicity_index,
        tma=coded.tma if coded.tma is not None else text.tma,
        sclerosis=True if "VI" in coded.classes else text.sclerosis,
        active_lesions=text.active_lesions,
        other_disease=_other_disease(resource, record.codes),
        from_text=not coded.classes and bool(text.classes),
        markers=text.markers,
        nephritis_concluded=coded.nephritis,
        text=text.doubts,
    )
    yield biopsy, frozenset(_member(record, placed, item.reference) for item in resource.result if item.reference)


def _member(record: Record, placed: Placed, reference: str) -> str:
    return placed.reference + reference if reference.startswith("#") else record.target(reference)


def _coded(resource: Resource, codes: CodeMap) -> Histology:
    concepts = {
        name
        for concept in resource.conclusionCode
        if (meaning := meaning_of_condition(concept, codes)) is not None and meaning.refused is None
        for name in meaning.concepts
    }
    return Histology(
        _coded_classes(resource.conclusionCode, codes),
        tma=True if "thrombotic-microangiopathy" in concepts else None,
        about_kidney=bool(concepts),
        nephritis="lupus-nephritis" in concepts,
    )


def _other_disease(resource: Resource, codes: CodeMap) -> str:
    for concept in resource.conclusionCode:
        meaning = meaning_of_condition(concept, codes)
        if meaning is not None and meaning.concepts & {"other-glomerulonephritis", "diabetic-nephropathy"}:
            return meaning.label
    return ""


def _texts(record: Record, placed: Placed) -> Iterator[str]:
    """The conclusion, the words of its codes and results, and its plain text. Other forms (PDF, RTF) are not read."""
    for concept in placed.resource.conclusionCode:
        yield from (words for words in (concept.text, *(coding.display for coding in concept.coding)) if words)
    if placed.resource.conclusion:
        yield placed.resource.conclusion
    for linked in (record.find(item, placed) for item in placed.resource.result):
        if linked is not None and linked.resource.valueString:
            yield linked.resource.valueString
    for index, form in enumerate(placed.resource.presentedForm):
        if form.data is None or not (form.contentType or "").casefold().startswith("text/plain"):
            continue
        try:
            yield base64.b64decode(form.data, validate=False).decode("utf-8")
        except (binascii.Error, ValueError):
            record.note("value", say("the text of the report is not readable"), placed, f"presentedForm[{index}].data")


def assemble(
    reports: list[tuple[Biopsy, frozenset[str]]],
    findings: list[ClassFinding],
    results: Iterable[Result],
    procedures: Iterable[ProcedureDone],
) -> Iterator[Biopsy]:
    """One biopsy for each report, with its findings; findings without a report make one for each day."""
    findings = sorted(findings, key=lambda finding: (finding.day, finding.reference, sorted(finding.classes)))
    scores = [r for r in results if r.analyte in (Analyte.NIH_ACTIVITY, Analyte.NIH_CHRONICITY)]
    used: set[str] = set()
    found: list[Biopsy] = []
    named: list[ClassFinding]
    for biopsy, members in sorted(reports, key=lambda item: (item[0].day, item[0].reference)):
        named = [f for f in findings if f.reference in members or (f.day == biopsy.day and f.reference not in used)]
        scored = [r for r in scores if r.reference in members or (r.day == biopsy.day and r.reference not in used)]
        used |= {f.reference for f in named} | {r.reference for r in scored}
        found.append(_with_findings(biopsy, named, scored))
    days = {f.day for f in findings if f.reference not in used} | {r.day for r in scores if r.reference not in used}
    for day in sorted(days):
        named = [f for f in findings if f.day == day and f.reference not in used]
        scored = [r for r in scores if r.day == day and r.reference not in used]
        reference = (named[0] if named else scored[0]).reference
        found.append(_with_findings(Biopsy(day, reference), named, scored))
    described = [biopsy.day for biopsy in found]
    for procedure in sorted(procedures, key=lambda done: done.reference):
        taken = procedure.day
        if taken is None or "kidney-biopsy" not in procedure.concepts or any(b.day == taken for b in found):
            continue
        if not any(taken <= reported <= taken + timedelta(days=_REPORT_DAYS) for reported in described):
            found.append(Biopsy(taken, procedure.reference))
    return iter(sorted(found, key=lambda biopsy: (biopsy.day, biopsy.reference)))


def _with_findings(biopsy: Biopsy, named: list[ClassFinding], scored: list[Result]) -> Biopsy:
    classes = frozenset(name for finding in named for name in finding.classes)
    if classes:
        biopsy = replace(biopsy, classes=classes if biopsy.from_text else classes | biopsy.classes, from_text=False)
        if "VI" in classes:
            biopsy = replace(biopsy, sclerosis=True)
    for result in sorted(scored, key=lambda item: (item.order, item.reference)):
        if result.amount is None or not result.amount.exact:
            continue
        if result.analyte is Analyte.NIH_ACTIVITY:
            biopsy = replace(biopsy, activity_index=result.amount.low, active_lesions=result.amount.low > 0)
        else:
            biopsy = replace(biopsy, chronicity_index=result.amount.low)
    return biopsy
