"""A whole record from one file: a Bundle, a single resource, or one resource a line (NDJSON)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from lnfhir.fhir.answer import Answer, Coverage
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.fhir.resource import Resource
from lnfhir.message import say

_BOM = b"\xef\xbb\xbf"


def read_record(raw: bytes, lined: bool | None = None) -> Answer:
    """Read a file's bytes; `lined` tells that it is NDJSON, None lets its beginning decide. Never raises.

    The coverage is FAILED when nothing in it can be read as FHIR. Issues of an NDJSON file name the line,
    counted from 1.
    """
    content = raw.removeprefix(_BOM).strip()
    if not content:
        issue = Issue(Severity.ERROR, "structure", say("the file is empty"))
        return Answer(issues=(issue,), coverage=Coverage.FAILED)
    if lined or (lined is None and looks_lined(content)):
        return _read_lines(raw.removeprefix(_BOM))
    return read_answer(content, "Bundle")


def looks_lined(content: bytes) -> bool:
    """More than one line, the first an object by itself, and the whole not one JSON value."""
    first, _, rest = content.partition(b"\n")
    if not rest or not (first.startswith(b"{") and first.rstrip().endswith(b"}")):
        return False
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
    return False


def _read_lines(raw: bytes) -> Answer:
    return joined(
        [
            read_answer(line.strip(), f"line[{number}]")
            for number, line in enumerate(raw.split(b"\n"), start=1)
            if line.strip()
        ]
    )


def joined(answers: Sequence[Answer]) -> Answer:
    """One record of what several lines or files hold. What cannot be read leaves absence of anything in doubt."""
    unreadable = [answer for answer in answers if answer.coverage is Coverage.FAILED]
    coverage = Coverage.COMPLETE
    if len(unreadable) == len(answers):
        coverage = Coverage.FAILED
    elif any(answer.coverage is Coverage.PARTIAL for answer in answers):
        coverage = Coverage.PARTIAL
    # An unreadable line may have held anything: what absence of any kind would mean is then not known.
    unread = frozenset("?") if unreadable else frozenset[str]()
    return Answer(
        tuple(resource for answer in answers for resource in answer.resources),
        tuple(issue for answer in answers for issue in answer.issues),
        coverage,
        unread=unread.union(*(answer.unread for answer in answers)),
        full_urls={url: local for answer in answers for url, local in answer.full_urls.items()},
    )


def patients_in(answer: Answer) -> frozenset[str]:
    """The ids of the patients a record speaks of: its Patient resources, or else whom its resources are about."""
    resources = [resource for _, resource in answer.resources]
    patients = frozenset(r.id for r in resources if r.resourceType == "Patient" and r.id is not None)
    return patients or frozenset(subject for r in resources for subject in (_subject(r),) if subject)


def about(answer: Answer, patient: str, others: frozenset[str]) -> Answer:
    """The record of one patient: without the other patients and what is about them.

    What names nobody, such as a Medication, stays.
    """

    def stays(resource: Resource) -> bool:
        if resource.resourceType == "Patient":
            return resource.id == patient
        reference = _reference(resource)
        if answer.full_urls.get(reference, "").removeprefix("Patient/") in others:
            return False
        return _subject(resource) not in others

    return replace(answer, resources=tuple(item for item in answer.resources if stays(item[1])))


def _reference(resource: Resource) -> str:
    whom = resource.subject or resource.patient
    return whom.reference or "" if whom is not None else ""


def _subject(resource: Resource) -> str:
    return _reference(resource).rpartition("Patient/")[2].rpartition(":")[2].partition("/")[0]
