"""The treatments weighed, in the few lines a card has room for. The report and the page of the rule have them in full.

Nothing about safety is left out: what is open for each treatment, what speaks against it, where it is off-label, what
its evidence does not show, and why every other treatment is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from cds_hooks.detail import Detail, joined
from lnfhir.citation import Citation
from lnfhir.guideline.choices import Choice, Standing
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.sources import DING_2025
from lnfhir.logic import Truth
from lnfhir.message import Message, say
from lnfhir.report.words import listed, state_of

REFUSALS = (
    Standing.BARRED,
    Standing.NOT_COMBINABLE,
    Standing.NOT_ELIGIBLE,
    Standing.IN_USE,
    Standing.TRIED,
    Standing.NOT_AT_THIS_STEP,
    Standing.NOT_SUGGESTED,
)
"""In which order the reasons stand: what this patient forbids comes first."""
CORRECTED = (DING_2025,)
"""Whose claims are corrected where they are shown."""
IN_FULL = say("In full in the report and on the page of this rule: sources, doses, labels, monitoring, guidelines")


def options_in_brief(guidance: Guidance, write: Detail) -> str:
    """What is to be checked, what is offered in order, and the rest with its reasons; empty without choices."""
    if not guidance.choices:
        return ""
    offered = [choice for choice in guidance.choices if choice.offered]
    others = sorted((c for c in guidance.choices if not c.offered), key=lambda c: REFUSALS.index(c.standing))
    checks = (*_gates(guidance, write), *_checks(offered, _needed(guidance), write))
    return joined(
        write.section(say("Check before acting"), "\n".join(checks)),
        write.section(say("Options"), "\n".join(_offered(offered, write))),
        write.section(say("Not offered"), "\n".join(_withheld(others, write))),
        write.plain(IN_FULL),
        write.plain(say("Sources: {items}", items=listed(tuple(map(_source, guidance.cites))))),
    )


def _source(cite: Citation) -> Message:
    return say("{title} [{mark}]", title=cite.guideline.title, mark=cite.confidence.value)


def _gates(guidance: Guidance, write: Detail) -> Iterator[str]:
    """What is not as it should be or waits for a day, then all that is needed, then how much is in order."""
    for gate in guidance.gates:
        if gate.truth is Truth.NOT_MET or gate.pending:
            yield f"- **{write.plain(state_of(gate))}**: {write.plain(gate.says)}"
    needed = _needed(guidance)
    if needed:
        yield f"- **{write.plain(say('needed'))}**: {write.plain(listed(needed))}"
    settled = sum(gate.truth is Truth.MET for gate in guidance.gates)
    yield f"- {write.plain(say('{number} checks are settled', number=settled))}"


def _needed(guidance: Guidance) -> tuple[Message, ...]:
    return tuple(dict.fromkeys(item for gate in guidance.gates if not gate.pending for item in gate.missing))


def _offered(choices: list[Choice], write: Detail) -> Iterator[str]:
    """Numbered lines under the step that offers them: label, evidence, what speaks for and against it here."""
    step: Message | None = None
    for number, choice in enumerate(choices, 1):
        if choice.step is not None and choice.step != step:
            step = choice.step
            yield f"- {write.plain(step)}"
        yield f"  - {number}\\. {write.plain(reduce(_then, _line(choice)))}"


def _then(first: Message, second: Message) -> Message:
    return say("{first}. {second}", first=first, second=second)


def _line(choice: Choice) -> Iterator[Message]:
    name = choice.name
    if choice.off_label_everywhere:
        name = say("{name}, OFF-LABEL", name=name)
    elif choice.off_label:
        regions = listed(tuple(say("{region}", region=region) for region in choice.off_label))
        name = say("{name} (off-label or unverified in {regions})", name=name, regions=regions)
    if choice.standing is Standing.CHECK_FIRST:
        name = say("{name}, check first", name=name)
    supporting = next((shown.says for shown in choice.evidence if not shown.against), None)
    yield name if supporting is None else say("{name}: {evidence}", name=name, evidence=supporting)
    yield from (say("But: {says}", says=shown.says) for shown in choice.evidence if shown.against)
    yield from choice.hints


def _checks(choices: list[Choice], known: tuple[Message, ...], write: Detail) -> Iterator[str]:
    """Each open check once, behind the numbers of the treatments that wait for it; `known` needs are not repeated."""
    waiting: dict[Message, list[int]] = {}
    for number, choice in enumerate(choices, 1):
        for says in _open(choice, known):
            waiting.setdefault(says, []).append(number)
    for says, numbers in waiting.items():
        those = ", ".join(map(str, numbers))
        yield f"- {write.plain(say('option {numbers}: {says}', numbers=those, says=says))}"


def _open(choice: Choice, known: tuple[Message, ...]) -> Iterator[Message]:
    """What would forbid it is to be excluded, what it asks for to be confirmed."""
    asked = [(say("exclude: {says}", says=finding.says), finding) for finding in choice.bars]
    asked += [(say("confirm: {says}", says=finding.says), finding) for finding in choice.fits]
    for says, finding in asked:
        needs = tuple(item for item in finding.missing if item not in known)
        if finding.missing:
            yield say("{says} (needed: {items})", says=says, items=listed(needs)) if needs else says


def _withheld(choices: list[Choice], write: Detail) -> Iterator[str]:
    """One line for each reason with the treatments it holds for. What is suggested to nobody and has nothing to its
    discredit is named only."""
    found: dict[Message, list[Message]] = {}
    never: list[Message] = []
    for choice in choices:
        against = [shown for shown in choice.evidence if shown.against]
        if choice.standing is not Standing.NOT_SUGGESTED:
            found.setdefault(choice.says, []).append(choice.name)
        elif against:
            corrections = (shown.says for shown in against if shown.cite.guideline in CORRECTED)
            found.setdefault(listed((choice.says, *corrections)), []).append(choice.name)
        else:
            never.append(choice.name)
    for says, names in found.items():
        yield f"- {write.plain(say('{names}: {says}', names=listed(tuple(names)), says=says))}"
    if never:
        yield f"- {write.plain(say('Not suggested: {names}', names=listed(tuple(never))))}"
