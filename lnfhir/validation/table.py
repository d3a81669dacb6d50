"""A report of a validation for people: sections, as the other reports are made of."""

from __future__ import annotations

from lnfhir.chart.coverage import Coverage
from lnfhir.fhir.issue import Severity
from lnfhir.message import Message, say
from lnfhir.report.layout import Cell, Line, Section, Table, Tone
from lnfhir.validation.fault import Depth
from lnfhir.validation.kind import Kind
from lnfhir.validation.kinds import BY_ID, KINDS
from lnfhir.validation.tally import ERRORS, FIT, WARNINGS, Found, NeedTally, Place, Tally

FAULTS_SHOWN = 40
MISSING_SHOWN = 25

_TONE = {Severity.ERROR: Tone.CRITICAL, Severity.WARNING: Tone.WARNING, Severity.INFORMATION: Tone.PLAIN}
_SEVERITY = {
    Severity.ERROR: say("error"),
    Severity.WARNING: say("warning"),
    Severity.INFORMATION: say("information"),
}
_TITLES = {
    Depth.STRUCTURE: say("Structure: is it FHIR R4?"),
    Depth.PROFILE: say("Profile: is it what the profiles of lnfhir ask for?"),
    Depth.FITNESS: say("Fitness: can the rules use it?"),
}


def sections(tally: Tally) -> tuple[Section, ...]:
    """The report in reading order: the answer, what to mend at each depth, what the rules get."""
    found = tally.found()
    parts = [_answer(tally)]
    for depth in Depth:
        here = [each for each in found if each.depth is depth and not _told_below(each)]
        parts.append(_faults(depth, here))
    if tally.patients:
        parts += [_needs(tally), _rules(tally)]
    return tuple(parts)


def _told_below(found: Found) -> bool:
    """What the tables of needs and rules tell, unless a search failed."""
    return found.kind == "rule-not-fed" or (found.kind == "need-not-covered" and found.severity is not Severity.ERROR)


def _answer(tally: Tally) -> Section:
    headline = {
        FIT: say("Fit: nothing to mend was found."),
        WARNINGS: say("Usable, with warnings: some data are not used or some rules cannot be fed."),
        ERRORS: say("Not fit: errors must be mended first."),
    }.get(tally.exit_code, say("Something could not be read as FHIR at all."))
    counts = say(
        "{documents} documents, {resources} resources, {patients} patients; {errors} errors, {warnings} warnings, "
        "{notes} notes",
        documents=tally.documents,
        resources=sum(tally.resources.values()),
        patients=tally.patients,
        errors=tally.count(Severity.ERROR),
        warnings=tally.count(Severity.WARNING),
        notes=tally.count(Severity.INFORMATION),
    )
    lines = [Line(headline, tone=Tone.STRONG), Line(counts)]
    if tally.unreadable:
        lines.append(Line(say("{count} documents cannot be read", count=tally.unreadable), tone=Tone.CRITICAL))
    if tally.count(Severity.ERROR) + tally.count(Severity.WARNING):
        lines.append(Line(say("How to mend a kind of fault: lnfhir validate --explain KIND"), tone=Tone.FAINT))
    return Section("answer", say("Can this data feed the rules?"), tuple(lines))


def _faults(depth: Depth, found: list[Found]) -> Section:
    if not found:
        return Section(depth.value, _TITLES[depth], (Line(say("nothing to mend")),))
    rows = tuple(
        (
            Cell(_word(each.kind)),
            Cell(_SEVERITY[each.severity], _TONE[each.severity]),
            Cell(say("{count}", count=each.count)),
            Cell(each.says),
            Cell(_where(each.places[0]), Tone.FAINT),
        )
        for each in found[:FAULTS_SHOWN]
    )
    headings = (say("Kind"), say("Severity"), say("Count"), say("What"), say("First place"))
    content: list[Line | Table] = [Table(headings, rows)]
    if len(found) > FAULTS_SHOWN:
        content.append(Line(say("and {count} further lines: see --json", count=len(found) - FAULTS_SHOWN)))
    return Section(depth.value, _TITLES[depth], tuple(content))


def _word(text: str) -> Message:
    return say("{text}", text=text)


def _where(place: Place) -> Message:
    """The file's name and, where it is a Bundle, the entry; the other reports have the whole FHIRPath."""
    path = place.path.removeprefix("Bundle.").replace(".resource.", ".").removesuffix(".resource")
    parts = [place.document.rpartition("/")[2], path or place.reference]
    return _word(" ".join(part for part in parts if part) or "-")


def _needs(tally: Tally) -> Section:
    headings = (say("Need"), say("Patients with data"), say("Data used"), say("Completely covered"))
    rows = tuple(
        (
            Cell(_word(need.value)),
            Cell(_of(counted.patients, tally.patients), Tone.PLAIN if counted.patients else Tone.UNKNOWN),
            Cell(say("{count}", count=counted.held)),
            Cell(_of(_complete(counted), tally.patients), _tone_of(counted, tally.patients)),
        )
        for need, counted in tally.needs.items()
    )
    return Section("needs", say("What the rules need, and what was found"), (Table(headings, rows),))


def _complete(counted: NeedTally) -> int:
    return counted.coverage[Coverage.COMPLETE]


def _tone_of(counted: NeedTally, patients: int) -> Tone:
    return Tone.PLAIN if _complete(counted) == patients else Tone.WARNING


def _of(some: int, all_: int) -> Message:
    return say("{some} of {all}", some=some, all=all_)


def _rules(tally: Tally) -> Section:
    headings = (say("Rule"), say("Decided"), say("Does not apply"), say("Cannot be fed"), say("Missing most often"))
    rows = []
    for name, counted in tally.rules.items():
        missing = counted.missing.most_common(1)
        rows.append(
            (
                Cell(name),
                Cell(say("{count}", count=counted.states["decided"] + counted.states["waiting"])),
                Cell(say("{count}", count=counted.states["not-applicable"])),
                Cell(say("{count}", count=counted.states["not-fed"]), _starved(counted.states["not-fed"])),
                Cell(missing[0][0] if missing else _word("-"), Tone.FAINT),
            )
        )
    return Section("rules", say("Which rules this data can feed"), (Table(headings, tuple(rows)),))


def _starved(count: int) -> Tone:
    return Tone.WARNING if count else Tone.PLAIN


def explanation(kind: Kind) -> Section:
    """What a kind of fault says and how to mend it."""
    told = [Line(_word(template), "-", 1) for template in kind.templates]
    lines = (Line(kind.mend, tone=Tone.STRONG), Line(say("It is reported as:")), *told)
    return Section(kind.id, _word(kind.id), lines)


def explained(name: str) -> tuple[Section, ...]:
    """The explanation of a kind of fault; of all of them for `all`; nothing for an unknown one."""
    if name == "all":
        return tuple(explanation(kind) for kind in KINDS)
    return (explanation(BY_ID[name]),) if name in BY_ID else ()
