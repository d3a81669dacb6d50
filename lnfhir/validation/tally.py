"""What a validation found, counted: its size does not grow with the data, only with the kinds of faults in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.issue import Severity
from lnfhir.message import Message, say
from lnfhir.validation.fault import Depth, Fault
from lnfhir.validation.fitness import Fitness
from lnfhir.validation.kinds import kind_of

PLACES_KEPT = 100
"""Places remembered of one fault; all are counted."""

SENTENCES_KEPT = 200
"""Different sentences remembered of one template (they name values); further ones are counted together."""

EXIT_CODES = FIT, WARNINGS, ERRORS, UNREADABLE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is."""

    document: str
    path: str
    reference: str


@dataclass(slots=True)
class Found:
    """One fault with how often and where it was found."""

    depth: Depth
    severity: Severity
    code: str
    kind: str
    says: Message
    count: int = 0
    places: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class NeedTally:
    """Of one need, over all patients: how many have data for it, how many data, and how it is covered."""

    patients: int = 0
    held: int = 0
    coverage: Counter[Coverage] = field(default_factory=Counter)


@dataclass(slots=True)
class RuleTally:
    """Of one rule, over all patients: how often in which state, and what was missing."""

    states: Counter[str] = field(default_factory=Counter)
    missing: Counter[Message] = field(default_factory=Counter)


_Key = tuple[Depth, Severity, Message]


@dataclass(slots=True)
class Tally:
    """The report of a validation while it is made, and then."""

    documents: int = 0
    unreadable: int = 0
    patients: int = 0
    resources: Counter[str] = field(default_factory=Counter)
    needs: dict[Need, NeedTally] = field(default_factory=lambda: {need: NeedTally() for need in Need})
    rules: dict[Message, RuleTally] = field(default_factory=dict)
    _found: dict[_Key, Found] = field(default_factory=dict)
    _sentences: Counter[tuple[Depth, Severity, str]] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        """Count a fault."""
        says = fault.says
        key = (fault.depth, fault.severity, says)
        if key not in self._found:
            family = (fault.depth, fault.severity, says.template)
            self._sentences[family] += 1
            if self._sentences[family] > SENTENCES_KEPT:
                says = say("further faults of the kind {kind}", kind=kind_of(says))
                key = (fault.depth, fault.severity, says)
        found = self._found.get(key)
        if found is None:
            found = Found(fault.depth, fault.severity, fault.code, kind_of(fault.says), says)
            self._found[key] = found
        found.count += 1
        if len(found.places) < PLACES_KEPT:
            found.places.append(Place(fault.place, fault.path, fault.reference))

    def judge(self, fitness: Fitness) -> None:
        """Count one patient."""
        self.patients += 1
        for fault in fitness.faults:
            self.add(fault)
        for need, tally in self.needs.items():
            tally.held += fitness.held[need]
            tally.patients += fitness.held[need] > 0
            tally.coverage[fitness.coverage[need]] += 1
        for rule in fitness.rules:
            counted = self.rules.setdefault(rule.name, RuleTally())
            counted.states[rule.state] += 1
            counted.missing.update(rule.missing)

    def found(self) -> list[Found]:
        """Every fault, the worst and the shallowest first, then the most frequent."""
        worst = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
        shallow = tuple(Depth)
        order = lambda f: (worst.index(f.severity), shallow.index(f.depth), -f.count, str(f.says))  # noqa: E731
        return sorted(self._found.values(), key=order)

    def count(self, severity: Severity) -> int:
        """How many faults of this severity there are."""
        return sum(found.count for found in self._found.values() if found.severity is severity)

    @property
    def exit_code(self) -> int:
        """0 fit, 1 warnings, 2 errors, 3 something could not be read at all."""
        if self.unreadable or not self.documents:
            return UNREADABLE
        if self.count(Severity.ERROR):
            return ERRORS
        return WARNINGS if self.count(Severity.WARNING) else FIT
