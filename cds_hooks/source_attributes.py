"""The source attributes of a decision support intervention that is based on evidence: 45 CFR 170.315(b)(11)(iv)(A)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from lnfhir import __version__
from lnfhir.citation import Citation
from lnfhir.message import Message, say


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    """One of the thirteen. `used` says whether a kind of data about a person enters; None where it is no such kind."""

    number: int
    name: Message
    says: Message
    used: bool | None = None


DEVELOPER = say("the maintainers of lnfhir, an open-source project")
FUNDING = say("no funding of the technical implementation is declared")
NOT_READ = say("it is not read and changes no answer")

_PEOPLE: tuple[tuple[Message, Message, bool], ...] = (
    (
        say("race"),
        say("eGFR is computed by the CKD-EPI 2021 equation, which has no race term; an eGFR of the laboratory is kept"),
        False,
    ),
    (say("ethnicity"), NOT_READ, False),
    (say("language"), say("only the language of the call chooses that of the text; it changes no answer"), False),
    (say("sexual orientation"), NOT_READ, False),
    (say("gender identity"), say("it is not read; Patient.gender is taken as the sex of the equations"), False),
    (
        say("sex"),
        say("Patient.gender enters the estimated GFR, and whether a pregnancy has to be excluded"),
        True,
    ),
    (say("date of birth"), say("age enters the estimated GFR and the limits of age of a treatment"), True),
    (say("social determinants of health"), NOT_READ, False),
    (
        say("health status assessments"),
        say("no questionnaire is scored; recorded activity scores (SLEDAI-2K) are read where a rule names them"),
        True,
    ),
)


def source_attributes(cites: Sequence[Citation]) -> tuple[SourceAttribute, ...]:
    """The thirteen attributes of a rule with these sources."""
    sources = dict.fromkeys((cite.guideline.title, cite.guideline.year) for cite in cites)
    each = [say("{title} ({year})", title=title, year=year) for title, year in sources]
    listed = reduce(lambda first, second: say("{first}; {second}", first=first, second=second), each)
    years = tuple(dict.fromkeys(str(cite.guideline.year) for cite in cites))
    first = (
        SourceAttribute(1, say("bibliographic citation"), say("as cited: {sources}", sources=listed)),
        SourceAttribute(2, say("developer"), DEVELOPER),
        SourceAttribute(3, say("funding source"), FUNDING),
        SourceAttribute(
            4,
            say("release and revision dates"),
            say("version {version}; sources of {years}", version=__version__, years=", ".join(years)),
        ),
    )
    people = (SourceAttribute(5 + place, *about) for place, about in enumerate(_PEOPLE))
    return (*first, *people)
