"""One wide structure for every resource we read: a field we do not name is not decoded.

Field names are FHIR's own (camelCase) so that paths in issues are the sender's paths. The structures hold no
cycles, so the garbage collector need not track them (`gc=False`).
"""

from __future__ import annotations

import msgspec


class Coding(msgspec.Struct, frozen=True, gc=False):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(msgspec.Struct, frozen=True, gc=False):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Reference(msgspec.Struct, frozen=True, gc=False):
    reference: str | None = None
    type: str | None = None
    display: str | None = None


class CodeableReference(msgspec.Struct, frozen=True, gc=False):
    """R5's `medication` and friends."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Quantity(msgspec.Struct, frozen=True, gc=False):
    value: float | str | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(msgspec.Struct, frozen=True, gc=False):
    low: Quantity | None = None
    high: Quantity | None = None


class ReferenceRange(msgspec.Struct, frozen=True, gc=False):
    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    appliesTo: tuple[CodeableConcept, ...] = ()
    age: Range | None = None


class Ratio(msgspec.Struct, frozen=True, gc=False):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(msgspec.Struct, frozen=True, gc=False):
    start: str | None = None
    end: str | None = None


class Repeat(msgspec.Struct, frozen=True, gc=False):
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


class Meta(msgspec.Struct, frozen=True, gc=False):
    versionId: str | None = None
    lastUpdated: str | None = None


class Timing(msgspec.Struct, frozen=True, gc=False):
    event: tuple[str, ...] = ()
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(msgspec.Struct, frozen=True, gc=False):
    doseQuantity: Quantity | None = None
    doseRange: Range | None = None


class Dosage(msgspec.Struct, frozen=True, gc=False):
    sequence: int | None = None
    text: str | None = None
    patientInstruction: str | None = None
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: CodeableConcept | None = None
    asNeeded: bool | None = None
    route: CodeableConcept | None = None
    doseAndRate: tuple[DoseAndRate, ...] = ()
    doseRange: Range | None = None
    modifierExtension: tuple[msgspec.Raw, ...] = ()
    doseQuantity: Quantity | None = None
    dose: Quantity | None = None


class DispenseRequest(msgspec.Struct, frozen=True, gc=False):
    validityPeriod: Period | None = None
    expectedSupplyDuration: Quantity | None = None
    quantity: Quantity | None = None
    numberOfRepeatsAllowed: int | None = None


class Component(msgspec.Struct, frozen=True, gc=False):
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueString: str | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueInteger: int | None = None
    valueBoolean: bool | None = None
    valueRange: Range | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] | CodeableConcept = ()
    modifierExtension: tuple[msgspec.Raw, ...] = ()


class Ingredient(msgspec.Struct, frozen=True, gc=False):
    itemCodeableConcept: CodeableConcept | None = None
    item: CodeableReference | None = None
    strength: Ratio | None = None


class Attachment(msgspec.Struct, frozen=True, gc=False):
    contentType: str | None = None
    data: str | None = None


class Manifestation(msgspec.Struct, frozen=True, gc=False):
    """A CodeableConcept (R4) or a CodeableReference (R5)."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None
    concept: CodeableConcept | None = None


class Reaction(msgspec.Struct, frozen=True, gc=False):
    substance: CodeableConcept | None = None
    manifestation: tuple[Manifestation, ...] = ()
    severity: str | None = None


class Adherence(msgspec.Struct, frozen=True, gc=False):
    """Whether a drug is taken, of a MedicationStatement of R5."""

    code: CodeableConcept | None = None


class HumanName(msgspec.Struct, frozen=True, gc=False):
    text: str | None = None
    family: str | None = None
    given: tuple[str, ...] = ()


class PatientLink(msgspec.Struct, frozen=True, gc=False):
    other: Reference | None = None
    type: str | None = None


class OutcomeIssue(msgspec.Struct, frozen=True, gc=False):
    """One issue of an OperationOutcome. Its free text is never read: it may hold identifiers."""

    severity: str | None = None
    code: str | None = None


class Resource(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Any resource we read. What a field means depends on `resourceType`, as in FHIR."""

    resourceType: str
    id: str | None = None
    meta: Meta | None = None
    implicitRules: str | None = None
    modifierExtension: tuple[msgspec.Raw, ...] = ()
    contained: tuple[msgspec.Raw, ...] = ()
    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    # Patient
    name: tuple[HumanName, ...] | str = ()
    link: tuple[PatientLink, ...] = ()
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
    valueBoolean: bool | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    dataAbsentReason: CodeableConcept | None = None
    component: tuple[Component, ...] = ()
    hasMember: tuple[Reference, ...] = ()
    interpretation: tuple[CodeableConcept, ...] | CodeableConcept = ()
    referenceRange: msgspec.Raw = msgspec.Raw(b"[]")  # decoded for the few results that are judged by it
    specimen: tuple[Reference, ...] | Reference | None = None
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
    abatementString: str | None = None
    abatementAge: Quantity | None = None
    abatementBoolean: bool | None = None
    recordedDate: str | None = None
    reaction: tuple[Reaction, ...] = ()
    # Medication*
    intent: str | None = None
    doNotPerform: bool | None = None
    reportedBoolean: bool | None = None
    reported: bool | None = None
    statusReason: tuple[CodeableConcept, ...] | CodeableConcept | None = None
    statusChanged: str | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reason: tuple[CodeableReference, ...] = ()
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
    # What denies the whole resource in other versions of FHIR: STU3, DSTU2 and R5
    taken: str | None = None
    notGiven: bool | None = None
    wasNotGiven: bool | None = None
    notDone: bool | None = None
    wasNotTaken: bool | None = None
    notPerformed: bool | None = None
    adherence: Adherence | None = None
    # Procedure
    performedDateTime: str | None = None
    performedPeriod: Period | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    # OperationOutcome
    issue: tuple[OutcomeIssue, ...] = ()

    @property
    def local_reference(self) -> str:
        """`Type/id`, the way evidence names a resource; `Type/?` when it has no id."""
        return f"{self.resourceType}/{self.id or '?'}"
