"""A card's detail: the report's own words as Markdown, in fixed sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import structs

from cds_hooks import markdown
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Citation
from lnfhir.fhir.issue import Severity
from lnfhir.languages import Lookup
from lnfhir.logic import Evidence, Finding, Truth
from lnfhir.message import Message, say
from lnfhir.report.layout import Section, Table
from lnfhir.report.words import CONFIDENCE, COVERAGE, SEARCH, listed, shown, state_of

LISTED = 16
"""Longest list in a card; the rest is counted."""

ONE_BY_ONE = 2
"""How many records of the same datum are shown one by one."""


def joined(*sections: str) -> str:
    """Sections as one text; empty ones leave no trace."""
    return "\n\n".join(section for section in sections if section)


def cited(citation: Citation) -> Message:
    """A source with its year and the place in it."""
    source = citation.guideline
    return say("{title} ({year}), {place}", title=source.title, year=source.year, place=citation.pinpoint)


@dataclass(frozen=True, slots=True)
class Detail:
    """Writes the sections in the language of a catalogue."""

    lookup: Lookup

    def plain(self, text: str | Message) -> str:
        """A sentence as inert Markdown."""
        return markdown.plain(text, self.lookup)

    def section(self, title: Message, body: str) -> str:
        """A titled block, or nothing when it would be empty."""
        return markdown.section(title, body, self.lookup)

    def listing(self, lines: Iterable[str]) -> str:
        """Finished lines as bullets, the surplus counted."""
        unique = list(dict.fromkeys(lines))
        kept = unique[:LISTED]
        if len(unique) > LISTED:
            kept.append(self.plain(say("and {number} more", number=len(unique) - LISTED)))
        return markdown.bullets(kept)

    def because(self, findings: Iterable[tuple[str, Finding]]) -> str:
        """Named findings with their state, each followed by its parts one level down."""
        return self.section(say("Because"), "\n".join(self._reasons(findings)))

    def _reasons(self, findings: Iterable[tuple[str, Finding]]) -> Iterator[str]:
        for name, finding in findings:
            yield "- " + self._judged(finding, name)
            for part in finding.parts:
                yield "  - " + self._judged(part)
            for note in finding.notes:
                yield "  - " + self.plain(note)

    def _judged(self, finding: Finding, name: str = "") -> str:
        says = self.plain(say("{name} {meaning}", name=name, meaning=finding.says) if name else finding.says)
        return f"**{self.plain(state_of(finding))}**: {says}"

    def evidence(self, items: Iterable[Evidence]) -> str:
        """The data that decided, with their dates and references; a series of the same datum on one line."""
        series: dict[tuple[str, ...], list[Evidence]] = {}
        for item in items:
            kind = item.reference.partition("/")[0]
            series.setdefault((kind, item.label, item.value, item.unit), []).append(item)
        return self.section(
            say("Evidence"), self.listing(line for found in series.values() for line in self._datum(found))
        )

    def _datum(self, found: list[Evidence]) -> Iterator[str]:
        """One line each, or one for many: the series of a prescription's dispenses would bury what it stands beside."""
        days = sorted(item.when for item in found if item.when is not None)
        if len(found) <= ONE_BY_ONE or not days:
            yield from (self.plain(shown(item)) for item in found)
            return
        same = structs.replace(found[0], reference="", when=None)
        yield self.plain(
            say(
                "{what}, {number} records from {first} to {last} ({reference}, …)",
                what=shown(same),
                number=len(found),
                first=days[0],
                last=days[-1],
                reference=found[0].reference,
            )
        )

    def gates(self, findings: tuple[Finding, ...]) -> str:
        """What is still to be checked before acting, with what would settle it, and what was checked."""
        still_open = [finding for finding in findings if finding.truth is Truth.UNKNOWN]
        settled = [finding for finding in findings if finding.truth is not Truth.UNKNOWN]
        return joined(
            self.section(
                say("Check before acting"),
                self.listing(self._judged(found) + self._wanting(found) for found in still_open),
            ),
            self.section(say("Checked"), self.listing(self._judged(found) for found in settled)),
        )

    def _wanting(self, finding: Finding) -> str:
        if finding.truth is not Truth.UNKNOWN or finding.pending or not finding.missing:
            return ""
        return f" ({self.plain(say('needed: {item}', item=listed(finding.missing)))})"

    def notes(self, items: Iterable[Message]) -> str:
        """Remarks."""
        return self.section(say("Note"), self.listing(self.plain(item) for item in items))

    def could_not_use(self, chart: Chart) -> str:
        """Data that were sent and are not used, or only with a reservation."""
        lines = [
            self.plain(
                say("{what} ({reference})", what=issue.says, reference=issue.reference or issue.path)
                if issue.reference or issue.path
                else issue.says
            )
            for issue in chart.issues
            if issue.severity is not Severity.INFORMATION
        ]
        return self.section(say("Could not use"), self.listing(lines))

    def not_searched(self, chart: Chart, needs: Iterable[Need] = tuple(Need)) -> str:
        """The searches on which absence means nothing."""
        lines = [
            self.plain(say("{need}: {coverage}", need=SEARCH[need], coverage=COVERAGE[coverage]))
            for need in needs
            for coverage in (chart.coverage.get(need, Coverage.NOT_PROVIDED),)
            if coverage is not Coverage.COMPLETE
        ]
        return self.section(say("Not searched completely"), self.listing(lines))

    def strength(self, cites: Iterable[Citation]) -> str:
        """Each source with how well it was verified."""
        lines = [
            self.plain(say("{source}: {confidence}", source=cited(cite), confidence=CONFIDENCE[cite.confidence]))
            for cite in cites
        ]
        return self.section(say("Strength of source"), self.listing(lines))

    def reported(self, section: Section) -> str:
        """A section of the report: its tables, and its lines as bullets."""
        blocks: list[str] = []
        lines: list[str] = []
        for item in section.content:
            if isinstance(item, Table):
                rows = [tuple(cell.says.text(self.lookup) for cell in row) for row in item.rows]
                blocks.append(markdown.table(tuple(heading.text(self.lookup) for heading in item.headings), rows))
            else:
                lines.append("  " * item.depth + "- " + self.plain(item.says))
        return self.section(section.title, joined(*blocks, "\n".join(lines)))
