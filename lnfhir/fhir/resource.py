"""One wide structure for every resource we read: a field we do not name is not decoded.

Field names are FHIR's own (camelCase) so that paths in issues are the sender's paths.
"""

from __future__ import annotations

import msgspec


class Coding(msgspec.Struct, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(msgspec.Struct, frozen=True):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Reference(msgspec.Struct, frozen=True):
    reference: str | None = None
    type: str | None = None
    display: str | None = None


class CodeableReference(msgspec.Struct, frozen=True):
    """R5's `medication` and friends."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Quantity(msgspec.Struct, frozen=True):
    value: float | str | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(msgspec.Struct, frozen=True):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(msgspec.Struct, frozen=True):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(msgspec.Struct, frozen=True):
    start: str | None = None
    end: str | None = None


class Repeat(msgspec.Struct, frozen=True):
    boundsPeriod: Period | None = None
    boundsDuration: Quantity | None = None
    count: int | None = None
    frequency: float | None = None
    frequencyMax: float | None = None
    period: float | None = None
    periodMax: float | None = None
    periodUnit: str | None = None
    dayOfWeek: tuple[str, ...] = ()
    timeOfDay: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


class Timing(msgspec.Struct, frozen=True):
    event: tuple[str, ...] = ()
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(msgspec.Struct, frozen=True):
    doseQuantity: Quantity | None = None
    doseRange: Range | None = None


class Dosage(msgspec.Struct, frozen=True):
    sequence: int | None = None
    text: str | None = None
    patientInstruction: str | None = None
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: CodeableConcept | None = None
    asNeeded: bool | None = None
    route: CodeableConcept | None = None
    doseAndRate: tuple[DoseAndRate, ...] = ()
    doseQuantity: Quantity | None = None
    dose: Quantity | None = None


class DispenseRequest(msgspec.Struct, frozen=True):
    validityPeriod: Period | None = None
    expectedSupplyDuration: Quantity | None = None
    quantity: Quantity | None = None
    numberOfRepeatsAllowed: int | None = None


class Component(msgspec.Struct, frozen=True):
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueString: str | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueInteger: int | None = None
    dataAbsentReason: CodeableConcept | None = None


class Ingredient(msgspec.Struct, frozen=True):
    itemCodeableConcept: CodeableConcept | None = None
    item: CodeableReference | None = None
    strength: Ratio | None = None


class Attachment(msgspec.Struct, frozen=True):
    contentType: str | None = None
    data: str | None = None


class Reaction(msgspec.Struct, frozen=True):
    substance: CodeableConcept | None = None
    severity: str | None = None


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """Any resource. What a field means depends on `resourceType`, as in FHIR."""

    resourceType: str
    id: str | None = None
    contained: tuple[msgspec.Raw, ...] = ()
    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    # Patient
    gender: str | None = None
    birthDate: str | None = None
    deceasedBoolean: bool | None = None
    deceasedDateTime: str | None = None
    # Observation, DiagnosticReport
    category: tuple[CodeableConcept | str, ...] | CodeableConcept = ()
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    valueQuantity: Quantity | None = None
    valueString: str | None = None
    valueInteger: int | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    dataAbsentReason: CodeableConcept | None = None
    component: tuple[Component, ...] = ()
    hasMember: tuple[Reference, ...] = ()
    interpretation: tuple[CodeableConcept, ...] | CodeableConcept = ()
    specimen: Reference | None = None
    method: CodeableConcept | None = None
    result: tuple[Reference, ...] = ()
    conclusion: str | None = None
    conclusionCode: tuple[CodeableConcept, ...] = ()
    presentedForm: tuple[Attachment, ...] = ()
    # Condition, AllergyIntolerance
    clinicalStatus: CodeableConcept | None = None
    verificationStatus: CodeableConcept | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    onsetString: str | None = None
    abatementDateTime: str | None = None
    abatementPeriod: Period | None = None
    recordedDate: str | None = None
    reaction: tuple[Reaction, ...] = ()
    # Medication*
    intent: str | None = None
    doNotPerform: bool | None = None
    statusReason: tuple[CodeableConcept, ...] | CodeableConcept | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    medication: CodeableReference | None = None
    authoredOn: str | None = None
    dateAsserted: str | None = None
    dosageInstruction: tuple[Dosage, ...] = ()
    dosage: tuple[Dosage, ...] | Dosage = ()
    dispenseRequest: DispenseRequest | None = None
    quantity: Quantity | None = None
    daysSupply: Quantity | None = None
    whenHandedOver: str | None = None
    whenPrepared: str | None = None
    occurenceDateTime: str | None = None
    occurenceTiming: Timing | None = None
    ingredient: tuple[Ingredient, ...] = ()
    form: CodeableConcept | None = None
    # Procedure
    performedDateTime: str | None = None
    performedPeriod: Period | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    # OperationOutcome is read from the bundle entry, see bundle.py

    @property
    def local_reference(self) -> str:
        """`Type/id`, the way evidence names a resource; `Type/?` when it has no id."""
        return f"{self.resourceType}/{self.id or '?'}"
