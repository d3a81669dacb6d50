"""A card's detail: the report's own words as Markdown, in fixed sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cds_hooks import markdown
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Citation
from lnfhir.fhir.issue import Severity
from lnfhir.logic import Evidence, Finding, Truth
from lnfhir.message import Message, say
from lnfhir.report.layout import Section, Table
from lnfhir.report.words import CONFIDENCE, COVERAGE, SEARCH, shown, state_of

LISTED = 16
"""Longest list in a card; the rest is counted."""

ONE_BY_ONE = 2
"""How many records of the same datum are shown one by one."""


def joined(*sections: str) -> str:
    """Sections as one text; empty ones leave no trace."""
    return "\n\n".join(section for section in sections if section)


def listing(lines: Iterable[str]) -> str:
    """Finished lines as bullets, the surplus counted."""
    unique = list(dict.fromkeys(lines))
    kept = unique[:LISTED]
    if len(unique) > LISTED:
        kept.append(markdown.plain(say("and {number} more", number=len(unique) - LISTED)))
    return markdown.bullets(kept)


def because(findings: Iterable[tuple[str, Finding]]) -> str:
    """Named findings with their state, each followed by its parts one level down."""
    return markdown.section(say("Because"), "\n".join(_reasons(findings)))


def _reasons(findings: Iterable[tuple[str, Finding]]) -> Iterator[str]:
    for name, finding in findings:
        yield "- " + _judged(finding, name)
        for part in finding.parts:
            yield "  - " + _judged(part)
        for note in finding.notes:
            yield "  - " + markdown.plain(note)


def _judged(finding: Finding, name: str = "") -> str:
    says = markdown.plain(f"{name} {finding.says}" if name else finding.says)
    return f"**{markdown.plain(state_of(finding))}**: {says}"


def evidence(items: Iterable[Evidence]) -> str:
    """The data that decided, with their dates and references; a series of the same datum on one line."""
    series: dict[tuple[str, ...], list[Evidence]] = {}
    for item in items:
        kind = item.reference.partition("/")[0]
        series.setdefault((kind, item.label, item.value, item.unit), []).append(item)
    return markdown.section(say("Evidence"), listing(line for found in series.values() for line in _datum(found)))


def _datum(found: list[Evidence]) -> Iterator[str]:
    """One line each, or one for many: the series of a prescription's dispenses would bury what it stands beside."""
    days = sorted(item.when for item in found if item.when is not None)
    if len(found) <= ONE_BY_ONE or not days:
        yield from (markdown.plain(shown(item)) for item in found)
        return
    same = replace(found[0], reference="", when=None)
    yield markdown.plain(
        say(
            "{what}, {number} records from {first} to {last} ({reference}, …)",
            what=shown(same),
            number=len(found),
            first=days[0],
            last=days[-1],
            reference=found[0].reference,
        )
    )


def gates(findings: tuple[Finding, ...]) -> str:
    """What is still to be checked before acting, with what would settle it, and what was checked."""
    still_open = [finding for finding in findings if finding.truth is Truth.UNKNOWN]
    settled = [finding for finding in findings if finding.truth is not Truth.UNKNOWN]
    return joined(
        markdown.section(say("Check before acting"), listing(_judged(found) + _wanting(found) for found in still_open)),
        markdown.section(say("Checked"), listing(_judged(found) for found in settled)),
    )


def _wanting(finding: Finding) -> str:
    if finding.truth is not Truth.UNKNOWN or finding.pending:
        return ""
    return " (" + markdown.plain(say("need")) + " " + "; ".join(markdown.plain(item) for item in finding.missing) + ")"


def notes(items: Iterable[Message]) -> str:
    """Remarks."""
    return markdown.section(say("Note"), listing(markdown.plain(item) for item in items))


def could_not_use(chart: Chart) -> str:
    """Data that were sent and are not used, or only with a reservation."""
    lines = [
        markdown.plain(
            f"{issue.says} ({issue.reference or issue.path})" if issue.reference or issue.path else issue.says
        )
        for issue in chart.issues
        if issue.severity is not Severity.INFORMATION
    ]
    return markdown.section(say("Could not use"), listing(lines))


def not_searched(chart: Chart, needs: Iterable[Need] = tuple(Need)) -> str:
    """The searches on which absence means nothing."""
    lines = [
        markdown.plain(say("{need}: {coverage}", need=SEARCH[need], coverage=COVERAGE[coverage]))
        for need in needs
        for coverage in (chart.coverage.get(need, Coverage.NOT_PROVIDED),)
        if coverage is not Coverage.COMPLETE
    ]
    return markdown.section(say("Not searched completely"), listing(lines))


def strength(cites: Iterable[Citation]) -> str:
    """Each source with how well it was verified."""
    lines = [markdown.plain(f"{cite}: {CONFIDENCE[cite.confidence]}") for cite in cites]
    return markdown.section(say("Strength of source"), listing(lines))


def reported(section: Section) -> str:
    """A section of the report: its tables, and its lines as bullets."""
    blocks: list[str] = []
    lines: list[str] = []
    for item in section.content:
        if isinstance(item, Table):
            rows = [tuple(str(cell.says) for cell in row) for row in item.rows]
            blocks.append(markdown.table(tuple(str(heading) for heading in item.headings), rows))
        else:
            lines.append("  " * item.depth + "- " + markdown.plain(item.says))
    return markdown.section(section.title, joined(*blocks, "\n".join(lines)))
