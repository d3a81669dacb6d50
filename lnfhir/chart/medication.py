"""Which drug a medication resource means, and how strong it is."""

from __future__ import annotations

from collections.abc import Iterator

from lnfhir.chart.record import Placed, Record
from lnfhir.chart.single_dose import Strength
from lnfhir.fhir.resource import CodeableConcept, Dosage, Quantity, Ratio, Reference, Resource
from lnfhir.message import say
from lnfhir.quantity import drug_mg, drug_ml, is_count_unit
from lnfhir.terminology.drugs import DrugMeaning, meaning_of_drug


def drug_of(record: Record, placed: Placed) -> tuple[DrugMeaning, Strength] | None:
    """The drug of an order, dispense, administration or statement; None when it is none of ours or not known."""
    resource = placed.resource
    member = "medicationCodeableConcept" if resource.medicationCodeableConcept else "medicationReference"
    meaning: DrugMeaning | None = None
    product: Resource | None = None
    named = False
    for concept, found in _names(record, placed):
        named = named or _has_words(concept)
        meaning = meaning or meaning_of_drug(concept, record.codes)
        product = product or found
    if meaning is None:
        if not named:
            record.lose("not-found", say("the drug cannot be told: this is not used"), placed, member)
        return None
    if meaning.refused is not None:
        record.lose("conflict", meaning.refused, placed, member)
        return None
    return meaning, _strength(meaning, product)


def _names(record: Record, placed: Placed) -> Iterator[tuple[CodeableConcept, Resource | None]]:
    resource = placed.resource
    if resource.medicationCodeableConcept is not None:
        yield resource.medicationCodeableConcept, None
    r5 = resource.medication
    if r5 is not None and r5.concept is not None:
        yield r5.concept, None
    for reference in (resource.medicationReference, r5.reference if r5 is not None else None):
        if reference is not None:
            yield from _referred(record, placed, reference)


def _referred(
    record: Record, placed: Placed, reference: Reference
) -> Iterator[tuple[CodeableConcept, Resource | None]]:
    found = record.find(reference, placed)
    product = found.resource if found is not None and found.resource.resourceType == "Medication" else None
    if product is not None and (product.status or "").strip() == "entered-in-error":
        product = None
    if product is not None:
        if product.code is not None:
            yield product.code, product
        for ingredient in product.ingredient:
            item = ingredient.itemCodeableConcept or (ingredient.item.concept if ingredient.item else None)
            if item is not None:
                yield item, product
    elif reference.display:
        yield CodeableConcept(text=reference.display), None


def _has_words(concept: CodeableConcept) -> bool:
    return bool(concept.text or any(coding.display for coding in concept.coding))


def _strength(meaning: DrugMeaning, product: Resource | None) -> Strength:
    """The strength the name gives, or else the only ingredient of the Medication resource."""
    if meaning.strength_mg is not None:
        liquid = meaning.strength_per != "unit"
        return Strength(None, meaning.strength_mg) if liquid else Strength(meaning.strength_mg)
    if product is not None and len(product.ingredient) == 1:
        stated = product.ingredient[0].strength
        return Strength(_mg_per_unit(stated), _mg_per_ml(stated))
    return Strength()


def _plain(quantity: Quantity | None) -> float | None:
    return quantity.value if quantity is not None and isinstance(quantity.value, float | int) else None


def _mg_per_unit(stated: Ratio | None) -> float | None:
    if stated is None or stated.numerator is None:
        return None
    mg = drug_mg(_plain(stated.numerator), stated.numerator.unit, stated.numerator.code)
    below = stated.denominator
    count = _plain(below) if below is not None and is_count_unit(below.unit, below.code) else None
    return mg / count if mg is not None and count else None


def _mg_per_ml(stated: Ratio | None) -> float | None:
    if stated is None or stated.numerator is None or stated.denominator is None:
        return None
    mg = drug_mg(_plain(stated.numerator), stated.numerator.unit, stated.numerator.code)
    ml = drug_ml(_plain(stated.denominator), stated.denominator.unit, stated.denominator.code)
    return mg / ml if mg is not None and ml else None


_ROUTES: dict[str, str] = {
    "26643006": "oral", "47625008": "iv", "78421000": "im", "34206005": "sc", "po": "oral", "iv": "iv", "im": "im",
    "sc": "sc", "sq": "sc", "oral": "oral", "by mouth": "oral", "intravenous": "iv", "intramuscular": "im",
    "subcutaneous": "sc", "oral route": "oral", "intravenous route": "iv", "intramuscular route": "im",
    "subcutaneous route": "sc", "口服": "oral", "静脉": "iv", "静脉注射": "iv", "静脉滴注": "iv", "静滴": "iv",
    "肌肉注射": "im", "肌注": "im", "皮下注射": "sc", "皮下": "sc", "gastrostomy": "oral", "nasogastric": "oral",
    "6064005": "other", "54485002": "other", "46713006": "other", "447694001": "other", "12130007": "other",
    "topical": "other", "ophthalmic": "other", "inhalation": "other", "intra-articular": "other", "nasal": "other",
    "rectal": "other", "topical route": "other", "ophthalmic route": "other", "nasal route": "other", "外用": "other",
    "滴眼": "other", "吸入": "other", "关节腔内": "other", "intravitreal": "other",
}  # fmt: skip
"""Codes (SNOMED CT, HL7 v3) and words of routes; `other` is not systemic."""


def route_of(dosages: tuple[Dosage, ...], meaning: DrugMeaning) -> str:
    """`oral`, `iv`, `im`, `sc`, `other` or `unknown`: of the dosage, or else of the drug's form."""
    for dosage in dosages:
        if dosage.route is not None:
            texts = [
                dosage.route.text,
                *(word for coding in dosage.route.coding for word in (coding.code, coding.display)),
            ]
            found = {_ROUTES[text.strip().casefold()] for text in texts if text and text.strip().casefold() in _ROUTES}
            if len(found) == 1:
                return found.pop()
    return meaning.route
