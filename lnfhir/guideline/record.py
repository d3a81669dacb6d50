"""What the record shows: present, absent only where it was completely searched, otherwise unknown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Diagnosis, DrugUse, Record
from lnfhir.citation import Parameter
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.logic import Evidence, Finding, Known, Missing, Truth, met, missing, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import Message, say
from lnfhir.quantity import Amount, Analyte
from lnfhir.terminology import concepts

SEARCH: dict[Need, Message] = {
    Need.PATIENT: say("the patient's details"),
    Need.CONDITIONS: say("the problem list"),
    Need.PROTEINURIA: say("urine protein results"),
    Need.KIDNEY_FUNCTION: say("creatinine and eGFR results"),
    Need.BODY_SIZE: say("weight and height"),
    Need.BLOOD_PRESSURE: say("blood pressure readings"),
    Need.CHEMISTRY: say("blood chemistry results"),
    Need.SEROLOGY: say("serology results"),
    Need.URINE_SEDIMENT: say("urine sediment results"),
    Need.BIOPSY_FINDINGS: say("biopsy findings"),
    Need.ORDERS: say("medication orders"),
    Need.ADMINISTRATIONS: say("medication administrations"),
    Need.DISPENSES: say("medication dispenses"),
    Need.STATEMENTS: say("medication statements"),
    Need.REPORTS: say("diagnostic reports"),
    Need.PROCEDURES: say("procedures"),
    Need.ALLERGIES: say("the allergy list"),
    Need.SERVICE_ORDERS: say("orders for tests and referrals"),
}
"""How each search is named to a person when it was not complete."""

MEDICATIONS = (Need.ORDERS, Need.STATEMENTS)
"""Only when both were searched does "not on record" mean that a drug is not taken."""

ACUTE = frozenset({
    concepts.URINARY_INFECTION, concepts.SEPSIS, concepts.GENITAL_MYCOTIC_INFECTION, concepts.HYPOVOLAEMIA,
    concepts.HYPOTENSION, concepts.HYPERKALAEMIA, concepts.ACUTE_KIDNEY_INJURY, concepts.HYPERTENSIVE_CRISIS,
})  # fmt: skip
CHRONIC = frozenset({concepts.HEPATITIS_B, concepts.HEPATITIS_C, concepts.HIV})
ACUTE_LASTS = Parameter(
    "age from which an acute illness that was never closed is not taken as present", 90, "days",
    LNFHIR.at("problem lists are seldom closed", ENGINEERING),
)  # fmt: skip


def shown(chart: Chart, says: Message, found: Iterable[Evidence], *needs: Need) -> Finding:
    """MET by what was found; NOT_MET when nothing was and every need was searched; else UNKNOWN, naming them."""
    evidence = tuple(found)
    if evidence:
        return met(says, *evidence)
    unsearched = tuple(SEARCH[need] for need in needs if not chart.searched(need))
    return unknown(says, *unsearched) if unsearched else not_met(says)


def diagnosed(chart: Chart, says: Message, *wanted: str) -> Finding:
    """The diagnosis was ever made; an unconfirmed one must be confirmed or refuted first."""
    return _diagnosed(chart, says, chart.diagnosed(*wanted))


def diagnosed_now(chart: Chart, says: Message, *wanted: str) -> Finding:
    """The diagnosis is active today. An acute illness of long ago may just never have been closed: ask."""
    active = tuple(d for d in chart.diagnosed(*wanted) if d.active)
    current = tuple(d for d in active if not _is_stale(chart, d))
    if active and not current:
        needs = [
            say("whether {diagnosis} of {day} is still present", diagnosis=d.label, day=d.start)
            for d in active
            if d.start is not None
        ]
        return unknown(says, *dict.fromkeys(needs), evidence=tuple(d.evidence for d in active))
    return _diagnosed(chart, says, current)


def _is_stale(chart: Chart, diagnosis: Diagnosis) -> bool:
    """Only acute, and begun too long ago to be taken as present without asking."""
    acute = diagnosis.concepts & ACUTE and not diagnosis.concepts & CHRONIC
    return bool(acute) and diagnosis.start is not None and (chart.as_of - diagnosis.start).days > ACUTE_LASTS.value


def _diagnosed(chart: Chart, says: Message, found: tuple[Diagnosis, ...]) -> Finding:
    confirmed = [d.evidence for d in found if d.certainty == "confirmed"]
    if not confirmed and found:
        unsure = tuple(say("confirmation of: {diagnosis}", diagnosis=d.label) for d in found)
        return unknown(says, *unsure, evidence=tuple(d.evidence for d in found))
    return shown(chart, says, confirmed, Need.CONDITIONS)


def allergic_to(chart: Chart, says: Message, drugs: Collection[str], *reactions: str) -> Finding:
    """An allergy or intolerance to any of these ingredients, or a recorded reaction of these kinds."""
    wanted = frozenset(drugs)
    found = [a.evidence for a in chart.allergies if a.drugs & wanted or a.concepts & frozenset(reactions)]
    return shown(chart, says, found, Need.ALLERGIES)


def is_current(use: DrugUse, chart: Chart) -> bool:
    """In use on the day of the chart: an active order or statement, or a supply or infusion that spans it."""
    if use.start is not None and use.start > chart.as_of:
        return False
    if use.record in (Record.ORDER, Record.STATEMENT):
        return use.active and (use.end is None or use.end >= chart.as_of)
    end = use.end
    if end is None and use.start is not None and use.days_supply is not None:
        end = use.start + timedelta(days=use.days_supply)
    return end is not None and end >= chart.as_of


def in_use(chart: Chart, drugs: Collection[str]) -> tuple[DrugUse, ...]:
    """The current uses of any of these ingredients."""
    return tuple(use for use in chart.uses_of(*drugs) if is_current(use, chart))


def takes(chart: Chart, says: Message, drugs: Collection[str]) -> Finding:
    """One of these ingredients is in use today."""
    return shown(chart, says, map(use_evidence, in_use(chart, drugs)), *MEDICATIONS)


def recent(chart: Chart, analyte: Analyte, within: Parameter, wanted: Message) -> Known[Amount] | Missing:
    """The latest numeric result no older than `within` days; otherwise `wanted` is missing."""
    since = chart.as_of - timedelta(days=within.value)
    found = [r for r in chart.results_of(analyte) if r.day >= since and r.amount is not None]
    if not found or found[-1].amount is None:
        return missing(wanted)
    return Known(found[-1].amount, (found[-1].evidence,))


def holds(finding: Finding) -> bool:
    """The finding is MET."""
    return finding.truth is Truth.MET


def open_question(finding: Finding) -> bool:
    """The finding is UNKNOWN."""
    return finding.truth is Truth.UNKNOWN


def when_known(
    value: Known[Amount] | Missing, says: Message, test: Callable[[Amount], Truth], wanted: Message
) -> Finding:
    """Judge an amount; an interval that straddles the limit asks for `wanted` rather than for "an exact value"."""
    finding = value.finding(says, test)
    if isinstance(value, Known) and finding.truth is Truth.UNKNOWN:
        return unknown(says, wanted, evidence=finding.evidence)
    return finding
