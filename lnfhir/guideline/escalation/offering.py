"""Each option weighed for one patient: offered, to be checked first, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lnfhir.chart.chart import Chart
from lnfhir.guideline.choices import Choice, Shown, Standing
from lnfhir.guideline.escalation.agents import CNI, MAINTENANCE, Agent, Validity, judged, uses_in_force
from lnfhir.guideline.escalation.catalogue import BY_KEY, OPTIONS
from lnfhir.guideline.escalation.criteria import (
    extrarenal_activity,
    history_of,
    proteinuria_is_nephrotic,
    two_courses_failed,
)
from lnfhir.guideline.escalation.failure import refractory
from lnfhir.guideline.escalation.option import Kind, Option, Status
from lnfhir.guideline.escalation.steps import Step, first_line_steps, steps
from lnfhir.guideline.record import holds, open_question
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.starting import reason
from lnfhir.logic import Evidence, Finding, Truth, any_of
from lnfhir.message import Message, say

_INTRO: Mapping[Standing, Message] = {
    Standing.OFFERED: say("can be considered"),
    Standing.CHECK_FIRST: say("can be considered after the checks named"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an option comes in the guideline's order; `open` when that step is reached."""

    step: Step
    open: bool


@dataclass(frozen=True, slots=True)
class Background:
    """What is the same for every option: today's agents, and how far the disease has gone.

    `again`: after a relapse the initial treatments are weighed anew, whether or not they were used before.
    """

    situation: Situation
    agents: frozenset[Agent]
    refractory_by_acr: bool
    places: Mapping[str, Place]
    again: bool = False


def choices(situation: Situation) -> tuple[Choice, ...]:
    """Every option: those offered in the guideline's order, then the others with the reason."""
    background = _background(situation)
    ordered = [BY_KEY[key] for key in background.places]
    rest = [option for option in OPTIONS if option.key not in background.places]
    weighed = [weigh(option, background) for option in (*ordered, *rest)]
    return tuple(sorted(weighed, key=lambda choice: not choice.offered))


def first_line_choices(situation: Situation) -> tuple[Choice, ...]:
    """The initial treatments of the guideline the site chose, for a relapse after a response."""
    agents = frozenset(uses_in_force(situation.chart)) - MAINTENANCE
    places = {key: Place(step, True) for step in first_line_steps(situation) for key in step.keys}
    background = Background(situation, agents, False, places, again=True)
    weighed = [weigh(BY_KEY[key], background) for key in places]
    return tuple(sorted(weighed, key=lambda choice: not choice.offered))


def _background(situation: Situation) -> Background:
    agents = frozenset(uses_in_force(situation.chart))
    twice = two_courses_failed(situation)
    late = any_of(say("the later steps are reached"), refractory(situation), twice)
    places = {key: Place(step, not step.late or holds(late)) for step in steps(situation, agents) for key in step.keys}
    return Background(situation, agents, holds(twice), places)


def weigh(option: Option, background: Background) -> Choice:
    """One option for this patient; the first reason that speaks against it is the one given."""
    situation, place = background.situation, background.places.get(option.key)
    standing, says = _ruled_out(option, background, place)
    bars: tuple[Finding, ...] = ()
    fits: tuple[Finding, ...] = ()
    if standing is None:
        bars = tuple(bar(situation) for bar in option.bars)
        fits = tuple(fit(situation) for fit in option.fits)
        standing, says = _judged(bars, fits)
    hints = _hints(option, background) if standing in (Standing.OFFERED, Standing.CHECK_FIRST) else ()
    step = place.step.says if place is not None else None
    known = presented(option, situation.policy.region)
    return replace(known, standing=standing, says=says, step=step, bars=bars, fits=fits, hints=hints)


def presented(option: Option, region: str) -> Choice:
    """What is known about an option, whoever the patient is; `region` (or `any`) selects its labels."""
    shown = _regions(option, region)
    return Choice(
        key=option.key,
        name=option.name,
        kind=option.kind.value,
        mechanism=option.mechanism,
        standing=Standing.OFFERED if option.why_not is None else Standing.NOT_SUGGESTED,
        says=option.why_not or _INTRO[Standing.OFFERED],
        evidence=tuple(trial.shown for trial in option.evidence),
        regulatory=tuple(Shown(_in_region(s.region, s.says), s.cite) for s in shown),
        off_label=tuple(s.region for s in shown if s.lupus_nephritis is not True),
        positions=option.positions,
        dose=option.dose,
        monitoring=option.monitoring,
        notes=option.notes,
    )


def _in_region(region: str, says: Message) -> Message:
    return say("{region}: {says}", region=region, says=says)


def _regions(option: Option, region: str) -> tuple[Status, ...]:
    return tuple(status for status in option.statuses if region in ("any", status.region))


def _ruled_out(option: Option, background: Background, place: Place | None) -> tuple[Standing | None, Message]:
    """Why it is not even a question, in order; None when it is."""
    situation = background.situation
    region = situation.policy.region
    if option.why_not is not None:
        return Standing.NOT_SUGGESTED, option.why_not
    if option.only_in and region != "any" and region not in option.only_in:
        return Standing.NOT_SUGGESTED, say("not available in this region ({region})", region=region)
    if option.drugs and _in_force(option, situation.chart):
        again = say("in use: at the dose of induction again, once dose and adherence are known")
        return Standing.IN_USE, again if background.again else say("in use: dose and adherence come first")
    used = history_of(situation.chart, option.drugs)
    if used and not background.again:
        return Standing.TRIED, _already(used)
    if place is None:
        return Standing.NOT_AT_THIS_STEP, say("not in the order of the guideline chosen")
    if not place.open:
        return Standing.NOT_AT_THIS_STEP, say("a later step: for refractory disease or after two failed courses")
    return _combinable(option, background)


def _already(used: tuple[Evidence, ...]) -> Message:
    days = [item.when for item in used if item.when is not None]
    return say("already used (from {day})", day=min(days)) if days else say("already used")


def _in_force(option: Option, chart: Chart) -> bool:
    return any(use.drug in option.drugs for uses in uses_in_force(chart).values() for use in uses)


def _combinable(option: Option, background: Background) -> tuple[Standing | None, Message]:
    after = (background.agents - option.replaces) | option.adds
    if background.again and not option.partners & after:
        after |= option.partners & {Agent.MPAA}  # begun together
    if option.partners and not option.partners & after:
        return Standing.NOT_COMBINABLE, say("its partner (mycophenolate, or what else it goes with) is not in use")
    if not option.adds:
        return None, say("can be considered")
    regimen = judged(after, refractory_by_acr=background.refractory_by_acr)
    if regimen.validity in (Validity.NEVER, Validity.NOT_TESTED):
        return Standing.NOT_COMBINABLE, say("does not go with today's treatment: {why}", why=regimen.says)
    return None, say("can be considered")


def _judged(bars: tuple[Finding, ...], fits: tuple[Finding, ...]) -> tuple[Standing, Message]:
    barred = next(filter(holds, bars), None)
    if barred is not None:
        return Standing.BARRED, say("not here: {reason}", reason=reason(barred))
    unfit = next((fit for fit in fits if fit.truth is Truth.NOT_MET), None)
    if unfit is not None:
        return Standing.NOT_ELIGIBLE, say("asks for something that is not the case: {what}", what=unfit.says)
    standing = Standing.CHECK_FIRST if any(map(open_question, (*bars, *fits))) else Standing.OFFERED
    return standing, _INTRO[standing]


def _hints(option: Option, background: Background) -> tuple[Message, ...]:
    """What speaks for or against it beside the gates, and what it takes the place of."""
    situation = background.situation
    nephrotic, outside = proteinuria_is_nephrotic(situation), extrarenal_activity(situation)
    found: list[Message] = []
    used = history_of(situation.chart, option.drugs) if background.again else ()
    if used:
        found.append(_already(used))
    replaced = background.agents & option.replaces - option.adds
    if replaced:
        found.append(say("Takes the place of: {agents}", agents=_named(replaced)))
    after = (background.agents - option.replaces) | option.adds
    if option.adds:
        regimen = judged(after, refractory_by_acr=background.refractory_by_acr)
        if regimen.validity is Validity.CAUTION:
            found.append(say("Caution: {why}", why=regimen.says))
    if option.adds & CNI and option.kind is Kind.DRUG and holds(nephrotic):
        found.append(say("UPCR of 3 g/g or more speaks for it"))
    if option.key == "belimumab":
        if nephrotic.truth is Truth.NOT_MET:
            found.append(say("UPCR below 3 g/g speaks for it"))
        elif holds(nephrotic):
            found.append(say("At a UPCR of 3 g/g or more no benefit was seen post hoc; a hint, not a bar"))
        if holds(outside):
            found.append(say("Activity outside the kidney speaks for it"))
    return tuple(found)


_AGENT_NAMES: Mapping[Agent, Message] = {
    Agent.MPAA: say("mycophenolate"),
    Agent.CYCLOPHOSPHAMIDE: say("cyclophosphamide"),
    Agent.AZATHIOPRINE: say("azathioprine"),
    Agent.LEFLUNOMIDE: say("leflunomide"),
    Agent.CALCINEURIN_INHIBITOR: say("tacrolimus or ciclosporin"),
    Agent.VOCLOSPORIN: say("voclosporin"),
    Agent.BELIMUMAB: say("belimumab"),
    Agent.RITUXIMAB: say("rituximab"),
    Agent.OBINUTUZUMAB: say("obinutuzumab"),
    Agent.TELITACICEPT: say("telitacicept"),
    Agent.ANIFROLUMAB: say("anifrolumab"),
    Agent.DARATUMUMAB: say("daratumumab"),
}


def _named(agents: frozenset[Agent]) -> Message:
    first, *rest = (_AGENT_NAMES[agent] for agent in sorted(agents, key=lambda agent: agent.value))
    joined = first
    for name in rest:
        joined = say("{items}; {item}", items=joined, item=name)
    return joined
