"""A patient of general care: adult, lupus nephritis, a recent negative pregnancy test, normal results; day 400."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Allergy, Biopsy, Diagnosis, DrugUse, Person, ProcedureDone, Result
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Guidance, Outcome, Recommendation
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.starting import LONGEST
from lnfhir.guideline.verdict import ResponseVerdict
from lnfhir.logic import Evidence
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, chart, creatinine, d, diagnosis, height, result, upcr, weight, woman

Entry = Result | DrugUse | Diagnosis | ProcedureDone | Biopsy

TODAY = 400


def normal() -> dict[str, tuple[Entry, ...]]:
    """The entries of the patient by what they answer, so that a test can leave one out or replace it."""
    return {
        "lupus": (diagnosis("lupus-nephritis", 0),),
        "pregnancy": (answered(Analyte.HCG, TODAY - 5, False),),
        "weight": (weight(TODAY - 20, 70), height(0, 170)),
        "creatinine": (creatinine(TODAY - 80, 0.8), creatinine(TODAY - 5, 0.8)),
        "potassium": (result(Analyte.POTASSIUM, TODAY - 5, 4.2),),
        "proteinuria": (upcr(TODAY - 5, 0.9),),
        "pressure": pressure(TODAY - 30, 124, 76) + pressure(TODAY - 5, 126, 78),
        "hba1c": (result(Analyte.HBA1C, TODAY - 60, 5.4),),
        "neutrophils": (result(Analyte.NEUTROPHILS, TODAY - 20, 3.5),),
    }


def pressure(day: int, systolic: float, diastolic: float) -> tuple[Result, Result]:
    """One reading."""
    high = result(Analyte.SYSTOLIC, day, systolic)
    return high, result(Analyte.DIASTOLIC, day, diastolic, reference=high.reference)


def patient(
    *more: Entry,
    without: Iterable[str] = (),
    not_searched: Iterable[Need] = (),
    person: Person | None = None,
    allergies: tuple[Allergy, ...] = (),
) -> Chart:
    """The patient with more entries, without some kinds, and with some searches not made."""
    kept = [entry for kind, entries in normal().items() if kind not in without for entry in entries]
    searched = [need for need in Need if need not in set(not_searched)]
    made = chart(*kept, *more, person=person or woman(), as_of=TODAY, searched=searched)
    return replace(made, allergies=allergies)


def allergy(*drugs: str, concepts: Iterable[str] = ()) -> Allergy:
    """An allergy to these ingredients."""
    return Allergy(frozenset(drugs), frozenset(concepts), "AllergyIntolerance/a", "allergy")


def course(t0: int | None, ended_by: str = "") -> Course:
    """The present course."""
    start = None if t0 is None else d(t0)
    evidence = (Evidence("MedicationRequest/i", "induction", when=start),)
    return Course(1, start, None, ("mycophenolate-mofetil",), start, ended_by=ended_by, evidence=evidence)


def situation(
    seen: Chart,
    policy: Policy | None = None,
    courses: tuple[Course, ...] = (),
    responses: tuple[ResponseVerdict, ...] = (),
) -> Situation:
    """What a recommendation looks at, without any verdict on refractoriness."""
    return Situation(seen, policy or Policy(), courses, (), responses)


def guidance(
    recommendation: Recommendation,
    seen: Chart,
    policy: Policy | None = None,
    courses: tuple[Course, ...] = (),
    responses: tuple[ResponseVerdict, ...] = (),
) -> Guidance:
    """The guidance, after the checks that hold for every guidance."""
    found = recommendation.decide(situation(seen, policy, courses, responses))
    assert found.rule == recommendation.rule
    assert len(str(found.says)) <= LONGEST, found.says
    if found.outcome is Outcome.NEEDS_DATA:
        assert found.because.missing
    if found.outcome is Outcome.CONTRAINDICATED:
        assert found.drafts == ()
    for draft in found.drafts:
        assert draft.resource["status"] == "draft"
        assert draft.resource["intent"] == "proposal"
        assert draft.resource["subject"] == {"reference": f"Patient/{seen.person.id}"}
        drug = draft.resource["resourceType"] == "MedicationRequest"
        assert not (drug and found.outcome is not Outcome.ADVISE), "a drug is drafted only with advice"
    return found


def drafted(found: Guidance) -> list[str]:
    """The texts of what is drafted."""
    return [
        draft.resource.get("medicationCodeableConcept", draft.resource.get("code"))["text"] for draft in found.drafts
    ]


def missing(found: Guidance) -> list[str]:
    """What is named as missing."""
    return [str(item) for item in found.because.missing]
