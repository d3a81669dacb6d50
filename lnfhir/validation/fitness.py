"""The third depth: which needs of which rules one patient's record can feed, told by the chart and the review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import NEED_OF, Coverage, Need
from lnfhir.chart.entries import Record
from lnfhir.fhir.issue import Severity
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Outcome
from lnfhir.logic import Finding, Truth
from lnfhir.message import Message, say
from lnfhir.review import Review
from lnfhir.terminology.drug_groups import ANTIMALARIALS, CALCINEURIN_INHIBITORS, GLUCOCORTICOIDS, MYCOPHENOLATES
from lnfhir.validation.fault import Depth, Fault, fault_of

_TITLES = {each.rule: each.title for each in RECOMMENDATIONS}


STATES = ("decided", "waiting", "not-fed", "not-applicable")
"""What can become of a rule; `waiting` is for time alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What became of one rule: `state` is one of `STATES`.

    `leads`: it is the verdict the other rules hang on, so that feeding it is not a matter of taste.
    """

    name: Message
    state: str
    missing: tuple[Message, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Fitness:
    """One patient's: what each need holds, what became of each rule, and what is wrong."""

    patient: str
    held: dict[Need, int]
    coverage: dict[Need, Coverage]
    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]


def fitness(review: Review, place: str, seen: int = 0) -> Fitness:
    """Read a review for what its data could not feed. The first `seen` issues of the chart were told already."""
    chart = review.chart
    faults = [fault_of(issue, place) for issue in chart.issues[seen:]]
    faults += _doses(chart, place)
    faults += _uncovered(chart, place)
    rules = tuple(_rules(review))
    for rule in rules:
        if rule.state == "not-fed":
            for item in rule.missing:
                says = say("{rule} cannot be decided: {missing}", rule=rule.name, missing=item)
                severity = Severity.WARNING if rule.leads else Severity.INFORMATION
                faults.append(Fault(Depth.FITNESS, severity, "incomplete", says, place, "", _whose(chart)))
    coverage = {need: chart.coverage.get(need, Coverage.NOT_PROVIDED) for need in Need}
    return Fitness(chart.person.id, _held(chart), coverage, rules, tuple(faults))


def _whose(chart: Chart) -> str:
    return f"Patient/{chart.person.id}"


def _held(chart: Chart) -> dict[Need, int]:
    held = Counter(NEED_OF[result.analyte] for result in chart.results)
    of = {
        Record.ORDER: Need.ORDERS,
        Record.ADMINISTRATION: Need.ADMINISTRATIONS,
        Record.DISPENSE: Need.DISPENSES,
        Record.STATEMENT: Need.STATEMENTS,
    }
    held.update(of[use.record] for use in chart.drugs)
    held[Need.PATIENT] = int(chart.person.birth is not None and chart.person.sex is not None)
    held[Need.CONDITIONS] = len(chart.diagnoses)
    held[Need.REPORTS] = len(chart.biopsies)
    held[Need.PROCEDURES] = len(chart.procedures)
    held[Need.ALLERGIES] = len(chart.allergies)
    held[Need.SERVICE_ORDERS] = len(chart.service_orders)
    return {need: held[need] for need in Need}


_DOSED = (
    GLUCOCORTICOIDS | MYCOPHENOLATES | ANTIMALARIALS | CALCINEURIN_INHIBITORS | {"cyclophosphamide", "azathioprine"}
)
"""The drugs whose doses the rules judge."""


def _doses(chart: Chart, place: str) -> Iterator[Fault]:
    """Orders of drugs whose dose the rules use, from which no daily dose comes."""
    for use in chart.drugs:
        if use.drug not in _DOSED:
            continue
        if (
            use.dose_problem is not None
            and use.mg_per_day is None
            and use.mg_per_kg_per_day is None
            and use.route != "other"
        ):
            says = say("no daily dose of {drug}: {why}", drug=use.drug, why=use.dose_problem)
            yield Fault(Depth.FITNESS, Severity.WARNING, "incomplete", says, place, "", use.reference)


def _uncovered(chart: Chart, place: str) -> Iterator[Fault]:
    for need in Need:
        found = chart.coverage.get(need, Coverage.NOT_PROVIDED)
        if found is not Coverage.COMPLETE:
            says = say(
                "{need}: the record does not cover it completely ({coverage})", need=need.value, coverage=found.value
            )
            severity = Severity.ERROR if found is Coverage.FAILED else Severity.WARNING
            yield Fault(Depth.FITNESS, severity, "incomplete", says, place, "", _whose(chart))


def _rules(review: Review) -> Iterator[Rule]:
    for verdict in review.refractory[:1]:
        yield replace(_of_finding(say("refractory by {profile}", profile=verdict.profile), verdict.overall), leads=True)
    for response in review.responses:
        name = say("response by {definition}", definition=response.definition)
        if response.at == "today":
            yield _of_finding(name, response.complete)
    for guidance in review.guidance:
        name = _TITLES.get(guidance.rule, say("{rule}", rule=guidance.rule))
        if guidance.outcome is Outcome.NEEDS_DATA:
            yield Rule(name, "not-fed", guidance.missing)
        else:
            yield Rule(name, "not-applicable" if guidance.outcome is Outcome.NOT_APPLICABLE else "decided")


def _of_finding(name: Message, finding: Finding) -> Rule:
    if finding.truth is not Truth.UNKNOWN:
        return Rule(name, "decided")
    return Rule(name, "waiting") if finding.pending else Rule(name, "not-fed", finding.missing)
