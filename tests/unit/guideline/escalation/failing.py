"""Patients whose treatment has failed, and the guidance of one escalation rule for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lnfhir.chart.chart import Chart
from lnfhir.guideline.choices import Choice
from lnfhir.guideline.course_of_treatment import courses_of_treatment
from lnfhir.guideline.escalation.recommendations import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Guidance, Outcome
from lnfhir.guideline.refractory import refractory_verdicts
from lnfhir.guideline.response_report import responses
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.starting import LONGEST
from lnfhir.guideline.trajectory import series_of
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, diagnosis, result
from tests.unit.guideline.care import pressure
from tests.unit.guideline.patients import Entry, antibodies_negative, induction, kidney, patient

FAILING = kidney((0, 4.2, 0.9), (91, 3.4, 0.95), (183, 2.6, 1.0))
RULES = {item.rule: item for item in RECOMMENDATIONS}


def failed(*more: Iterable[Entry] | Entry, as_of: int = 183, **how: object) -> Chart:
    """Six months of full treatment without a partial response; every gate the record can answer is answered."""
    answers: list[Entry] = [
        answered(Analyte.HCG, as_of - 1, False),
        answered(Analyte.HBSAG, as_of - 2, False),
        answered(Analyte.ANTI_HBC, as_of - 2, False),
        result(Analyte.POTASSIUM, as_of - 2, 4.2),
        result(Analyte.NEUTROPHILS, as_of - 2, 3.5),
        *pressure(as_of - 2, 122, 76),
        *antibodies_negative(),
        diagnosis("lupus-nephritis", 0),
    ]
    course = how.pop("course", None)
    treatment = course if isinstance(course, list) else induction()
    values = how.pop("values", None)
    measured = values if isinstance(values, list) else FAILING
    return patient(measured, treatment, answers, *more, as_of=as_of, **how)  # type: ignore[arg-type]


def situation(seen: Chart, policy: Policy | None = None) -> Situation:
    """What the rules look at, with every verdict."""
    site = policy or Policy()
    series = series_of(seen, site)
    courses = courses_of_treatment(seen, site, series)
    verdicts = refractory_verdicts(seen, site, courses)
    found = tuple(course.course for course in courses)
    return Situation(seen, site, found, verdicts, responses(courses, site), courses)


def guided(rule: str, seen: Chart, policy: Policy | None = None) -> Guidance:
    """The guidance of one rule, after the checks that hold for every guidance."""
    found = RULES[rule].decide(situation(seen, policy))
    assert found.rule == rule
    assert len(str(found.says)) <= LONGEST, found.says
    if found.outcome is not Outcome.ADVISE:
        assert all(draft.resource["resourceType"] == "ServiceRequest" for draft in found.drafts)
        assert found.choices == ()
    for draft in found.drafts:
        assert (draft.resource["status"], draft.resource["intent"]) == ("draft", "proposal")
        assert "dosageInstruction" not in draft.resource
    return found


def outcome(rule: str, seen: Chart, policy: Policy | None = None) -> str:
    """What the guidance comes to."""
    return guided(rule, seen, policy).outcome.value


def options(seen: Chart, policy: Policy | None = None) -> dict[str, Choice]:
    """The treatments weighed, by key, in their order."""
    return {choice.key: choice for choice in guided("escalate", seen, policy).choices}


def drafted(found: Guidance) -> list[str]:
    """The texts of what is drafted."""
    return [
        draft.resource.get("medicationCodeableConcept", draft.resource.get("code"))["text"] for draft in found.drafts
    ]


def without(seen: Chart, *analytes: Analyte) -> Chart:
    """The chart without some results."""
    return replace(seen, results=tuple(r for r in seen.results if r.analyte not in analytes))
