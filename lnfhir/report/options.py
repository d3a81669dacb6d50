"""The treatments weighed by a guidance: what can be considered, in order, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lnfhir.guideline.choices import Choice, Shown, Standing
from lnfhir.guideline.recommendation import Guidance
from lnfhir.message import Message, say
from lnfhir.report.layout import Line, Section, Tone
from lnfhir.report.words import listed

STANDING: Mapping[Standing, Message] = {
    Standing.OFFERED: say("no check is open"),
    Standing.CHECK_FIRST: say("check first"),
    Standing.IN_USE: say("in use"),
    Standing.TRIED: say("tried"),
    Standing.BARRED: say("not in this patient"),
    Standing.NOT_ELIGIBLE: say("not eligible"),
    Standing.NOT_COMBINABLE: say("not combinable"),
    Standing.NOT_AT_THIS_STEP: say("not at this step"),
    Standing.NOT_SUGGESTED: say("not suggested"),
}


def options_section(guidance: Guidance) -> Section | None:
    """All choices of a guidance as one section; None when it has none."""
    lines = tuple(option_lines(guidance, 0))
    return Section("options", say("Options"), lines) if lines else None


def option_lines(guidance: Guidance, depth: int) -> Iterator[Line]:
    """Each choice offered with what is known about it, numbered; then the others with the reason."""
    offered = [choice for choice in guidance.choices if choice.offered]
    for number, choice in enumerate(offered, 1):
        yield from _offered(choice, number, depth)
    for standing in Standing:
        others = [choice for choice in guidance.choices if choice.standing is standing and not choice.offered]
        if others:
            yield Line(say("Not offered, {standing}:", standing=STANDING[standing]), "-", depth)
        for choice in others:
            yield from _withheld(choice, depth + 1)


def _offered(choice: Choice, number: int, depth: int) -> Iterator[Line]:
    says = say("{number}. {name}: {says}", number=number, name=choice.name, says=choice.says)
    yield Line(says, "*", depth, Tone.STRONG)
    below = depth + 1
    if choice.step is not None:
        yield Line(say("step: {step}", step=choice.step), "-", below)
    yield from _checks(choice, below)
    for hint in choice.hints:
        yield Line(hint, "!", below)
    yield from known_lines(choice, below)


def known_lines(choice: Choice, depth: int) -> Iterator[Line]:
    """What is known about a treatment, whoever the patient is."""
    yield Line(say("mechanism: {mechanism}", mechanism=choice.mechanism), "-", depth)
    yield from _label(choice, depth)
    for shown in choice.evidence:
        yield Line(_evidence(shown), "-", depth)
    if choice.dose is not None:
        yield Line(say("dose in the source (not an order): {dose}", dose=choice.dose), "-", depth)
    if choice.monitoring:
        yield Line(say("screen and follow: {items}", items=listed(choice.monitoring)), "-", depth)
    for note in choice.notes:
        yield Line(note, "!", depth)
    if choice.positions:
        yield Line(say("guidelines: {items}", items=listed(tuple(map(_position, choice.positions)))), "-", depth)


def _checks(choice: Choice, depth: int) -> Iterator[Line]:
    """What is open: what would forbid it is to be excluded, what it asks for to be confirmed."""
    for finding in choice.bars:
        if finding.missing:
            need = listed(finding.missing)
            yield Line(
                say("exclude: {says} (needed: {items})", says=finding.says, items=need), "?", depth, Tone.UNKNOWN
            )
    for finding in choice.fits:
        if finding.missing:
            need = listed(finding.missing)
            yield Line(
                say("confirm: {says} (needed: {items})", says=finding.says, items=need), "?", depth, Tone.UNKNOWN
            )


def _label(choice: Choice, depth: int) -> Iterator[Line]:
    if not choice.regulatory:
        return
    items = listed(tuple(_cited_briefly(shown) for shown in choice.regulatory))
    if choice.off_label_everywhere:
        yield Line(say("OFF-LABEL or unverified in every region shown: {items}", items=items), "!", depth, Tone.WARNING)
    elif choice.off_label:
        regions = listed(tuple(say("{region}", region=region) for region in choice.off_label))
        yield Line(
            say("label: {items} (off-label or unverified in {regions})", items=items, regions=regions), "!", depth
        )
    else:
        yield Line(say("label: {items}", items=items), "-", depth)


def _withheld(choice: Choice, depth: int) -> Iterator[Line]:
    yield Line(say("{name}: {says}", name=choice.name, says=choice.says), "-", depth)
    if choice.standing is Standing.NOT_SUGGESTED:
        for shown in choice.evidence:
            yield Line(_evidence(shown), "-", depth + 1, Tone.FAINT)


def _evidence(shown: Shown) -> Message:
    says = say("evidence: {says}", says=shown.says)
    if shown.against:
        says = say("evidence against, or correction: {says}", says=shown.says)
    source, mark = shown.cite.guideline, shown.cite.confidence.value
    return say("{says} ({title}, {year}) [{mark}]", says=says, title=source.title, year=source.year, mark=mark)


def _cited_briefly(shown: Shown) -> Message:
    return say("{says} [{mark}]", says=shown.says, mark=shown.cite.confidence.value)


def _position(shown: Shown) -> Message:
    return say("{title}: {says} [{mark}]", title=shown.cite.guideline.title, says=shown.says,
               mark=shown.cite.confidence.value)  # fmt: skip
