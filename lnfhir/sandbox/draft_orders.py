"""Orders under way, from shorthand: what a clinician has chosen and not signed yet."""

from __future__ import annotations

from collections.abc import Iterable

from lnfhir.sandbox.days import Calendar, ShorthandError
from lnfhir.sandbox.medicines import dosage_of, ending_of, read_treatment
from lnfhir.sandbox.shorthand import Record
from lnfhir.sandbox.writer import Json, Writer


def draft_orders(items: Iterable[str], record: Record) -> tuple[Json, ...]:
    """`tacrolimus 2 mg twice daily`, `cyclophosphamide IV 500 mg`, `"Prograf"`, `mycophenolate`: MedicationRequests.

    A text in double quotes without a known drug is all a draft says; without dose and rhythm its dosage is not written
    yet. `nothing chosen` is a draft without a drug. `mycophenolate signed already` sends the order of the record once
    more, as a re-signing EHR does; a dose before these words is what is to be changed about it. ShorthandError for an
    unknown word, and where the record has no such order.
    """
    writer = Writer(Calendar(), record.as_of, patient_id=record.patient_id)
    for item in items:
        _write(writer, str(item).strip(), record)
    return tuple(writer.resources)


def _write(writer: Writer, item: str, record: Record) -> None:
    if item == "nothing chosen":
        writer.add("MedicationRequest", "draft", None, status="draft", intent="order")
        return
    again, words = ending_of(item, ("signed already",))
    treatment = read_treatment(words)
    if treatment.reported or treatment.stopped_for:
        raise ShorthandError(f"not an order under way: {item!r}")
    written = bool(treatment.dose or treatment.rhythm or treatment.text)
    dosage = [dosage_of(treatment, None)] if written else None
    if again:
        writer.resources.append(
            {**_signed(record, treatment.medication), **({"dosageInstruction": dosage} if dosage else {})}
        )
        return
    writer.add(
        "MedicationRequest",
        f"draft-{treatment.name}",
        None,
        status="draft",
        intent="order",
        medicationCodeableConcept=treatment.medication,
        dosageInstruction=dosage,
    )


def _signed(record: Record, medication: Json) -> Json:
    """The order of the record for this drug."""
    for resource in record.resources:
        if resource["resourceType"] == "MedicationRequest" and resource["medicationCodeableConcept"] == medication:
            return resource
    raise ShorthandError(f"there is no order to sign again: {medication['text']!r}")
