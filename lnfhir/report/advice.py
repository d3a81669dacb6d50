"""The second half of a report: what is missing to know, what to consider, what to avoid, and the sources."""

from __future__ import annotations

from collections.abc import Iterator

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Citation, Confidence, Guideline
from lnfhir.guideline.escalation.recommendations import RECOMMENDATIONS as ESCALATION
from lnfhir.guideline.failure_profiles import PROFILES
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.response_definitions import DEFINITIONS
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseState
from lnfhir.logic import Finding, Truth
from lnfhir.message import Message, say
from lnfhir.report.layout import Line, Section, Tone
from lnfhir.report.options import option_lines
from lnfhir.report.verdicts import criteria, facts
from lnfhir.report.words import CONFIDENCE, COVERAGE, MARK, PROFILE, SEARCH, listed, named, tone_of
from lnfhir.review import Review

_URGENCY = {Indicator.CRITICAL: 0, Indicator.WARNING: 1, Indicator.INFO: 2}
_OF_THE_VERDICT = frozenset(found.rule for found in ESCALATION)
_ANSWER = {Truth.MET: say("yes"), Truth.NOT_MET: say("no"), Truth.UNKNOWN: say("not known")}
_TONE = {Indicator.CRITICAL: Tone.CRITICAL, Indicator.WARNING: Tone.WARNING, Indicator.INFO: Tone.PLAIN}


def _of(review: Review, outcome: Outcome) -> list[Guidance]:
    chosen = [guidance for guidance in review.guidance if guidance.outcome is outcome]
    return sorted(chosen, key=lambda guidance: _URGENCY[guidance.indicator])


def missing(review: Review) -> Section:
    """What is not known and would decide an open verdict, response or advice, and what was not searched."""
    lines = [
        Line(say("{item} ({users})", item=item, users=listed(users)), "-") for item, users in wanted(review).items()
    ]
    if not lines:
        lines.append(Line(say("Nothing that would change the answers above.")))
    unsearched = _unsearched(review)
    if unsearched:
        says = say("Not searched completely, so that absence means nothing: {needs}.", needs=listed(unsearched))
        lines.append(Line(says))
    return Section("missing", say("Missing to know"), tuple(lines))


def wanted(review: Review) -> dict[Message, tuple[Message, ...]]:
    """Each missing item with the questions it would help to decide; what could change no answer is not asked for.

    The leading profile's questions are its criteria, another profile's question is its verdict, named only where
    the leading profile does not want the same.
    """
    found: dict[Message, list[Message]] = {}
    for name, item in _wanted_by(review.refractory[0]):
        found.setdefault(item, []).append(say("{name}", name=name))
    leading = frozenset(found)
    for verdict in review.refractory[1:]:
        for _, item in _wanted_by(verdict):
            if item not in leading:
                found.setdefault(item, []).append(named(verdict.profile, PROFILE))
    for response in review.responses:
        leads = response.at == "today" and response.definition == review.policy.response_profile
        if leads and response.state is ResponseState.UNKNOWN:
            for item in (*response.complete.missing, *response.partial.missing):
                found.setdefault(item, []).append(say("response"))
    for guidance in _of(review, Outcome.NEEDS_DATA):
        for item in guidance.missing:
            found.setdefault(item, []).append(say("{rule}", rule=guidance.rule))
    return {item: tuple(dict.fromkeys(users)) for item, users in found.items()}


def _wanted_by(verdict: RefractoryVerdict) -> Iterator[tuple[str, Message]]:
    """What an open verdict lacks, by criterion; a criterion that waits for time lacks nothing."""
    if verdict.overall.truth is Truth.UNKNOWN:
        for name, finding in criteria(verdict):
            if not finding.pending:
                yield from ((name, item) for item in finding.missing)


def _unsearched(review: Review) -> tuple[Message, ...]:
    return tuple(
        say("{need} ({coverage})", need=SEARCH[need], coverage=COVERAGE[coverage])
        for need in Need
        for coverage in (review.chart.coverage.get(need, Coverage.NOT_PROVIDED),)
        if coverage is not Coverage.COMPLETE
    )


def consider(review: Review) -> Section | None:
    """What is advised, each with its reasons, open gates and drafts: what follows from the verdict first, then general
    care, both most urgent first."""
    advised = [guidance for guidance in _of(review, Outcome.ADVISE) if guidance.indicator is not Indicator.CRITICAL]
    advised.sort(key=lambda guidance: guidance.rule not in _OF_THE_VERDICT)
    lines = tuple(line for guidance in advised for line in _advice(guidance))
    return Section("consider", say("To consider"), lines) if lines else None


def _advice(guidance: Guidance) -> Iterator[Line]:
    says = say("{says} [{rule}]", says=guidance.says, rule=guidance.rule)
    yield Line(says, "-", tone=_TONE[guidance.indicator])
    yield from _because(guidance)
    for gate in guidance.gates:
        yield from _gate(gate)
    for note in guidance.notes:
        yield Line(note, "!", 1)
    yield from option_lines(guidance, 1)
    yield from _drafts(guidance)


def _because(guidance: Guidance) -> Iterator[Line]:
    yield Line(say("because: {says}", says=guidance.because.says), MARK[guidance.because.state], 1)
    yield from facts(guidance.because, 2)
    for note in guidance.because.notes:
        yield Line(note, "!", 2)


def _gate(gate: Finding) -> Iterator[Line]:
    answer = _ANSWER[gate.truth]
    mark = "?" if gate.truth is Truth.UNKNOWN else "-"
    yield Line(say("check: {says}: {answer}", says=gate.says, answer=answer), mark, 1, tone_of(gate))
    if gate.truth is Truth.UNKNOWN:
        for item in gate.missing:
            yield Line(say("needed: {item}", item=item), ">", 2, Tone.UNKNOWN)


def avoid(review: Review) -> Section | None:
    """What must not be done or goes on against advice, and why; the critical first."""
    critical = [guidance for guidance in _of(review, Outcome.ADVISE) if guidance.indicator is Indicator.CRITICAL]
    lines = tuple(line for guidance in (*critical, *_of(review, Outcome.CONTRAINDICATED)) for line in _advice(guidance))
    return Section("avoid", say("Not to do"), lines) if lines else None


def waiting(review: Review) -> Section | None:
    """What could be advised once a fact is known."""
    lines: list[Line] = []
    for guidance in _of(review, Outcome.NEEDS_DATA):
        says = say("{says} [{rule}]", says=guidance.says, rule=guidance.rule)
        lines.append(Line(says, "?", tone=_TONE[guidance.indicator]))
        lines.extend(_drafts(guidance))
    return Section("waiting", say("Could be advised once known"), tuple(lines)) if lines else None


def _drafts(guidance: Guidance) -> Iterator[Line]:
    for draft in guidance.drafts:
        yield Line(say("draft to sign: {label}", label=draft.label), "+", 1)


def done(review: Review) -> Section | None:
    """What is already in place, a line for each rule."""
    rules = tuple(Line(guidance.says, "-") for guidance in _of(review, Outcome.ALREADY_DONE))
    return Section("done", say("Already done"), rules) if rules else None


def sources(review: Review) -> Section | None:
    """What the verdicts and the advice above rest on, source by source, with how well each place was verified."""
    told = (Outcome.ADVISE, Outcome.CONTRAINDICATED, Outcome.NEEDS_DATA)
    advice = (cite for guidance in review.guidance if guidance.outcome in told for cite in guidance.cites)
    cites = dict.fromkeys((*_of_verdicts(review), *advice))
    places: dict[Guideline, list[Message]] = {}
    for cite in cites:
        place = say("[{mark}] {place}", mark=cite.confidence.value, place=cite.pinpoint)
        places.setdefault(cite.guideline, []).append(place)
    if not places:
        return None
    lines = [
        Line(say("{title} ({year}): {places}", title=source.title, year=source.year, places=listed(tuple(found))), "-")
        for source, found in places.items()
    ]
    marks = {cite.confidence for cite in cites}
    lines.extend(
        Line(say("[{mark}] {meaning}", mark=mark.value, meaning=CONFIDENCE[mark]), tone=Tone.FAINT)
        for mark in Confidence
        if mark in marks
    )
    return Section("sources", say("Sources"), tuple(lines))


def _of_verdicts(review: Review) -> Iterator[Citation]:
    """The source of each definition that was applied."""
    applied = {verdict.profile for verdict in review.refractory}
    yield from (profile.cite for profile in PROFILES if profile.key in applied)
    judged = {response.definition for response in review.responses}
    yield from (cite for definition in DEFINITIONS if definition.key in judged for cite in definition.cites)
