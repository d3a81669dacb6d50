"""A review as a JSON-ready document, in the shape published as `lnfhir.profiles/schema/assessment.json`.

Absent means not known or not applicable; null is never written. Days are ISO 8601, sentences are in the
language of the `lookup`, keys and codes are the same in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Citation
from lnfhir.fhir.issue import Issue
from lnfhir.guideline.activity_indices import Index
from lnfhir.guideline.choices import Choice, Shown
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Draft, Guidance
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseVerdict
from lnfhir.instants import completed_years
from lnfhir.logic import Evidence, Finding, Missing
from lnfhir.message import Message, say
from lnfhir.policy import as_settings
from lnfhir.report.verdicts import headline
from lnfhir.review import MeasureLine, Review

SCHEMA_VERSION = "1"
"""Raised when a field changes its meaning or goes away; a new optional field does not raise it."""

Document = dict[str, Any]
Text = Callable[[Message], str]


def document(review: Review, version: str, language: str = "en", lookup: Callable[[str], str] = str) -> Document:
    """The whole review. `lookup` gives the translation of a template or word, itself when there is none."""

    def text(message: Message) -> str:
        return message.text(lookup)

    return _present(
        schemaVersion=SCHEMA_VERSION,
        version=version,
        language=language,
        asOf=review.as_of,
        patient=_patient(review),
        policy={name: value for name, value in as_settings(review.policy).items() if value is not None},
        headline=text(headline(review.refractory[0])) if review.refractory else None,
        courses=[_course(course, text) for course in review.courses],
        refractory=[_refractory(verdict, place == 0, text) for place, verdict in enumerate(review.refractory)],
        responses=[_response(response, text) for response in review.responses],
        indices=[_index(index, text) for index in review.indices],
        measures=[_measure(measure, text) for measure in review.measures],
        recommendations=[_recommendation(guidance, text) for guidance in review.guidance],
        issues=[_issue(issue, text) for issue in review.chart.issues],
        coverage={need.value: review.chart.coverage.get(need, Coverage.NOT_PROVIDED).value for need in Need},
    )


def _present(**fields: Any) -> Document:
    """The fields that have a value; days become text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
        if value is not None and value != ""
    }


def _patient(review: Review) -> Document:
    person = review.chart.person
    return _present(
        id=person.id,
        name=person.name,
        sex=person.sex,
        birthDate=person.birth,
        ageYears=completed_years(person.birth, review.as_of) if person.birth else None,
        deceased=person.deceased,
    )


def _evidence(evidence: Evidence, text: Text) -> Document:
    return _present(
        reference=evidence.reference,
        label=text(say("{label}", label=evidence.label)),
        value=evidence.value,
        unit=evidence.unit,
        sent=evidence.sent,
        date=evidence.when,
    )


def _finding(finding: Finding, text: Text) -> Document:
    return _present(
        state=finding.state,
        pendingUntil=finding.pending_until,
        says=text(finding.says),
        evidence=[_evidence(evidence, text) for evidence in finding.evidence],
        missing=[text(item) for item in finding.missing],
        notes=[text(note) for note in finding.notes],
        parts=[_finding(part, text) for part in finding.parts],
    )


def _course(course: Course, text: Text) -> Document:
    return _present(
        number=course.number,
        start=course.t0,
        end=course.end,
        endedBy=course.ended_by,
        induction=list(course.induction),
        steroidFrom=course.steroid_from,
        evidence=[_evidence(evidence, text) for evidence in course.evidence],
        notes=[text(note) for note in course.notes],
    )


def _refractory(verdict: RefractoryVerdict, leads: bool, text: Text) -> Document:
    return _present(
        profile=verdict.profile,
        leads=leads,
        overall=_finding(verdict.overall, text),
        C1=_finding(verdict.c1, text),
        C2=_finding(verdict.c2, text),
        C3=_finding(verdict.c3, text),
        C4=_finding(verdict.c4, text),
        courseOfEvents=verdict.state,
        rule=verdict.rule,
        since=verdict.since,
        notes=[text(note) for note in verdict.notes],
    )


def _response(response: ResponseVerdict, text: Text) -> Document:
    return _present(
        definition=response.definition,
        at=response.at,
        day=response.day,
        state=response.state.value,
        complete=_finding(response.complete, text),
        partial=_finding(response.partial, text),
        notes=[text(note) for note in response.notes],
    )


def _index(index: Index, text: Text) -> Document:
    return _present(
        key=index.key, name=text(index.name), finding=_finding(index.finding, text), cite=_citation(index.cite)
    )


def _measure(measure: MeasureLine, text: Text) -> Document:
    if isinstance(measure.value, Missing):
        return _present(
            key=measure.key, label=text(measure.label), missing=[text(item) for item in measure.value.needs]
        )
    return _present(
        key=measure.key,
        label=text(measure.label),
        value=measure.value.value,
        unit=measure.unit,
        evidence=[_evidence(evidence, text) for evidence in measure.value.evidence],
        notes=[text(note) for note in measure.value.notes],
    )


def _recommendation(guidance: Guidance, text: Text) -> Document:
    return _present(
        rule=guidance.rule,
        outcome=guidance.outcome.value,
        indicator=guidance.indicator.value,
        says=text(guidance.says),
        because=_finding(guidance.because, text),
        gates=[_finding(gate, text) for gate in guidance.gates],
        missing=[text(item) for item in guidance.missing],
        notes=[text(note) for note in guidance.notes],
        cites=[_citation(cite) for cite in guidance.cites],
        drafts=[_draft(draft, text) for draft in guidance.drafts],
        choices=[_choice(choice, text) for choice in guidance.choices] or None,
    )


def _choice(choice: Choice, text: Text) -> Document:
    return _present(
        key=choice.key,
        name=text(choice.name),
        kind=choice.kind,
        mechanism=text(choice.mechanism),
        standing=choice.standing.value,
        says=text(choice.says),
        step=text(choice.step) if choice.step is not None else None,
        bars=[_finding(finding, text) for finding in choice.bars],
        fits=[_finding(finding, text) for finding in choice.fits],
        evidence=[_shown(shown, text) for shown in choice.evidence],
        regulatory=[_shown(shown, text) for shown in choice.regulatory],
        offLabel=list(choice.off_label),
        positions=[_shown(shown, text) for shown in choice.positions],
        dose=text(choice.dose) if choice.dose is not None else None,
        monitoring=[text(item) for item in choice.monitoring],
        notes=[text(note) for note in (*choice.hints, *choice.notes)],
    )


def _shown(shown: Shown, text: Text) -> Document:
    says = {"says": text(shown.says), "cite": _citation(shown.cite)}
    return {**says, "against": True} if shown.against else says


def _citation(cite: Citation) -> Document:
    return _present(
        guideline=cite.guideline.key,
        title=cite.guideline.title,
        year=cite.guideline.year,
        url=cite.guideline.url,
        pinpoint=cite.pinpoint,
        confidence=cite.confidence.value,
        confidenceMeaning=cite.confidence.meaning,
    )


def _draft(draft: Draft, text: Text) -> Document:
    resource: Mapping[str, Any] = draft.resource
    return {"label": text(draft.label), "resource": dict(resource)}


def _issue(issue: Issue, text: Text) -> Document:
    return _present(
        severity=issue.severity.value,
        code=issue.code,
        text=text(issue.says),
        path=issue.path,
        reference=issue.reference,
    )
