"""What can be advised: static recommendations, and the guidance they give for one chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from lnfhir.citation import Citation, Parameter
from lnfhir.guideline.choices import Choice
from lnfhir.guideline.situation import Situation
from lnfhir.logic import Finding
from lnfhir.message import Message


class Outcome(Enum):
    """The five ways advice can turn out."""

    ADVISE = "advise"
    CONTRAINDICATED = "contraindicated"
    NEEDS_DATA = "needs-data"
    ALREADY_DONE = "already-done"
    NOT_APPLICABLE = "not-applicable"


class Indicator(Enum):
    """CDS Hooks' three urgencies."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Draft:
    """A resource a clinician may sign: R4 JSON with status `draft` and intent `proposal`.

    `replaces` are references to orders under way that it takes the place of.
    """

    label: Message
    resource: Mapping[str, Any]
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidance:
    """One recommendation applied to one chart.

    `rule` is the recommendation's stable kebab id (also the card topic), `says` one sentence of at most 139
    characters, `because` the findings behind it, `gates` what must be checked before acting (shown, with what
    is unknown among them), `drafts` what could be ordered. A contraindicated or data-needing guidance has none.
    `choices` are the treatments weighed, in the order in which they are to be considered.
    """

    rule: str
    outcome: Outcome
    indicator: Indicator
    says: Message
    because: Finding
    cites: tuple[Citation, ...]
    gates: tuple[Finding, ...] = ()
    notes: tuple[Message, ...] = ()
    drafts: tuple[Draft, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def missing(self) -> tuple[Message, ...]:
        """What is not known and would decide it, gates included, without repeats."""
        found = [item for finding in (self.because, *self.gates) for item in finding.missing]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommendation as static data with one function in it, so that documents need no patient.

    `rule` is stable for ever; `title` is its name; `statement` paraphrases the source; `parameters` are the numbers
    it uses; `decide` gives its guidance for a situation (never None: NOT_APPLICABLE says why it is silent).
    `standing`: it holds as long as a treatment, and nothing on record would end it; every report has it, no card.
    """

    rule: str
    title: Message
    statement: Message
    cites: tuple[Citation, ...]
    parameters: tuple[Parameter, ...]
    decide: Callable[[Situation], Guidance]
    standing: bool = False
