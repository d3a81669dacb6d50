"""A review as a readable report: pure composition, `Review -> sections`.

It reads like a consultant's note: the verdict first, then the profiles side by side, the reasons, what is
missing, what to do and not to do, and at the end what the answer rests on.
"""

from __future__ import annotations

from lnfhir.fhir.issue import Issue, Severity
from lnfhir.message import Message, say
from lnfhir.policy import Policy, as_settings
from lnfhir.report.advice import avoid, consider, done, missing, sources, waiting
from lnfhir.report.layout import Line, Section, Tone
from lnfhir.report.verdicts import index_table, profile_table, reasons, response_table, treatment, verdict_section
from lnfhir.review import Review

PLACES_SHOWN = 3
"""How many places of the same issue are spelled out; the JSON document has all of them."""


def report(review: Review, version: str) -> tuple[Section, ...]:
    """The sections of the report in reading order; `version` is the product's."""
    sections: list[Section | None] = [verdict_section(review)]
    if review.refractory:
        sections += [profile_table(review)]
    if review.responses:
        sections += [response_table(review)]
    if review.indices:
        sections += [index_table(review)]
    if review.refractory:
        sections += [reasons(review), missing(review)]
    sections += [avoid(review), consider(review), waiting(review), done(review)]
    sections += [treatment(review), unused(review), basis(review, version), sources(review)]
    return tuple(section for section in sections if section is not None)


def unused(review: Review) -> Section | None:
    """The data not used or used with a reservation; equal issues are told once, with their number."""
    groups: dict[tuple[Severity, Message], list[Issue]] = {}
    for issue in review.chart.issues:
        groups.setdefault((issue.severity, issue.says), []).append(issue)
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}
    lines: list[Line] = []
    for (severity, says), issues in sorted(groups.items(), key=lambda group: order[group[0][0]]):
        tone = {Severity.ERROR: Tone.CRITICAL, Severity.WARNING: Tone.WARNING}.get(severity, Tone.PLAIN)
        counted = say("{says} ({count} times)", says=says, count=len(issues)) if len(issues) > 1 else says
        lines.append(Line(say("{severity}: {says}", severity=severity.value, says=counted), "-", tone=tone))
        lines.extend(_place(issue) for issue in issues[:PLACES_SHOWN] if issue.path or issue.reference)
    return Section("unused", say("Data not used, or used with a reservation"), tuple(lines)) if lines else None


def _place(issue: Issue) -> Line:
    if issue.path and issue.reference:
        return Line(say("{path} ({reference})", path=issue.path, reference=issue.reference), "@", 1, Tone.FAINT)
    return Line(say("{place}", place=issue.path or issue.reference), "@", 1, Tone.FAINT)


def basis(review: Review, version: str) -> Section:
    """The version and the policy in force: what is needed to reproduce the verdict."""
    usual = as_settings(Policy())
    changed = {key: value for key, value in as_settings(review.policy).items() if value != usual[key]}
    lines = [
        Line(say("lnfhir {version}", version=version)),
        Line(
            say(
                "Leading profiles: {refractory} (refractory), {response} (response).",
                refractory=review.policy.refractory_profile,
                response=review.policy.response_profile,
            )
        ),
    ]
    if changed:
        lines.append(Line(say("Policy settings that differ from the defaults:")))
        lines.extend(Line(say("{key} = {value}", key=key, value=str(value)), "-", 1) for key, value in changed.items())
    else:
        lines.append(Line(say("Every policy setting has its default value.")))
    lines.append(
        Line(
            say(
                "For clinicians, beside the patient and the record: the reasons are shown so that they can be "
                "checked. Drafts are proposals and are signed, changed or refused by a clinician."
            ),
            tone=Tone.FAINT,
        )
    )
    return Section("basis", say("Policy and version"), tuple(lines))
