"""The two verdicts as cards: is it refractory, and is it responding. Other definitions stand beside the leading one."""

from __future__ import annotations

from cds_hooks import markdown
from cds_hooks.card import Card
from cds_hooks.detail import Detail, joined
from cds_hooks.guidance_cards import card_uuid, indicator_code, override_reasons, source
from cds_hooks.manner import Manner
from lnfhir.citation import Guideline
from lnfhir.guideline import sources
from lnfhir.guideline.recommendation import Indicator
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseState, ResponseVerdict
from lnfhir.logic import Truth
from lnfhir.message import Message, say
from lnfhir.report.verdicts import PROPOSED, criteria, headline, profile_table, response_table
from lnfhir.report.words import COURSE_OF_EVENTS, PROFILE, RESPONSE, named
from lnfhir.review import Review

REFRACTORY = "refractory"
RESPONSE_TODAY = "response"

LOUD_STATES = frozenset({"relapse", "response-lost"})
QUIET_STATES = frozenset({"", "responding"})

GUIDELINES: dict[str, Guideline] = {
    found.key: found for found in vars(sources).values() if isinstance(found, Guideline)
}


def guideline_of(profile: str) -> Guideline:
    """The published source of a profile; ours when the profile is not one source's."""
    return GUIDELINES.get(profile.partition("_")[0], sources.LNFHIR)


def leading_response(review: Review) -> ResponseVerdict | None:
    """Today's response under the definition the site chose."""
    today = [response for response in review.responses if response.at == "today"]
    chosen = [response for response in today if response.definition == review.policy.response_profile]
    return next(iter(chosen or today), None)


def refractory_card(review: Review, hook_instance: str, manner: Manner) -> Card | None:
    """The leading profile's verdict with every other profile beside it; none where there is nothing to say."""
    if not review.refractory:
        return None
    leading = review.refractory[0]
    indicator = _refractory_indicator(leading, review.refractory[1:])
    if indicator is None:
        return None
    guideline = guideline_of(leading.profile)
    write = Detail(manner.lookup)
    return Card(
        uuid=card_uuid(hook_instance, REFRACTORY),
        summary=markdown.shortened(_refractory_summary(leading, review.refractory[1:]), lookup=manner.lookup),
        indicator=indicator_code(indicator),
        source=source(guideline, REFRACTORY, manner, say("Refractory lupus nephritis")),
        detail=joined(
            write.plain(say("{says} Judged as of {day}.", says=headline(leading), day=review.as_of)),
            write.plain(PROPOSED),
            write.reported(profile_table(review)),
            write.because(criteria(leading)),
            write.evidence(leading.overall.evidence),
            write.notes(leading.notes),
            write.could_not_use(review.chart),
            _standing(guideline, write),
        ),
        override_reasons=override_reasons(manner),
    )


def _refractory_indicator(leading: RefractoryVerdict, others: tuple[RefractoryVerdict, ...]) -> Indicator | None:
    """A verdict that is unknown for want of data belongs to the data-needed card, unless another profile decides."""
    truth = leading.overall.truth
    if truth is Truth.MET or (leading.state in LOUD_STATES and leading.c1.truth is not Truth.NOT_MET):
        return Indicator.WARNING
    if any(other.overall.truth is Truth.MET for other in others):
        return Indicator.INFO
    if leading.c1.truth is Truth.NOT_MET:
        return None
    if truth is Truth.UNKNOWN:
        return Indicator.INFO if leading.overall.pending else None
    return Indicator.INFO if leading.notes or leading.state not in QUIET_STATES else None


def _refractory_summary(leading: RefractoryVerdict, others: tuple[RefractoryVerdict, ...]) -> Message:
    profile = named(leading.profile, PROFILE)
    if leading.overall.truth is Truth.MET:
        return say("Refractory lupus nephritis by {profile}", profile=profile)
    differing = [other for other in others if other.overall.truth is Truth.MET]
    if leading.state in LOUD_STATES:
        return say("Lupus nephritis: {state}", state=named(leading.state, COURSE_OF_EVENTS))
    if differing:
        other = named(differing[0].profile, PROFILE)
        if leading.overall.truth is Truth.NOT_MET:
            return say("Not refractory by {profile}, but refractory by {other}", profile=profile, other=other)
        return say("Refractory by {other}; by {profile} not yet determined", profile=profile, other=other)
    if leading.overall.pending_until is not None:
        until = leading.overall.pending_until
        return say(
            "Lupus nephritis: too early to call refractory by {profile} before {day}", profile=profile, day=until
        )
    if leading.state not in QUIET_STATES:
        state = named(leading.state, COURSE_OF_EVENTS)
        return say("Lupus nephritis not refractory by {profile}: {state}", profile=profile, state=state)
    return headline(leading)


def response_card(review: Review, hook_instance: str, manner: Manner) -> Card | None:
    """Today's response under the leading definition; unknown belongs to the data-needed card."""
    response = leading_response(review)
    if response is None or response.state in (ResponseState.UNKNOWN, ResponseState.NOT_APPLICABLE):
        return None
    guideline = guideline_of(response.definition)
    profile = named(response.definition, PROFILE)
    write = Detail(manner.lookup)
    evidence = (response.complete.evidence, response.partial.evidence)
    return Card(
        uuid=card_uuid(hook_instance, RESPONSE_TODAY),
        summary=markdown.shortened(_response_summary(response, profile), lookup=manner.lookup),
        indicator="info",
        source=source(guideline, RESPONSE_TODAY, manner, say("Response of lupus nephritis")),
        detail=joined(
            write.reported(response_table(review)),
            write.because((("", response.complete), ("", response.partial))),
            write.evidence(dict.fromkeys(evidence[0] + evidence[1])),
            write.notes(response.notes),
            write.could_not_use(review.chart),
            _standing(guideline, write),
        ),
        override_reasons=override_reasons(manner),
    )


def _response_summary(response: ResponseVerdict, profile: Message) -> Message:
    state = RESPONSE[response.state]
    if response.day is None:
        return say("Lupus nephritis response by {profile}: {state}", profile=profile, state=state)
    return say(
        "Lupus nephritis response by {profile} on {day}: {state}", profile=profile, state=state, day=response.day
    )


def _standing(guideline: Guideline, write: Detail) -> str:
    lines = [write.plain(say("{title}, {year}", title=guideline.title, year=guideline.year))]
    return write.section(say("Source"), markdown.bullets(lines))
