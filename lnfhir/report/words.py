"""The words of a report: how states, profiles, searches and marks are called."""

from __future__ import annotations

from collections.abc import Mapping

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Confidence
from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import Evidence, Finding
from lnfhir.message import Message, say
from lnfhir.report.layout import Tone

MARK: Mapping[str, str] = {"met": "[x]", "not-met": "[ ]", "unknown": "[?]", "pending": "[~]"}

STATE: Mapping[str, Message] = {
    "met": say("met"),
    "not-met": say("not met"),
    "unknown": say("unknown"),
    "pending": say("pending"),
}

RESPONSE: Mapping[ResponseState, Message] = {
    ResponseState.COMPLETE: say("complete"),
    ResponseState.PARTIAL: say("partial"),
    ResponseState.NONE: say("none"),
    ResponseState.NOT_APPLICABLE: say("not applicable"),
    ResponseState.UNKNOWN: say("unknown"),
}

RESPONSE_TONE: Mapping[ResponseState, Tone] = {
    ResponseState.COMPLETE: Tone.MET,
    ResponseState.PARTIAL: Tone.PENDING,
    ResponseState.NONE: Tone.NOT_MET,
    ResponseState.NOT_APPLICABLE: Tone.FAINT,
    ResponseState.UNKNOWN: Tone.UNKNOWN,
}

CRITERION: Mapping[str, Message] = {
    "C1": say("definite lupus nephritis"),
    "C2": say("standard induction was followed"),
    "C3": say("treatment failure"),
    "C4": say("other causes excluded"),
}

COURSE_OF_EVENTS: Mapping[str, Message] = {
    "refractory": say("refractory"),
    "treatment-failed": say("treatment failed, but not every criterion is met"),
    "inadequate-response": say("inadequate response to this course"),
    "relapse": say("relapse after a response, not refractory disease"),
    "response-lost": say("a response was reached and then lost"),
    "late-response": say("a response was reached, but late"),
    "was-refractory-now-responding": say("was refractory, now responding"),
    "no-response-so-far": say("no response so far"),
    "incomplete-response": say("a response that stays incomplete"),
    "responding": say("responding"),
    "kidney-failure": say("kidney failure"),
}

COURSE_END: Mapping[str, Message] = {
    "changed-for-failure": say("changed for failure"),
    "relapse": say("ended by a relapse"),
    "cell-therapy": say("ended by cell therapy"),
    "gap": say("ended by a gap in treatment"),
    "replaced": say("replaced before it could be judged"),
}

RULE: Mapping[str, Message] = {
    "no start of induction is known": say("no start of induction is known"),
    "a course is not evaluable": say("a course is not evaluable"),
    "response reached": say("response reached"),
    "response reached, later lost": say("response reached, later lost"),
    "relapse after response": say("relapse after response"),
    "no partial response by 6 months": say("no partial response by {n} months", n=6),
    "response after month 6 cannot be judged": say("response after month 6 cannot be judged"),
    "whether proteinuria is still improving at 12 months is not known": say(
        "whether proteinuria is still improving at 12 months is not known"
    ),
    **{f"no complete response by {n} months": say("no complete response by {n} months", n=n) for n in (12, 18, 24)},
    "improving": say("proteinuria is still improving"),
    "course closed without a decisive result": say("course closed without a decisive result"),
    "neither complete nor partial response by 12 months": say("neither complete nor partial response by 12 months"),
    "the target below 0.7 g/g was met": say("the target below 0.7 g/g was met"),
    **{f"UPCR not below 0.7 g/g by {n} months": say("UPCR not below 0.7 g/g by {n} months", n=n) for n in (12, 18, 24)},
    "proteinuria not halved by 6 months": say("proteinuria not halved by 6 months"),
    "the assessment is missing": say("the assessment is missing"),
    "the next deadline has not come": say("the next deadline has not come"),
    **{
        f"the {n}-month assessment is missing": say("the {n}-month assessment is missing", n=n)
        for n in (3, 6, 12, 18, 24)
    },
    "fewer than two failed courses": say("fewer than two failed courses"),
    "inadequate response in two standard courses": say("inadequate response in two standard courses"),
    "no improvement after two inductions": say("no improvement after two inductions"),
    "worsening at 3 months": say("worsening at 3 months"),
    "no improvement at 3 to 4 months": say("no improvement at 3 to 4 months"),
    **{f"no response by {n} months": say("no response by {n} months", n=n) for n in (4, 6, 12, 24)},
    "chronic dialysis": say("chronic dialysis"),
    "response to cell therapy": say("response to cell therapy"),
    "response to cell therapy, later lost": say("response to cell therapy, later lost"),
    "response after two courses": say("response after two failed courses"),
    "baseline proteinuria below 0.5 g/g": say("baseline proteinuria below 0.5 g/g"),
}
"""The rules of C3 that can decide, as the verdicts name them."""

SEARCH: Mapping[Need, Message] = {
    Need.PATIENT: say("patient"),
    Need.CONDITIONS: say("conditions"),
    Need.PROTEINURIA: say("proteinuria results"),
    Need.KIDNEY_FUNCTION: say("kidney function results"),
    Need.BODY_SIZE: say("weight and height"),
    Need.BLOOD_PRESSURE: say("blood pressure"),
    Need.CHEMISTRY: say("chemistry results"),
    Need.SEROLOGY: say("serology results"),
    Need.URINE_SEDIMENT: say("urine sediment"),
    Need.BIOPSY_FINDINGS: say("biopsy findings"),
    Need.ORDERS: say("medication orders"),
    Need.ADMINISTRATIONS: say("medication administrations"),
    Need.DISPENSES: say("medication dispenses"),
    Need.STATEMENTS: say("medication statements"),
    Need.REPORTS: say("diagnostic reports"),
    Need.PROCEDURES: say("procedures"),
    Need.ALLERGIES: say("allergies"),
    Need.SERVICE_ORDERS: say("service requests"),
}

COVERAGE: Mapping[Coverage, Message] = {
    Coverage.COMPLETE: say("searched completely"),
    Coverage.PARTIAL: say("only in part"),
    Coverage.FAILED: say("the search failed"),
    Coverage.NOT_PROVIDED: say("not provided"),
}

CONFIDENCE: Mapping[Confidence, Message] = {
    Confidence.PRIMARY: say("read in the primary text, label or official value set"),
    Confidence.SECONDARY: say("read in peer-reviewed secondary text or an abstract"),
    Confidence.DIGEST: say("read in a third-party digest only; to be checked against the primary text"),
    Confidence.FROM_MEMORY: say("not seen in any source; must be confirmed before clinical use"),
    Confidence.ENGINEERING: say("an engineering default proposed here, without a clinical source"),
}

PROFILE: Mapping[str, Message] = {
    "ding2025": say("Ding 2025"),
    "kdigo2024": say("KDIGO 2024"),
    "acr2024": say("ACR 2024"),
    "eular2019": say("EULAR 2019"),
    "eular2025": say("EULAR 2025"),
    "acr2012_seed": say("ACR 2012 (as reviewed)"),
    "arora2022": say("Arora 2022"),
    "roccatello2023": say("Roccatello 2023"),
    "bliss-perr": say("BLISS-LN PERR"),
    "bliss-crr": say("BLISS-LN CRR"),
    "aurora1-crr": say("AURORA 1 CRR"),
    "regency-crr": say("REGENCY CRR"),
    "tulip-ln-crr": say("TULIP-LN CRR"),
}

AT: Mapping[str, Message] = {
    "today": say("today"),
    "3mo": say("3 months"),
    "6mo": say("6 months"),
    "12mo": say("12 months"),
    "18mo": say("18 months"),
    "24mo": say("24 months"),
}


def named(key: str, names: Mapping[str, Message]) -> Message:
    """The name of a key, or the key itself when a newer rule uses one without a name here."""
    return names.get(key) or say("{key}", key=key)


def listed(items: tuple[Message, ...]) -> Message:
    """`a; b; c` as one message."""
    first, *rest = items
    joined = first
    for item in rest:
        joined = say("{items}; {item}", items=joined, item=item)
    return joined


def state_of(finding: Finding) -> Message:
    """`met`, `not met`, `unknown`, or `pending until` its date."""
    if finding.pending_until is not None:
        return say("pending until {until}", until=finding.pending_until)
    return STATE[finding.state]


def tone_of(finding: Finding) -> Tone:
    """The tone of a finding's state."""
    return Tone(finding.state)


def shown(evidence: Evidence) -> Message:
    """A datum with its value, unit, day and reference."""
    what = say("{label}", label=evidence.label)
    if evidence.value:
        what = say("{label} {value}", label=evidence.label, value=evidence.value)
    if evidence.value and evidence.unit:
        what = say("{label} {value} {unit}", label=evidence.label, value=evidence.value, unit=evidence.unit)
    if evidence.sent:
        what = say(
            "{label} {sent} ({value} {unit})",
            label=evidence.label, sent=evidence.sent, value=evidence.value, unit=evidence.unit,
        )  # fmt: skip
    if evidence.when is not None:
        what = say("{what} on {day}", what=what, day=evidence.when)
    return say("{what} ({reference})", what=what, reference=evidence.reference) if evidence.reference else what
