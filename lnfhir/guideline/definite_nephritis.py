"""
C1, definite lupus nephritis.

The framework asks for a definite diagnosis: a biopsy of ISN/RPS class III, IV, V or mixed, or a diagnosis that can
only rest on one. A diagnosis code without histology names what is missing. Class VI alone is lupus nephritis too, but
advanced sclerosis (criterion 4). A class read from free text is not enough by default.
"""

from __future__ import annotations

from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Biopsy
from lnfhir.citation import Parameter
from lnfhir.guideline.sources import ACR_2024, ENGINEERING, LNFHIR, PRIMARY
from lnfhir.logic import Finding, Truth, all_of, any_of, met, not_met, unknown
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

BIOPSY_UPCR = Parameter(
    "UPCR above which a biopsy is advised", 0.5, "g/g", ACR_2024.at("indications for biopsy", PRIMARY)
)
REPORT_DELAY = Parameter(
    "days between a biopsy and its report", 30, "days", LNFHIR.at("definite nephritis, one biopsy", ENGINEERING)
)
PROLIFERATIVE_OR_MEMBRANOUS = frozenset({"III", "IV", "V"})
CLASS_DIAGNOSES = (
    concepts.LUPUS_NEPHRITIS_CLASS_III, concepts.LUPUS_NEPHRITIS_CLASS_IV, concepts.LUPUS_NEPHRITIS_CLASS_V,
)  # fmt: skip
BIOPSY_NEEDS = (Need.REPORTS, Need.BIOPSY_FINDINGS, Need.PROCEDURES)
_CLASS = say("a kidney biopsy with ISN/RPS class")


def definite_nephritis(chart: Chart, policy: Policy) -> Finding:
    """C1: lupus nephritis is definite."""
    return any_of(
        say("lupus nephritis is definite"),
        biopsy_shows_nephritis(chart, policy),
        diagnosis_states_the_class(chart, policy),
        diagnosis_with_a_biopsy_on_file(chart, policy),
    )


def _classes(policy: Policy) -> frozenset[str]:
    return PROLIFERATIVE_OR_MEMBRANOUS | ({"II"} if policy.class_ii_counts else frozenset()) | {"VI"}


def biopsy_shows_nephritis(chart: Chart, policy: Policy) -> Finding:
    """A biopsy report states a class that counts."""
    says = say("a kidney biopsy shows lupus nephritis class III, IV, V or mixed")
    found = [b for b in chart.biopsies if b.classes & _classes(policy)]
    structured = [b for b in found if not b.from_text or policy.accept_text_class]
    if structured:
        return met(says, structured[-1].evidence, notes=_second_diseases(structured[-1]))
    if found:
        need = say("a coded ISN/RPS class: the class was only read from the text of the report")
        return unknown(says, need, evidence=(found[-1].evidence,))
    if chart.biopsies and all(b.shows_only_another for b in chart.biopsies):
        return not_met(says, *(b.evidence for b in chart.biopsies))
    tubular = chart.diagnosed(concepts.LUPUS_TUBULOINTERSTITIAL)
    if tubular and not chart.biopsies and not chart.diagnosed(concepts.LUPUS_NEPHRITIS):
        return not_met(says, *(d.evidence for d in tubular))
    other = [b for b in chart.biopsies if b.classes and not b.from_text]
    if other:
        classes = "+".join(sorted(other[-1].classes))
        need = say("a kidney biopsy of class III, IV or V: the one on record shows class {classes}", classes=classes)
        return unknown(says, need, evidence=(other[-1].evidence,))
    if _suspected(chart):
        return unknown(says, _CLASS)
    if chart.searched(*BIOPSY_NEEDS, Need.CONDITIONS):
        return not_met(says)
    return unknown(says, say("diagnoses and biopsy reports (not completely searched)"))


def _second_diseases(biopsy: Biopsy) -> tuple[Message, ...]:
    """What the report names beside lupus nephritis."""
    names: tuple[str | Message, ...] = (*((biopsy.other_disease,) if biopsy.other_disease else ()),
                                        *biopsy.others_in_text)  # fmt: skip
    return tuple(say("the biopsy of {day} also names {disease}", day=biopsy.day, disease=name) for name in names)


def _suspected(chart: Chart) -> bool:
    """A lupus nephritis diagnosis of any certainty, or lupus with signs of kidney disease."""
    lupus_nephritis = (concepts.LUPUS_NEPHRITIS, *CLASS_DIAGNOSES, concepts.LUPUS_ORGAN_INVOLVEMENT)
    if chart.diagnosed(*lupus_nephritis):
        return True
    signs = [
        r for r in chart.results_of(Analyte.UPCR, Analyte.UTP)
        if r.amount is not None and r.amount.at_least(BIOPSY_UPCR.value) is Truth.MET
    ]  # fmt: skip
    casts = [r for r in chart.results_of(Analyte.RBC_CASTS) if r.amount is not None and r.amount.above(0) is Truth.MET]
    return bool(chart.diagnosed(concepts.SLE)) and (len({r.day for r in signs}) >= 2 or bool(casts))


def diagnosis_states_the_class(chart: Chart, policy: Policy) -> Finding:
    """A confirmed diagnosis whose code names a class, which only histology gives."""
    says = say("a confirmed diagnosis names a class that only histology gives")
    wanted: tuple[str, ...] = (*CLASS_DIAGNOSES, concepts.LUPUS_NEPHRITIS_CLASS_VI)
    if policy.class_ii_counts:
        wanted = (*wanted, concepts.LUPUS_NEPHRITIS_CLASS_II)
    found = chart.diagnosed(*wanted)
    confirmed = [d for d in found if d.certainty == "confirmed" and not d.from_text]
    if confirmed and chart.biopsies and all(b.shows_only_another for b in chart.biopsies):
        other = chart.biopsies[-1]
        need = say("a biopsy that shows lupus nephritis: that of {day} shows {disease}",
                   day=other.day, disease=other.other_disease)  # fmt: skip
        return unknown(says, need, evidence=(confirmed[-1].evidence, other.evidence))
    if confirmed:
        return met(says, confirmed[-1].evidence)
    if found:
        return unknown(says, say("confirmation of the diagnosis"), evidence=(found[-1].evidence,))
    if chart.searched(Need.CONDITIONS):
        return not_met(says)
    return unknown(says, say("diagnoses (not completely searched)"))


def diagnosis_with_a_biopsy_on_file(chart: Chart, policy: Policy) -> Finding:
    """A confirmed diagnosis of lupus nephritis, and a biopsy whose class is not coded."""
    parts = [has_nephritis_diagnosis(chart)]
    if policy.require_biopsy:
        parts.append(biopsy_on_file(chart, policy))
    return all_of(say("lupus nephritis is diagnosed and a kidney biopsy without a coded class is on file"), *parts)


def has_nephritis_diagnosis(chart: Chart) -> Finding:
    """A confirmed diagnosis of lupus nephritis."""
    says = say("lupus nephritis is a confirmed diagnosis")
    found = chart.diagnosed(concepts.LUPUS_NEPHRITIS)
    confirmed = [d for d in found if d.certainty == "confirmed"]
    if confirmed:
        return met(says, confirmed[-1].evidence)
    if found:
        return unknown(says, say("confirmation of the diagnosis"), evidence=(found[-1].evidence,))
    organ = chart.diagnosed(concepts.LUPUS_ORGAN_INVOLVEMENT)
    if organ:
        need = say("whether the kidney is the organ involved: {diagnosis}", diagnosis=organ[-1].label)
        return unknown(says, need, evidence=(organ[-1].evidence,))
    if chart.searched(Need.CONDITIONS):
        return not_met(says)
    return unknown(says, say("diagnoses (not completely searched)"))


def biopsy_on_file(chart: Chart, policy: Policy) -> Finding:
    """A kidney biopsy whose class is not coded; a coded class, or another disease, speaks for itself.

    A text that names a class that counts is such a report. One that names another disease, denies lupus nephritis or
    calls the sample inadequate leaves it open, and so does a second biopsy beside one of another disease.
    """
    says = say("a kidney biopsy without a coded class is on file")
    if chart.biopsies and all(b.shows_only_another for b in chart.biopsies):
        return not_met(says, *(b.evidence for b in chart.biopsies))
    silent = [b for b in chart.biopsies if not b.shows_only_another and (not b.classes or _class_in_text(b, policy))]
    against = [b for b in chart.biopsies if b.shows_only_another or b.doubts]
    reports = [b for b in silent if not b.doubts]
    reported = [b.day for b in chart.biopsies if b not in reports]
    procedures = [
        p.evidence
        for p in chart.procedures
        if concepts.KIDNEY_BIOPSY in p.concepts and not any(_same_biopsy(p.day, day) for day in reported)
    ]
    evidence = (*(b.evidence for b in reports), *procedures)
    shown = any(b.shows_nephritis for b in reports)
    if against and not shown and (evidence or any(b.doubts for b in against)):
        needs = [need for b in against for need in b.doubts]
        needs += [
            say("a biopsy that shows lupus nephritis: that of {day} shows {disease}",
                day=b.day, disease=b.other_disease)
            for b in against if b.other_disease
        ]  # fmt: skip
        return unknown(says, *dict.fromkeys(needs), evidence=(*(b.evidence for b in against), *evidence))
    if evidence:
        notes = tuple(note for b in reports for note in _second_diseases(b))
        return met(says, *evidence, notes=notes)
    if chart.searched(*BIOPSY_NEEDS):
        return not_met(says)
    return unknown(says, say("biopsy reports and procedures (not completely searched)"))


def _class_in_text(biopsy: Biopsy, policy: Policy) -> bool:
    return biopsy.from_text and bool(biopsy.classes & _classes(policy))


def _same_biopsy(procedure: date | None, report: date) -> bool:
    return procedure is not None and abs((procedure - report).days) <= REPORT_DELAY.value
