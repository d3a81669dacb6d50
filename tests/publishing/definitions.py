"""The recommendations and drafts as PlanDefinitions, ActivityDefinitions and Libraries.

They are published so that the intent can be read and cited; what decides is the Python of each topic file. The
criteria of an action are those the rule itself names when it is asked about a patient of whom nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from lnfhir.chart.build import build_chart
from lnfhir.chart.coverage import Need
from lnfhir.guideline.drafts import Product, Test
from lnfhir.guideline.escalation.option import Kind, Option
from lnfhir.guideline.order_safety.ordering import OrderRule, ordering
from lnfhir.guideline.recommendation import Guidance, Recommendation
from lnfhir.guideline.situation import Situation
from lnfhir.logic import Finding
from lnfhir.policy import Policy
from lnfhir.report.data_requirements import data_requirement
from lnfhir.review import review
from tests.knowledge.pages import assigned, modules, recommendations
from tests.publishing.shelf import ATC, LOINC, RXNORM, SNOMED, Resource, canonical, copyright_of, head

RULES = canonical("Library", "lnfhir-rules")
KIND = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
LIBRARY = "http://terminology.hl7.org/CodeSystem/library-type"
TOPIC = canonical("CodeSystem", "card-topic")
SOMEBODY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/definition-topic", "code": "treatment"}]}


def _nothing_known() -> Situation:
    """A patient of whom nothing was searched."""
    policy = Policy()
    chart = build_chart({}, "unknown", date(2025, 1, 1))
    judged = review(chart, policy)
    return Situation(chart, policy, judged.courses, judged.refractory, judged.responses)


UNKNOWN = _nothing_known()


def asked(rule: Recommendation | OrderRule) -> Guidance:
    """What a rule says of a patient of whom nothing is known."""
    return rule.decide(UNKNOWN) if isinstance(rule, Recommendation) else rule.decide(ordering(UNKNOWN, ()))


def criteria(finding: Finding) -> list[str]:
    """The sentence of a finding and those of its parts."""
    return [str(finding.says), *(str(part.says) for part in finding.parts)]


def _applicability(guidance: Guidance) -> str:
    """The criteria as text: FHIR has no name for the language they are written in, so they are no expression."""
    says, *parts = criteria(guidance.because)
    return f"{says}: {'; '.join(parts)}" if parts else says


def _cited(item: Recommendation | OrderRule) -> list[dict[str, Any]]:
    found = []
    for citation in item.cites:
        source = citation.guideline
        artifact = {
            "type": "citation",
            "label": citation.pinpoint,
            "display": f"{source.title} ({source.year})",
            "citation": f"{citation}. Verified: {citation.confidence.meaning}.",
        }
        found.append(artifact | ({"url": source.url} if source.url else {}))
    return found


def plan_definition(item: Recommendation | OrderRule) -> Resource:
    """One recommendation, as an event-condition-action rule that is described and not executable."""
    guidance = asked(item)
    hook = "patient-view" if isinstance(item, Recommendation) else "order-sign"
    action = {
        "title": str(item.title),
        "description": str(item.statement),
        "code": [{"coding": [{"system": TOPIC, "code": item.rule}]}],
        "trigger": [{"type": "named-event", "name": hook}],
        "textEquivalent": _applicability(guidance),
    }
    return head(
        "PlanDefinition",
        item.rule,
        str(item.title),
        type={"coding": [{"system": KIND, "code": "eca-rule"}]},
        description=str(item.statement),
        purpose="Published so that the rule can be read and cited. It is not executed: the library named decides.",
        usage=f"Applies when: {'; '.join(criteria(guidance.because))}.",
        topic=[SOMEBODY],
        relatedArtifact=_cited(item),
        library=[RULES],
        action=[action],
    ) | {"experimental": True}


def plan_definitions() -> dict[str, Resource]:
    """Every recommendation and every check of orders, by its rule."""
    return {item.rule: plan_definition(item) for item in recommendations()}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _concept(text: str, *codings: tuple[str, str]) -> dict[str, Any]:
    coded = [{"system": system, "code": code} for system, code in codings if code]
    return {**({"coding": coded} if coded else {}), "text": text}


def _drafts_in(value: object) -> Iterator[Product | Test]:
    """The drafts a value is or holds."""
    if isinstance(value, Product | Test):
        yield value
    elif isinstance(value, Option):
        # Only this kind of option is ever drafted as an order, by its first product; a biologic never is.
        yield from value.products[:1] if value.kind is Kind.DRUG and not value.biologic else ()
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _drafts_in(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _drafts_in(getattr(value, field.name))


def drafted() -> list[Product | Test]:
    """Every product and test that a topic file may draft, once."""
    found = [draft for module in modules() for value in assigned(module) for draft in _drafts_in(value)]
    return list(dict.fromkeys(found))


def _drafted() -> Iterator[Resource]:
    for draft in drafted():
        if isinstance(draft, Product):
            product = _concept(draft.text, (RXNORM, draft.rxnorm), (ATC, draft.atc))
            yield _activity(draft.text, "MedicationRequest", product, productCodeableConcept=product)
        else:
            code = _concept(draft.text, (LOINC, draft.loinc), (SNOMED, draft.snomed))
            yield _activity(draft.text, "ServiceRequest", code, code=code)


def _activity(text: str, kind: str, concept: dict[str, Any], **what: Any) -> Resource:
    notice = copyright_of(*(coding["system"] for coding in concept.get("coding", ())))
    return head(
        "ActivityDefinition",
        f"propose-{_slug(text)}"[:64].rstrip("-"),
        text,
        description="A draft that a card may suggest, for a clinician to complete, sign or discard.",
        purpose="The dose, where a rule gives one, is in the draft and not here.",
        **({"copyright": notice} if notice else {}),
        kind=kind,
        intent="proposal",
        **what,
    )


def activity_definitions() -> dict[str, Resource]:
    """Every draft that a recommendation may suggest, by its id."""
    return {resource["id"]: resource for resource in _drafted()}


def libraries() -> dict[str, Resource]:
    """The rules as a whole, and the data they need."""
    rules = head(
        "Library",
        "lnfhir-rules",
        "The rules of lnfhir",
        type={"coding": [{"system": LIBRARY, "code": "logic-library"}]},
        description="The criteria of refractory lupus nephritis and of response, and the recommendations, in Python.",
        purpose="What PlanDefinitions refer to. Its text is the product of the same version.",
        relatedArtifact=[{"type": "depends-on", "resource": canonical("Library", "data-requirements")}],
        dataRequirement=[data_requirement(need) for need in Need],
    )
    needs = head(
        "Library",
        "data-requirements",
        "The data the rules need",
        type={"coding": [{"system": LIBRARY, "code": "module-definition"}]},
        description="One data requirement for each search that the rules rely on.",
        dataRequirement=[data_requirement(need) for need in Need],
    )
    return {resource["id"]: resource for resource in (rules, needs)}
