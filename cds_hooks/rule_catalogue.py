"""Every rule as it is published: what it states, its criteria, its numbers, its sources. No patient is needed for it.

The criteria are those a rule names on a record of which nothing is known: the rule itself says what it would ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from types import ModuleType

from cds_hooks.numbers import number
from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse, Person, Record
from lnfhir.citation import Citation, Parameter
from lnfhir.guideline import (
    definite_nephritis,
    failure_profiles,
    improvement,
    milestones,
    other_causes_by_record,
    other_causes_by_test,
    relapse,
    standard_induction,
    steroid_intensity,
    treatment_failure,
)
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.escalation.catalogue import OPTIONS
from lnfhir.guideline.escalation.escalate import ESCALATE
from lnfhir.guideline.escalation.offering import presented
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.order_safety.ordering import ordering
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.response_definitions import DEFINITIONS, ResponseDefinition
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.verdict import RefractoryVerdict
from lnfhir.logic import Finding
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.report.options import known_lines
from lnfhir.report.verdicts import criteria
from lnfhir.report.words import CRITERION, PROFILE, named
from lnfhir.review import Review, review

NOBODY = Chart(date(2000, 1, 1), Person("nobody"))

START = NOBODY.as_of - timedelta(days=600)
TREATED = replace(
    NOBODY,
    drugs=(
        # Something before the start tells that the record does not begin with it.
        DrugUse("losartan", Record.ORDER, START - timedelta(days=60), START, "MedicationRequest/?1", mg_per_day=50.0),
        DrugUse(
            "mycophenolate-mofetil", Record.ORDER, START, None, "MedicationRequest/?2", active=True, mg_per_day=2000.0
        ),
        DrugUse("prednisone", Record.ORDER, START, None, "MedicationRequest/?3", active=True, mg_per_day=40.0),
    ),
)
"""A course of induction of which no result is known: the criteria of a course are named only where there is one."""

JUDGING: tuple[ModuleType, ...] = (
    definite_nephritis,
    standard_induction,
    steroid_intensity,
    treatment_failure,
    failure_profiles,
    improvement,
    milestones,
    relapse,
    other_causes_by_record,
    other_causes_by_test,
)
"""The topics that the profiles of refractoriness share."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A sentence that holds or does not, and those it is made of."""

    says: Message
    parts: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One published rule. `kind` groups the list; `related` are the ids of rules beside it; `options` are the
    treatments it weighs, each with what is known about it."""

    id: str
    kind: Message
    title: Message
    statement: Message
    criteria: tuple[Criterion, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    cites: tuple[Citation, ...] = ()
    related: tuple[str, ...] = ()
    options: tuple[Criterion, ...] = ()


CARE = say("Recommendations")
ORDERS = say("Checks of draft orders")
REFRACTORY = say("Profiles of refractory disease")
RESPONSE = say("Definitions of response")
CARDS = say("Cards of the service")


def rules(policy: Policy) -> Mapping[str, Rule]:
    """Every rule by its id, as it is under the choices of this site."""
    blank = review(NOBODY, policy)
    found = {rule.id: rule for rule in (*_cards(), *_profiles(policy), *_definitions(), *_recommendations(blank))}
    for rule in _order_rules(blank):
        found[rule.id] = _together(found[rule.id], rule) if rule.id in found else rule
    return found


def _together(advice: Rule, order: Rule) -> Rule:
    """A recommendation that is also a check of draft orders, as one rule."""
    when_ordered = Criterion(say("when it is ordered"), order.criteria)
    numbers = tuple(dict.fromkeys((*advice.parameters, *order.parameters)))
    cites = tuple(dict.fromkeys((*advice.cites, *order.cites)))
    return replace(advice, criteria=(*advice.criteria, when_ordered), parameters=numbers, cites=cites)


def _recommendations(blank: Review) -> Iterator[Rule]:
    said = {guidance.rule: guidance for guidance in blank.guidance}
    for item in RECOMMENDATIONS:
        asked = _of_guidance(said[item.rule])
        options = tuple(_options(blank.policy)) if item is ESCALATE else ()
        yield Rule(item.rule, CARE, item.title, item.statement, asked, item.parameters, item.cites, options=options)


def _options(policy: Policy) -> Iterator[Criterion]:
    """Each escalation option as the report shows it, whoever the patient is."""
    for option in OPTIONS:
        choice = presented(option, policy.region)
        says = say("{name}: {says}", name=choice.name, says=choice.says)
        yield Criterion(says, tuple(Criterion(line.says) for line in known_lines(choice, 0)))


def _order_rules(blank: Review) -> Iterator[Rule]:
    situation = Situation(blank.chart, blank.policy, blank.courses, blank.refractory, blank.responses)
    for item in ORDER_RULES:
        drug = min(item.concerns)
        order = DrugUse(drug, Record.ORDER, NOBODY.as_of, None, "MedicationRequest/?", active=True)
        asked = _of_guidance(item.decide(ordering(situation, (order,))))
        yield Rule(item.rule, ORDERS, item.title, item.statement, asked, item.parameters, item.cites)


def _profiles(policy: Policy) -> Iterator[Rule]:
    cites = {profile.key: profile.cite for profile in failure_profiles.PROFILES}
    shared = tuple(dict.fromkeys(parameter for module in JUDGING for parameter in parameters_in(vars(module).values())))
    for verdict in review(TREATED, policy).refractory:
        name = named(verdict.profile, PROFILE)
        yield Rule(
            f"refractory-{verdict.profile}",
            REFRACTORY,
            say("Refractory by {profile}", profile=name),
            say("Lupus nephritis is refractory by {profile} when all four criteria are met.", profile=name),
            tuple(_of_verdict(verdict)),
            shared,
            (cites[verdict.profile],),
            ("refractory",),
        )


def _of_verdict(verdict: RefractoryVerdict) -> Iterator[Criterion]:
    for key, finding in criteria(verdict):
        yield Criterion(say("{name} {meaning}", name=key, meaning=CRITERION[key]), (_criterion(finding),))


def _definitions() -> Iterator[Rule]:
    for definition in DEFINITIONS:
        name = named(definition.key, PROFILE)
        yield Rule(
            f"response-{definition.key}",
            RESPONSE,
            say("Response by {profile}", profile=name),
            say("What {profile} calls a complete and a partial response of lupus nephritis.", profile=name),
            tuple(_of_definition(definition)),
            tuple(parameters_in((definition,))),
            definition.cites,
            ("response",),
        )


def _of_definition(definition: ResponseDefinition) -> Iterator[Criterion]:
    complete = [_limit(definition.complete), _limit(definition.tolerance)]
    complete += [_limit(extra) for extra in (definition.floor, definition.steroid_cap) if extra is not None]
    yield Criterion(say("complete response"), tuple(complete))
    partial = [_limit(limit) for limit in (definition.partial_fall, definition.partial_below) if limit is not None]
    if partial:
        yield Criterion(say("partial response"), tuple(partial))


def _limit(parameter: Parameter) -> Criterion:
    return Criterion(say("{label}: {number}", label=parameter.meaning, number=number(parameter)))


def _cards() -> Iterator[Rule]:
    own = (LNFHIR.at("cards", ENGINEERING),)
    refractory = tuple(f"refractory-{profile.key}" for profile in failure_profiles.PROFILES)
    response = tuple(f"response-{definition.key}" for definition in DEFINITIONS)
    yield Rule(
        "refractory",
        CARDS,
        say("Refractory lupus nephritis"),
        say("The verdict of the leading profile, with that of every other profile beside it."),
        cites=tuple(profile.cite for profile in failure_profiles.PROFILES),
        related=refractory,
    )
    yield Rule(
        "response",
        CARDS,
        say("Response of lupus nephritis"),
        say("Today's response under the leading definition, with every other definition and milestone beside it."),
        cites=tuple(dict.fromkeys(cite for definition in DEFINITIONS for cite in definition.cites)),
        related=response,
    )
    yield Rule(
        "data-needed",
        CARDS,
        say("Data needed"),
        say("One card for everything that cannot be judged, with what would settle it."),
        cites=own,
    )
    yield Rule(
        "visit",
        CARDS,
        say("To obtain in this visit"),
        say("One card at the start of a visit: the data that are missing and the tests that are due."),
        cites=own,
    )


def _of_guidance(guidance: Guidance) -> tuple[Criterion, ...]:
    asked = [_criterion(guidance.because)]
    gates = tuple(_criterion(gate) for gate in guidance.gates)
    if gates:
        asked.append(Criterion(say("checked before acting"), gates))
    return tuple(asked)


def _criterion(finding: Finding) -> Criterion:
    parts = tuple(dict.fromkeys(map(_criterion, finding.parts)))
    return Criterion(finding.says, tuple(part for part in parts if part.says != finding.says))


def parameters_in(values: Iterable[object]) -> Iterator[Parameter]:
    """The parameters among these values and within them."""
    for value in values:
        if isinstance(value, Parameter):
            yield value
        elif isinstance(value, Mapping):
            yield from parameters_in(value.values())
        elif isinstance(value, tuple | list | frozenset):
            yield from parameters_in(value)
        elif is_dataclass(value) and not isinstance(value, type):
            yield from parameters_in(getattr(value, field.name) for field in fields(value))
