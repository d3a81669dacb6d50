"""The first half of a report: the verdict, the profiles side by side, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator

from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Indicator, Outcome
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseVerdict
from lnfhir.logic import Finding, Known, Missing, Truth
from lnfhir.message import Message, say
from lnfhir.report.layout import Cell, Line, Section, Table, Tone
from lnfhir.report.words import (
    AT,
    COURSE_END,
    COURSE_OF_EVENTS,
    CRITERION,
    MARK,
    PROFILE,
    RESPONSE,
    RESPONSE_TONE,
    RULE,
    listed,
    named,
    shown,
    state_of,
    tone_of,
)
from lnfhir.review import MeasureLine, Review
from lnfhir.terminology.value_sets import VALUE_SETS

NOTHING = say("-")
PROPOSED = say("No definition of refractory lupus nephritis is agreed on; each profile is a proposal.")

TIME = say("time until {until}", until="").template
"""What a pending finding waits for: no datum."""

EVIDENCE_SHOWN = 6
"""How many data of one finding are spelled out; the JSON document has all of them."""


def criteria(verdict: RefractoryVerdict) -> tuple[tuple[str, Finding], ...]:
    """`C1`..`C4` with their findings."""
    return (("C1", verdict.c1), ("C2", verdict.c2), ("C3", verdict.c3), ("C4", verdict.c4))


def headline(verdict: RefractoryVerdict) -> Message:
    """The verdict of one profile in one sentence."""
    profile = named(verdict.profile, PROFILE)
    overall = verdict.overall
    if overall.truth is Truth.MET:
        return say("Refractory lupus nephritis by {profile}: all four criteria are met.", profile=profile)
    if overall.truth is Truth.NOT_MET:
        failing = _criteria_in(verdict, Truth.NOT_MET)
        if failing is None:
            return say("Not refractory by {profile}.", profile=profile)
        return say("Not refractory by {profile}; not met: {criteria}.", profile=profile, criteria=failing)
    if overall.pending_until is not None:
        return say(
            "Too early to say by {profile}: pending until {until}.", profile=profile, until=overall.pending_until
        )
    undecided = _criteria_in(verdict, Truth.UNKNOWN)
    if undecided is None:
        needed = tuple(item for item in overall.missing if item.template != TIME)
        if not needed:
            return say("Whether this is refractory cannot be determined by {profile}.", profile=profile)
        return say(
            "Whether this is refractory cannot be determined by {profile}; needed: {what}.",
            profile=profile,
            what=listed(needed),
        )
    return say(
        "Whether this is refractory cannot be determined by {profile}; unknown: {criteria}.",
        profile=profile,
        criteria=undecided,
    )


def _criteria_in(verdict: RefractoryVerdict, truth: Truth) -> Message | None:
    """`C2 standard induction was followed; ...`, those of this truth; None when there are none."""
    chosen = tuple(
        say("{name} {meaning}", name=name, meaning=CRITERION[name])
        for name, finding in criteria(verdict)
        if finding.truth is truth and not finding.pending
    )
    return listed(chosen) if chosen else None


def verdict_section(review: Review) -> Section:
    """Who, when, and the leading profile's answer; then whatever is critical."""
    lines = [_patient(review)]
    if not review.refractory:
        return Section("verdict", say("Verdict"), (*lines, Line(say("No criteria were evaluated."))))
    leading = review.refractory[0]
    lines.append(Line(headline(leading), tone=Tone.STRONG))
    lines.append(Line(PROPOSED, tone=Tone.FAINT))
    if leading.state:
        state = say("Course of events: {state}.", state=named(leading.state, COURSE_OF_EVENTS))
        lines.append(Line(state))
    if leading.rule:
        lines.append(Line(say("Decided by: {rule}.", rule=named(leading.rule, RULE))))
    if leading.since is not None:
        lines.append(Line(say("Since {day}.", day=leading.since)))
    lines.extend(Line(note, mark="!", tone=Tone.WARNING) for note in leading.notes)
    for guidance in review.guidance:
        loud = guidance.indicator is Indicator.CRITICAL and guidance.outcome in (
            Outcome.ADVISE,
            Outcome.CONTRAINDICATED,
        )
        if loud:
            lines.append(Line(guidance.says, mark="!", tone=Tone.CRITICAL))
    return Section("verdict", say("Verdict"), tuple(lines))


def _patient(review: Review) -> Line:
    person = review.chart.person
    who = say("Patient {id}", id=person.id or "?")
    if person.name:
        who = say("{who}, {name}", who=who, name=person.name)
    who = say("{who}, {sex}", who=who, sex=person.sex or "sex not known")
    if person.birth is not None:
        who = say("{who}, born {birth}", who=who, birth=person.birth)
    if person.deceased:
        who = say("{who}, deceased", who=who)
    return Line(say("{who}; judged as of {day}", who=who, day=review.as_of), tone=Tone.FAINT)


def profile_table(review: Review) -> Section:
    """C1..C4 and the conjunction under every profile; the first row leads."""
    headings = (
        say("profile"),
        *(say("{name}", name=name) for name in CRITERION),
        say("overall"),
        say("course of events"),
    )
    rows = []
    for place, verdict in enumerate(review.refractory):
        name = named(verdict.profile, PROFILE)
        first = Cell(say("{profile} (leads)", profile=name), Tone.STRONG) if place == 0 else Cell(name)
        cells = [_state_cell(finding) for _, finding in criteria(verdict)]
        words = named(verdict.state, COURSE_OF_EVENTS) if verdict.state else NOTHING
        rows.append((first, *cells, _state_cell(verdict.overall), Cell(words)))
    meaning = tuple(
        Line(say("{name}: {meaning}", name=name, meaning=meaning), tone=Tone.FAINT)
        for name, meaning in CRITERION.items()
    )
    return Section("profiles", say("Is it refractory? Profiles side by side"), (Table(headings, tuple(rows)), *meaning))


def _state_cell(finding: Finding) -> Cell:
    return Cell(state_of(finding), tone_of(finding))


def response_table(review: Review) -> Section:
    """The response under each definition, today and at each milestone."""
    definitions = tuple(dict.fromkeys(r.definition for r in review.responses))
    moments = tuple(dict.fromkeys(r.at for r in review.responses))
    found = {(r.definition, r.at): r for r in review.responses}
    headings = (say("definition"), *(named(at, AT) for at in moments))
    rows = tuple(
        (Cell(named(definition, PROFILE)), *(_response_cell(found.get((definition, at))) for at in moments))
        for definition in definitions
    )
    judged = {r.at: r.day for r in reversed(review.responses) if r.day is not None}
    days = tuple(
        Line(say("{at}: judged on {day}", at=named(at, AT), day=day), tone=Tone.FAINT) for at, day in judged.items()
    )
    notes = tuple(Line(note, mark="!") for note in dict.fromkeys(note for r in review.responses for note in r.notes))
    return Section("response", say("Response, definitions side by side"), (Table(headings, rows), *days[::-1], *notes))


def index_table(review: Review) -> Section:
    """Remission and low disease activity; an open one names what it lacks."""
    rows = tuple((Cell(index.name), _state_cell(index.finding)) for index in review.indices)
    lines = tuple(
        Line(say("{index} needs {need}", index=index.name, need=need), mark="?", tone=Tone.FAINT)
        for index in review.indices
        for need in index.finding.missing
    )
    return Section(
        "indices", say("Remission and disease activity"), (Table((say("index"), say("today")), rows), *lines)
    )


def _response_cell(response: ResponseVerdict | None) -> Cell:
    if response is None:
        return Cell(NOTHING, Tone.FAINT)
    return Cell(RESPONSE[response.state], RESPONSE_TONE[response.state])


def trace_of(finding: Finding, name: str = "", depth: int = 0, told: set[Finding] | None = None) -> Iterator[Line]:
    """The finding and its parts as an indented tree, with what decided or would decide each leaf.

    `told` collects what was explained before: the same finding is not explained twice.
    """
    told = set() if told is None else told
    says = say("{name} {says}", name=name, says=finding.says) if name else finding.says
    if finding.pending_until is not None and not finding.parts:
        says = say("{says}: pending until {until}", says=says, until=finding.pending_until)
    if finding in told and (finding.parts or finding.evidence):
        yield Line(say("{says} (as above)", says=says), MARK[finding.state], depth, tone_of(finding))
        return
    told.add(finding)
    yield Line(says, MARK[finding.state], depth, tone_of(finding))
    if not finding.parts:
        yield from facts(finding, depth + 1)
    below = {note for part in finding.parts for note in _notes(part)}
    for note in finding.notes:
        if note not in below:
            yield Line(say("note: {note}", note=note), "!", depth + 1)
    for part in finding.parts:
        yield from trace_of(part, depth=depth + 1, told=told)


def facts(finding: Finding, depth: int) -> Iterator[Line]:
    """The data behind a finding and what it lacks; of many data the first ones, and their number."""
    for evidence in finding.evidence[:EVIDENCE_SHOWN]:
        yield Line(shown(evidence), "-", depth, Tone.FAINT)
    if len(finding.evidence) > EVIDENCE_SHOWN:
        yield Line(say("and {number} more", number=len(finding.evidence) - EVIDENCE_SHOWN), "-", depth, Tone.FAINT)
    if not finding.pending:
        for item in finding.missing:
            yield Line(say("needed: {item}", item=item), ">", depth, Tone.UNKNOWN)


def _notes(finding: Finding) -> Iterator[Message]:
    yield from finding.notes
    for part in finding.parts:
        yield from _notes(part)


def reasons(review: Review) -> Section:
    """The leading profile's criteria as a tree, then where the other profiles part from it."""
    leading = review.refractory[0]
    told: set[Finding] = set()
    lines = [line for name, finding in criteria(leading) for line in trace_of(finding, name, told=told)]
    lead = dict(criteria(leading))
    for verdict in review.refractory[1:]:
        for name, finding in criteria(verdict):
            if finding.state != lead[name].state:
                lines.append(Line(_difference(verdict, name, finding), "*"))
    title = say("Why ({profile})", profile=named(leading.profile, PROFILE))
    return Section("reasons", title, (Line(_legend(), tone=Tone.FAINT), *lines))


def _legend() -> Message:
    return say("[x] met  [ ] not met  [?] unknown  [~] pending; * where another profile differs")


def _difference(verdict: RefractoryVerdict, name: str, finding: Finding) -> Message:
    return say(
        "{profile} differs in {name}: {state} ({says})",
        profile=named(verdict.profile, PROFILE),
        name=name,
        state=state_of(finding),
        says=finding.says,
    )


def treatment(review: Review) -> Section:
    """The courses of treatment the verdicts rest on, and the figures of today."""
    lines = [line for course in review.courses for line in _course(course)]
    if not review.courses:
        lines.append(Line(say("No course of induction treatment was recognised in the record.")))
    lines.extend(_measure(measure) for measure in review.measures)
    return Section("treatment", say("Courses and measures"), tuple(lines))


def _course(course: Course) -> Iterator[Line]:
    drugs = listed(tuple(_drug(key) for key in course.induction)) if course.induction else NOTHING
    since = say("from {day}", day=course.t0) if course.t0 else say("begun before the record")
    says = say("Course {number}: {drugs}, {since}", number=course.number, drugs=drugs, since=since)
    if course.end is not None:
        says = say("{says} until {day}", says=says, day=course.end)
    if course.ended_by:
        says = say("{says}, {how}", says=says, how=named(course.ended_by, COURSE_END))
    yield Line(says, "-")
    for note in course.notes:
        yield Line(note, "!", 1)


def _drug(key: str) -> Message:
    return say("{drug}", drug=VALUE_SETS[key].title if key in VALUE_SETS else key)


def _measure(measure: MeasureLine) -> Line:
    if isinstance(measure.value, Missing):
        return Line(say("{label}; needed: {items}", label=measure.label, items=listed(measure.value.needs)), "-")
    return Line(say("{label}: {value}", label=measure.label, value=_figure(measure.value, measure.unit)), "-")


def _figure(value: Known[float] | Known[str], unit: str) -> Message:
    figure = say("{value}", value=value.value)
    if unit:
        figure = say("{value} {unit}", value=value.value, unit=unit)
    # The day of an order is when it began, not the day the figure is of.
    measured = [evidence for evidence in value.evidence if not evidence.reference.startswith("Medication")]
    days = [evidence.when for evidence in measured if evidence.when is not None]
    return say("{what} on {day}", what=figure, day=max(days)) if days else figure
