"""Odd records: numbers 73 to 99. What of them is used, and that it is said where something is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.faults.bad_inputs.case import CANARY, Json
from tests.reviews import AS_OF

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class RecordCase:
    """`used` are the results that enter the chart, as `name value` in the unit of the chart.

    `said` tells whether the chart lists an issue: always, where a result of ours is not used.
    """

    number: int
    name: str
    resources: tuple[Any, ...]
    used: tuple[str, ...] = ()
    said: bool = True

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.number}-{self.name}"


def observation(identity: str = "o1", loinc: str = "2160-0", **members: Any) -> Json:
    """A serum creatinine of 1.2 mg/dL; `...` removes a member."""
    usual = {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2024-06-01",
        "valueQuantity": quantity(1.2, "mg/dL"),
        **members,
    }
    return {name: value for name, value in usual.items() if value is not ...}


def quantity(value: Any, unit: str = "mg/dL", **members: Any) -> Json:
    """A Quantity in UCUM."""
    usual = {"value": value, "unit": unit, "system": UCUM, "code": unit, **members}
    return {name: member for name, member in usual.items() if member is not ...}


def one(number: int, name: str, used: bool | str, said: bool | None = None, **members: Any) -> RecordCase:
    """A case of one creatinine with other members: used as 1.2, as another value, or not at all."""
    results = (used if isinstance(used, str) else "CREATININE 1.2",) if used else ()
    return RecordCase(number, name, (observation(**members),), results, not used if said is None else said)


def valued(number: int, name: str, used: bool | str, value: Any, said: bool | None = None) -> RecordCase:
    """A case of one creatinine with another Quantity."""
    return one(number, name, used, said, valueQuantity=value)


def resource_cases() -> Iterator[RecordCase]:
    """73 to 75, 89, 94 to 97: whether a resource may be read at all."""
    good = observation()
    for name, broken in {
        "unknown type": {"resourceType": CANARY, "id": "x"},
        "no type": {"id": "x", "code": {}},
        "wrong case": {**good, "resourceType": "observation"},
        "type a number": {**good, "resourceType": 7},
        "no object": 7,
        "null": None,
    }.items():
        yield RecordCase(73, name, (broken, observation("o2")), ("CREATININE 1.2",), name != "null")
    newer = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medication": {"concept": {"text": "mycophenolate mofetil"}},
        "authoredOn": "2024-01-01",
    }
    yield RecordCase(74, "a drug as R5 writes it", (newer,), ("mycophenolate-mofetil",), False)
    yield RecordCase(74, "a drug as STU3 never wrote it", ({**newer, "medication": CANARY},))
    yield RecordCase(74, "an observation as DSTU2 writes it", (observation(status="final", code="2160-0"),))
    for status in ("entered-in-error", "cancelled", "unknown", "registered", CANARY, "", 7, None, ...):
        yield one(75, f"status {status!r:.12}", False, status not in ("entered-in-error", "cancelled"), status=status)
    for status in ("final", "corrected", "amended"):
        yield one(75, status, True, status=status)
    yield RecordCase(
        75,
        "a correction under the same id",
        (
            observation(meta={"versionId": "1", "lastUpdated": "2024-06-01T00:00:00Z"}),
            observation(
                status="corrected",
                meta={"versionId": "2", "lastUpdated": "2024-06-02T00:00:00Z"},
                valueQuantity=quantity(1.5),
            ),
        ),
        ("CREATININE 1.5",),
        said=False,
    )
    for name, subject in {
        "of another": {"reference": "Patient/p2"},
        "a group": {"reference": "Group/p1"},
    }.items():
        yield one(89, f"subject {name}", False, subject=subject)
    yield one(89, "subject on the same server", True, subject={"reference": "https://ehr.example/fhir/Patient/p1"})
    yield one(
        94, "unknown modifier", False, modifierExtension=[{"url": f"https://{CANARY}.example", "valueBoolean": True}]
    )
    yield one(95, "implicit rules", False, implicitRules=f"https://{CANARY}.example/rules")
    script = f"<div><script>{CANARY}</script></div>"
    yield one(96, "narrative with a script", True, text={"status": "generated", "div": script * 2000})
    for name in ("😀" * 50, "\u202eevil", "a\u200bb", "Аdmin", "\ufeff"):
        yield one(
            97, f"name {name!r:.10}", True, code={"coding": [{"system": LOINC, "code": "2160-0", "display": name}]}
        )


def value_cases() -> Iterator[RecordCase]:
    """76 to 81: numbers and their units."""
    values: tuple[Any, ...] = ("1.2", None, -1, 0, 1e308, -0.0, True, [1.2], {}, "NaN", ...)
    for value in values:
        used = value == "1.2"
        yield valued(76, f"value {value!r:.8}", used and "CREATININE 1.2", quantity(value), said=not used or None)
    yield valued(76, "exponent", "CREATININE 1.2", quantity(0.12e1))
    for comparator, bound in {
        "<": "CREATININE <1.2",
        "<=": "CREATININE <=1.2",
        ">": "CREATININE >1.2",
        ">=": "CREATININE >=1.2",
    }.items():
        yield valued(77, f"comparator {comparator}", bound, quantity(1.2, comparator=comparator))
    strange: tuple[Any, ...] = ("ad", "~", CANARY, 7)
    for other in strange:
        yield valued(77, f"comparator {other!r:.6}", False, quantity(1.2, comparator=other))
    for text in ("<0.10", "0,35", "1.2 g/g", "阴性", "++", "hemolyzed", "see note", CANARY):
        yield one(78, f"text {text}", False, valueQuantity=..., valueString=text)
    absent = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}
    yield one(79, "a reason for absence", False, valueQuantity=..., dataAbsentReason=absent)
    yield one(79, "no value and no reason", False, valueQuantity=...)
    yield valued(80, "no unit", False, {"value": 1.2})
    yield valued(80, "unit as text", "CREATININE 1.2", {"value": 1.2, "unit": "mg/dl"})
    yield valued(80, "micro sign", "CREATININE 1.2", quantity(106.08, "µmol/L"))
    yield valued(80, "Greek mu", "CREATININE 1.2", quantity(106.08, "\u03bcmol/L"))
    yield valued(80, "UCUM", "CREATININE 1.2", quantity(106.08, "umol/L"))
    for unit in ("K/uL", "mg/24h", "mL/min/1.73.m2", "mmHg", CANARY, "(" * 500 + "m" + ")" * 500, "mg/dL/mg/dL"):
        yield valued(80, f"unit {unit[:10]}", False, quantity(1.2, unit))
    yield valued(81, "micromoles called milligrams", False, quantity(88, "mg/dL"))
    yield valued(81, "grams per decilitre", False, quantity(1.2, "g/dL"))


def meaning_cases() -> Iterator[RecordCase]:
    """82 to 88: what was measured, and when."""
    yield RecordCase(
        82, "UPCR", (observation(loinc="2890-2", valueQuantity=quantity(0.5, "g/g")),), ("UPCR 0.5",), False
    )
    yield RecordCase(
        82, "UPCR in a unit of a day", (observation(loinc="2890-2", valueQuantity=quantity(0.5, "g/(24.h)")),)
    )
    yield RecordCase(
        83,
        "eGFR more than",
        (observation(loinc="98979-8", valueQuantity=quantity(60, "mL/min/{1.73_m2}", comparator=">")),),
        ("EGFR >60",),
        False,
    )
    # The code says that it is indexed; many laboratories leave the area out of the unit.
    yield RecordCase(
        83,
        "eGFR without the area",
        (observation(loinc="98979-8", valueQuantity=quantity(60, "mL/min")),),
        ("EGFR 60",),
        False,
    )
    yield RecordCase(
        83,
        "eGFR as a creatinine clearance",
        (observation(loinc="2164-2", valueQuantity=quantity(60, "mL/min")),),
        (),
        False,
    )
    for system in ("urn:oid:2.16.840.1.113883.6.1", "http://loinc.org/"):
        yield one(85, f"LOINC as {system[:8]}", True, code={"coding": [{"system": system, "code": "2160-0"}]})
    for system in ("", f"https://{CANARY}.example"):
        yield one(85, f"LOINC as {system[:20]}", False, False, code={"coding": [{"system": system, "code": "2160-0"}]})
    days: tuple[Any, ...] = (
        "2024",
        "1900-01-01",
        "2024-02-30",
        "2024-06-01T24:00:00Z",
        "yesterday",
        "",
        7,
        {},
        None,
        ...,
    )
    for day in days:
        yield one(86, f"at {day!r:.14}", False, effectiveDateTime=day)
    yield one(86, "after the day of the judgement", False, effectiveDateTime="2999-01-01")
    yield one(86, "of the next day", False, effectiveDateTime=(AS_OF + timedelta(days=1)).isoformat())
    yield one(86, "of the day itself", True, effectiveDateTime=AS_OF.isoformat())
    for when in (
        "2024-06-01T10:00:00",
        "2024-06-01T10:00:00+14:00",
        "2024-06-01T23:59:60Z",
        "2024-06-01T10:00:00.123456789Z",
    ):
        yield one(86, f"at {when}", True, effectiveDateTime=when)
    twice = (observation(), observation("o2"))
    yield RecordCase(87, "two results of one day", twice, ("CREATININE 1.2", "CREATININE 1.2"), False)
    yield RecordCase(87, "one resource twice", (observation(), observation()), ("CREATININE 1.2",), False)
    contained = observation(contained=[{"resourceType": "Observation", "id": "c", "valueQuantity": quantity(9)}])
    yield RecordCase(88, "a contained observation", (contained,), ("CREATININE 1.2",), False)
    loop = (
        observation("a", hasMember=[{"reference": "Observation/b"}]),
        observation("b", hasMember=[{"reference": "Observation/a"}], valueQuantity=quantity(1.3)),
    )
    yield RecordCase(88, "members in a circle", loop, ("CREATININE 1.2", "CREATININE 1.3"), False)


def drug(name: str = "mycophenolate mofetil 500 mg", **members: Any) -> Json:
    """An order of mycophenolate."""
    usual = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": name},
        "authoredOn": "2024-01-01",
        **members,
    }
    return {name: value for name, value in usual.items() if value is not ...}


def condition(**members: Any) -> Json:
    """Lupus nephritis."""
    return {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "68815009"}], "text": "Lupus nephritis"},
        "subject": {"reference": "Patient/p1"},
        "recordedDate": "2024-01-01",
        **members,
    }


def course_cases() -> Iterator[RecordCase]:
    """91 and 92: drugs and diagnoses."""
    plain = ("mycophenolate-mofetil",)
    yield RecordCase(91, "a plain order", (drug(),), plain, False)
    for status in ("entered-in-error", "draft", "cancelled"):
        yield RecordCase(91, f"status {status}", (drug(status=status),), (), False)
    for intent in ("proposal", "plan", "option"):
        yield RecordCase(91, f"intent {intent}", (drug(intent=intent),), (), False)
    yield RecordCase(91, "no day", (drug(authoredOn=...),), plain)
    yield RecordCase(91, "a name that is none", (drug(CANARY),), (), False)
    yield RecordCase(91, "no name", (drug(medicationCodeableConcept=...),), ())
    yield RecordCase(91, "to begin later", (drug(authoredOn="2999-01-01"),), (), False)
    for text in ("as directed", "按医嘱", CANARY, "1-2 tabs", "taper over 4 weeks", "500 mg" * 1000):
        yield RecordCase(91, f"dose {text[:10]}", (drug(dosageInstruction=[{"text": text}]),), plain, False)
    for dose in ({"value": -1}, {"value": "1"}, {"value": 1e308, "unit": "g"}, {"value": 500, "unit": CANARY}):
        quantities = [{"doseAndRate": [{"doseQuantity": dose}]}]
        yield RecordCase(91, f"quantity {dose!r:.14}", (drug(dosageInstruction=quantities),), plain, False)
    yield RecordCase(92, "lupus nephritis", (condition(),), ("lupus-nephritis confirmed", "sle confirmed"), False)
    for verification in ("entered-in-error", "refuted"):
        coded = {"coding": [{"code": verification}]}
        found = () if verification == "entered-in-error" else ("lupus-nephritis refuted", "sle refuted")
        yield RecordCase(92, verification, (condition(verificationStatus=coded),), found, False)
    yield RecordCase(92, "no code", (condition(code={}),), (), False)
    yield RecordCase(92, "of another", (condition(subject={"reference": "Patient/p2"}),), ())


CASES = (*resource_cases(), *value_cases(), *meaning_cases(), *course_cases())
