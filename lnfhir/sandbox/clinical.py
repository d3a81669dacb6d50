"""Results, diagnoses, biopsies, procedures and service orders, from shorthand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lnfhir.sandbox.days import ShorthandError, Span
from lnfhir.sandbox.vocabulary import ANSWERS, CONDITIONS, ISN_RPS, LOINC, PROCEDURES, SCORE, SNOMED, TESTS, UCUM
from lnfhir.sandbox.writer import Json, Writer, at, coded, concept, is_number, quantity, quoted, reference, take

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_CERTAINTIES = ("confirmed", "provisional", "differential", "unconfirmed", "refuted")
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_FLAGS = {"high": "H", "low": "L", "normal": "N"}
_STATUSES = ("preliminary", "entered-in-error", "amended")
_CLASS = re.compile(r"class (?P<classes>(?:II|III|IV|V|VI|I)(?:\+(?:II|III|IV|V|VI|I))*)$")
_INDEX = re.compile(r"(?P<name>AI|CI) (?P<score>\d+)$")


def dated(writer: Writer, item: str) -> tuple[Span, str]:
    """The day or span an item begins with, and the rest."""
    when, _, rest = item.partition(" ")
    if not writer.calendar.is_when(when):
        raise ShorthandError(f"an item begins with its day: {item!r}")
    return writer.calendar.span(when), rest.strip()


def write_result(writer: Writer, item: str) -> None:
    """`d90 UPCR <0.1 g/g`, `d90 BP 128/76`, `d5 hCG negative`, `d91 UPCR 2 g/g preliminary`, `d9 LDH 600 U/L high`."""
    span, written = dated(writer, item)
    words, text = quoted(written)
    name, rest = take(words, TESTS)
    if name is None:
        raise ShorthandError(f"unknown result: {written!r}")
    test = TESTS[name]
    status, rest = _status(rest)
    flag, rest = _flag(rest)
    code = test.code
    value: Json
    if name == "bp":
        value = {"component": _pressures(rest)}
    elif rest in ANSWERS:
        answer, display = ANSWERS[rest]
        value = {"valueCodeableConcept": concept([(SNOMED, answer)], display, rest)}
    else:
        number, _, unit = rest.partition(" ")
        unit, _, limit = unit.partition(" limit ")
        if unit not in test.units or not is_number(number):
            raise ShorthandError(
                f"unknown value or unit of {name}: {rest!r} (units: {', '.join(test.units) or 'none'})"
            )
        ucum, code = test.units[unit]
        value = {"valueQuantity": quantity(number, unit, ucum)}
        if limit:
            value["referenceRange"] = [{"high": quantity(limit, unit, ucum)}]
    if writer.future(span.start):
        return
    writer.add(
        "Observation",
        name,
        span.start,
        status=status,
        category=[coded(_CATEGORY, test.category)],
        code=concept([(test.system, code)], test.display, text or name),
        effectiveDateTime=at(span.start),
        interpretation=[coded(_INTERPRETATION, _FLAGS[flag])] if flag else None,
        **value,
    )


def _flag(rest: str) -> tuple[str, str]:
    """`LDH 600 U/L high`: how the laboratory reads the number."""
    number, _, flag = rest.rpartition(" ")
    return (flag, number) if flag in _FLAGS and number else ("", rest)


def _status(rest: str) -> tuple[str, str]:
    for status in _STATUSES:
        if rest.endswith(" " + status):
            return status, rest[: -len(status)].strip()
    return "final", rest


def _pressures(rest: str) -> list[Json]:
    match = re.match(r"(\d+)/(\d+)(?: mmHg)?$", rest)
    if match is None:
        raise ShorthandError(f"not a blood pressure: {rest!r}")
    parts = (("8480-6", "Systolic blood pressure", match[1]), ("8462-4", "Diastolic blood pressure", match[2]))
    return [
        {"code": concept([(LOINC, code)], display), "valueQuantity": quantity(number, "mmHg", "mm[Hg]")}
        for code, display, number in parts
    ]


def write_condition(writer: Writer, item: str) -> None:
    """`2022-04-01 lupus nephritis`, `d0..d30 urinary tract infection` (resolved), `lupus nephritis provisional`.

    The day is that of the onset and may be left out.
    """
    when, _, rest = item.partition(" ")
    span, words = (writer.calendar.span(when), rest) if writer.calendar.is_when(when) else (None, item)
    words, text = quoted(words)
    certainty = next((word for word in _CERTAINTIES if words.endswith(" " + word)), "confirmed")
    name, rest = take(words.removesuffix(" " + certainty), CONDITIONS)
    if rest or (name is None and not (text and words in ("", certainty))):
        raise ShorthandError(f"unknown condition: {words!r}")
    if span and writer.future(span.start):
        return
    end = span.end if span and not span.single and span.end and not writer.future(span.end) else None
    writer.add(
        "Condition",
        name or "condition",
        span.start if span else None,
        clinicalStatus=coded(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved" if end else "active"
        ),
        verificationStatus=coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", certainty),
        category=[coded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")],
        code=concept(CONDITIONS[name] if name else (), name or "", text),
        onsetDateTime=span.start.isoformat() if span else None,
        abatementDateTime=end.isoformat() if end else None,
    )


def write_biopsy(writer: Writer, item: str) -> None:
    """`2024-01-10 class III+V, AI 8, CI 2, no TMA`; also `TMA`, `no active lesions`, `IgA nephropathy`.

    Words in double quotes stand in the conclusion as they are: `2024-01-10 "Diabetic nephropathy."`
    """
    span, words = dated(writer, item)
    words, text = quoted(words)
    classes: str | None = None
    scores: dict[str, int] = {}
    says: list[str] = [text] if text else []
    for word in filter(None, (part.strip() for part in words.split(","))):
        found, index = _CLASS.match(word), _INDEX.match(word)
        if found:
            classes = found["classes"]
            says.append(f"Lupus nephritis, ISN/RPS class {classes.replace('+', ' + ')}.")
        elif index:
            scores[index["name"]] = int(index["score"])
            says.append(f"NIH {'activity' if index['name'] == 'AI' else 'chronicity'} index {index['score']}.")
        elif word in _FINDINGS:
            says.append(_FINDINGS[word])
        else:
            raise ShorthandError(f"unknown biopsy finding: {word!r}")
    if not writer.future(span.start):
        _write_report(writer, span.start, classes, scores, says)


_FINDINGS = {
    "TMA": "Thrombotic microangiopathy is present.",
    "no TMA": "No thrombotic microangiopathy.",
    "no active lesions": "No active lesions.",
    "IgA nephropathy": "IgA nephropathy.",
    "diabetic lesions": "Nodular diabetic glomerulosclerosis.",
    "not classified": "Kidney biopsy performed; the class is given in the scanned report.",
}


def _write_report(writer: Writer, day: date, classes: str | None, scores: dict[str, int], says: list[str]) -> None:
    observations = []
    if classes:
        coding = [{"system": ISN_RPS, "code": c, "display": f"Class {c}"} for c in classes.split("+")]
        value: Json = {"valueCodeableConcept": {"coding": coding, "text": f"class {classes}"}}
        observations.append(_finding(writer, day, "isn-rps-class", "ISN/RPS class of lupus nephritis", value))
    for name, score in scores.items():
        code, label = {"AI": ("nih-ai", "NIH activity index"), "CI": ("nih-ci", "NIH chronicity index")}[name]
        value = {"valueQuantity": {"value": score, "unit": "score", "system": UCUM, "code": "{score}"}}
        observations.append(_finding(writer, day, code, label, value))
    writer.add(
        "DiagnosticReport",
        "biopsy",
        day,
        status="final",
        category=[coded("http://terminology.hl7.org/CodeSystem/v2-0074", "PAT", "Pathology")],
        code=concept([(LOINC, "60568-3")], "Pathology Synoptic report", "Kidney biopsy"),
        effectiveDateTime=at(day),
        conclusion=" ".join(says),
        conclusionCode=[concept([(SNOMED, "126729006")], "Thrombotic microangiopathy")]
        if _FINDINGS["TMA"] in says
        else None,
        result=[reference(observation) for observation in observations] or None,
    )


def _finding(writer: Writer, day: date, code: str, display: str, value: dict[str, Any]) -> Json:
    return writer.add(
        "Observation",
        code,
        day,
        status="final",
        category=[coded(_CATEGORY, "laboratory")],
        code=concept([(SCORE, code)], display),
        effectiveDateTime=at(day),
        **value,
    )


def write_procedure(writer: Writer, item: str) -> None:
    """`2024-01-10 kidney biopsy`, `d10..d40 haemodialysis`."""
    span, words = dated(writer, item)
    words, text = quoted(words)
    name, rest = take(words, PROCEDURES)
    if name is None or rest:
        raise ShorthandError(f"unknown procedure: {words!r}")
    if writer.future(span.start):
        return
    going_on = span.end is None or writer.future(span.end)
    period: dict[str, str] = {"start": span.start.isoformat()}
    if span.end and not going_on:
        period["end"] = span.end.isoformat()
    writer.add(
        "Procedure",
        name,
        span.start,
        status="in-progress" if going_on else "completed",
        code=concept(PROCEDURES[name], name, text),
        performedDateTime=at(span.start) if span.single else None,
        performedPeriod=None if span.single else period,
    )


def write_service_order(writer: Writer, item: str) -> None:
    """`d20 retinal optical coherence tomography`: an active order for a procedure."""
    span, words = dated(writer, item)
    name, rest = take(words, PROCEDURES)
    if name is None or rest:
        raise ShorthandError(f"unknown order: {words!r}")
    if not writer.future(span.start):
        writer.add(
            "ServiceRequest",
            f"order-{name}",
            span.start,
            status="active",
            intent="order",
            code=concept(PROCEDURES[name], name),
            authoredOn=at(span.start),
        )
