"""Local codes and text-only drugs counted, with what each may mean, as drafts of a code map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lnfhir.analytes import Analyte
from lnfhir.fhir.answer import Answer
from lnfhir.site_codes.toml import Draft, Value
from lnfhir.site_codes.unmapped import Unmapped, unmapped_in
from lnfhir.terminology.code_map import CodeMap
from lnfhir.terminology.observations import codes_for

MOST_KINDS = 50_000
"""Different local codes and texts remembered; no site has more, free text may."""

_LOINC_SHOWN = 3

_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Seen:
    """One local code or text with how often it was seen, under which names and units."""

    what: Unmapped
    count: int = 0
    units: Counter[str] = field(default_factory=Counter)

    @property
    def loinc(self) -> tuple[str, ...]:
        """LOINC codes of the proposed analyte."""
        if self.what.table != "test" or not self.what.proposal:
            return ()
        return codes_for(Analyte(self.what.proposal))[:_LOINC_SHOWN]


@dataclass(slots=True)
class Suggestions:
    """What has been seen so far; `left_out` counts what no longer had room."""

    codes: CodeMap
    seen: dict[_Key, Seen] = field(default_factory=dict)
    left_out: int = 0

    def look(self, answer: Answer) -> None:
        """Count what an answer holds."""
        for _, resource in answer.resources:
            for found in unmapped_in(resource, self.codes):
                key = (found.table, found.system, found.code, found.text if not found.code else "")
                if key not in self.seen and len(self.seen) >= MOST_KINDS:
                    self.left_out += 1
                    continue
                seen = self.seen.setdefault(key, Seen(found))
                seen.count += 1
                seen.units[found.unit] += 1

    def ranked(self) -> list[Seen]:
        """The proposals first, then the most frequent."""
        return sorted(self.seen.values(), key=lambda s: (not s.what.proposal, s.what.table, -s.count, s.what.text))


def drafts(suggestions: Suggestions) -> Iterator[Draft]:
    """The drafts for a person to review; without a proposal they are commented out."""
    for seen in suggestions.ranked():
        what = seen.what
        if what.table == "test" and not what.code:
            continue  # a test without any code is understood by its name or not at all
        yield Draft(what.table, _members(seen), _note(seen), ready=bool(what.proposal))


def _members(seen: Seen) -> dict[str, Value]:
    what = seen.what
    named: dict[str, Value] = {"system": what.system, "code": what.code, "display": what.text}
    if what.table == "test":
        return {**named, "analyte": what.proposal or "?"}
    meant: dict[str, Value] = {"ingredient": what.proposal or "?"}
    return {**named, **meant} if what.code else {"text": what.text, **meant}


def _note(seen: Seen) -> str:
    times = f"seen {seen.count} times"
    units = ", ".join(f"{unit or 'no unit'} {count}" for unit, count in seen.units.most_common(4))
    parts = [times, f"units: {units}"] if seen.what.table == "test" else [times]
    if seen.loinc:
        parts.append(f"LOINC {', '.join(seen.loinc)}")
    if seen.what.known:
        parts.append("understood by its name")
    return "; ".join(parts)
