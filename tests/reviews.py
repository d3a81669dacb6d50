"""Reviews built by hand, for tests of the doors: every state, outcome and kind of issue at least once."""

from __future__ import annotations

from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Person
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.sources import (
    ACR_2024,
    DIGEST,
    ENGINEERING,
    EULAR_2023,
    FROM_MEMORY,
    KDIGO_2024,
    LNFHIR,
    PRIMARY,
    SECONDARY,
)
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseState, ResponseVerdict
from lnfhir.logic import Evidence, Finding, Known, all_of, any_of, met, missing, none_of, not_met, pending, unknown
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.review import MeasureLine, Review

AS_OF = date(2024, 7, 16)
T0 = date(2024, 1, 15)
DEADLINE = date(2025, 1, 14)

BIOPSY = Evidence("DiagnosticReport/bx1", "kidney biopsy, class", "IV", when=date(2024, 1, 10))
BASELINE = Evidence("Observation/u0", "UPCR", "4.2", "g/g", T0)
LATEST = Evidence("Observation/u6", "UPCR", "2.6", "g/g", AS_OF)
CREATININE = Evidence("Observation/c6", "serum creatinine", "1", "mg/dL", AS_OF)
STEROID = Evidence("MedicationRequest/p1", "prednisone", "60", "mg/d", T0)

ADHERENCE = say("dispense history or adherence statement")
ANTIBODIES = say("antiphospholipid antibodies")


def definite() -> Finding:
    """C1, met by a biopsy."""
    return met(say("lupus nephritis is definite"), BIOPSY)


def induction(adherence: bool | None = None) -> Finding:
    """C2; the adherence limb is unknown unless told."""
    limb = say("adherence was documented")
    if adherence is None:
        followed = unknown(limb, ADHERENCE)
    else:
        followed = (
            met(limb) if adherence else not_met(limb, Evidence("MedicationDispense/d1", "days covered", "55", "%"))
        )
    steroids = met(
        say("glucocorticoid intensity was standard"), STEROID, notes=(say("peak {dose} mg/kg per day", dose=1.0),)
    )
    adequate = met(say("mycophenolate or cyclophosphamide was adequate"))
    return all_of(say("standard induction was followed"), steroids, adequate, followed)


def failed() -> Finding:
    """C3, met at six months."""
    return any_of(
        say("treatment failed"),
        met(say("no partial response by {n} months", n=6), BASELINE, LATEST, CREATININE),
        pending(say("no complete response by {n} months", n=12), DEADLINE),
    )


def not_due() -> Finding:
    """C3, pending until the twelve-month deadline."""
    return pending(say("neither partial nor complete response by {n} months", n=12), DEADLINE, LATEST)


def excluded(antibodies: bool | None = None) -> Finding:
    """C4; the antiphospholipid limb is unknown unless told."""
    limb = say("antiphospholipid nephropathy or thrombotic microangiopathy")
    thrombotic = unknown(limb, ANTIBODIES) if antibodies is None else (met(limb) if antibodies else not_met(limb))
    return none_of(say("other causes are excluded"), thrombotic, not_met(say("advanced sclerosis"), BIOPSY))


def verdict(profile: str, c1: Finding, c2: Finding, c3: Finding, c4: Finding, state: str = "") -> RefractoryVerdict:
    """The conjunction of four criteria."""
    overall = all_of(say("refractory lupus nephritis"), c1, c2, c3, c4)
    return RefractoryVerdict(profile, overall, c1, c2, c3, c4, state)


def response(definition: str, at: str, state: ResponseState) -> ResponseVerdict:
    """A response verdict whose findings agree with its state."""
    day = AS_OF if at == "today" else None
    complete_says, partial_says = say("complete response"), say("partial response")
    if state is ResponseState.UNKNOWN:
        lacking = say("a kidney function within {days} days", days=30)
        return ResponseVerdict(
            definition, at, day, state, unknown(complete_says, lacking), unknown(partial_says, lacking)
        )
    complete = met(complete_says) if state is ResponseState.COMPLETE else not_met(complete_says, LATEST)
    partial = met(partial_says) if state is ResponseState.PARTIAL else not_met(partial_says, BASELINE, LATEST)
    notes = (say("confirm with a 24-h collection"),) if at == "today" else ()
    return ResponseVerdict(definition, at, day, state, complete, partial, notes)


def guidance() -> tuple[Guidance, ...]:
    """One guidance of each outcome, and a critical one."""
    return (
        Guidance(
            "gc-taper",
            Outcome.ADVISE,
            Indicator.WARNING,
            say("Reduce prednisone to {dose} mg/d or less", dose=5.0),
            met(say("prednisone is above the six-month target"), STEROID),
            (ACR_2024.at("glucocorticoid taper", PRIMARY), EULAR_2023.at("statement 3", SECONDARY)),
            gates=(unknown(say("adrenal insufficiency was considered"), say("morning cortisol")),),
            notes=(say("never to zero in one step"),),
        ),
        Guidance(
            "hcq-missing",
            Outcome.ADVISE,
            Indicator.INFO,
            say("Start hydroxychloroquine"),
            met(say("no antimalarial on record")),
            (KDIGO_2024.at("Recommendation 10.2.1.1", DIGEST),),
            drafts=(
                Draft(
                    say("hydroxychloroquine {dose} mg daily", dose=300),
                    {"resourceType": "MedicationRequest", "status": "draft", "intent": "proposal"},
                ),
            ),
        ),
        Guidance(
            "ras-conflict",
            Outcome.ADVISE,
            Indicator.CRITICAL,
            say("Do not combine an ACE inhibitor with an ARB"),
            met(
                say("both are active"),
                Evidence("MedicationRequest/r1", "ramipril"),
                Evidence("MedicationRequest/r2", "losartan"),
            ),
            (LNFHIR.at("double blockade", FROM_MEMORY),),
        ),
        Guidance(
            "sglt2-start",
            Outcome.CONTRAINDICATED,
            Indicator.WARNING,
            say("Do not start an SGLT2 inhibitor"),
            met(say("type 1 diabetes"), Evidence("Condition/t1", "type 1 diabetes")),
            (LNFHIR.at("label", ENGINEERING),),
        ),
        Guidance(
            "ras-start",
            Outcome.NEEDS_DATA,
            Indicator.INFO,
            say("Renin-angiotensin blockade may be indicated"),
            unknown(say("potassium allows it"), say("potassium within {days} days", days=30)),
            (KDIGO_2024.at("Practice Point 10.2.1.2", DIGEST),),
        ),
        Guidance(
            "bone",
            Outcome.ALREADY_DONE,
            Indicator.INFO,
            say("Calcium and vitamin D are in place"),
            met(say("both on record")),
            (LNFHIR.at("bone protection", ENGINEERING),),
        ),
        Guidance(
            "hcq-dose",
            Outcome.NOT_APPLICABLE,
            Indicator.INFO,
            say("Hydroxychloroquine dose"),
            not_met(say("takes hydroxychloroquine")),
            (KDIGO_2024.at("Practice Point 10.2.1.1", DIGEST),),
        ),
    )


def issues() -> tuple[Issue, ...]:
    """One issue of each severity, one of them four times."""
    unit = say("the unit is not one of UPCR's")
    repeated = tuple(
        Issue(Severity.WARNING, "value", unit, f"Bundle.entry[{n}].resource.valueQuantity", f"Observation/x{n}")
        for n in range(4)
    )
    return (
        *repeated,
        Issue(Severity.ERROR, "structure", say("the resource cannot be read"), "Bundle.entry[9]"),
        Issue(Severity.INFORMATION, "incomplete", say("the result has no day"), reference="Observation/x5"),
    )


def chart(as_of: date = AS_OF) -> Chart:
    """A chart with every need searched but the dispenses, statements and service requests."""
    coverage = dict.fromkeys(Need, Coverage.COMPLETE)
    coverage[Need.DISPENSES] = Coverage.NOT_PROVIDED
    coverage[Need.STATEMENTS] = Coverage.PARTIAL
    coverage[Need.SERVICE_ORDERS] = Coverage.FAILED
    person = Person("p1", "female", date(1996, 2, 29), name="Ada Example")
    return Chart(as_of, person, coverage=coverage, issues=issues())


def rich_review(policy: Policy | None = None) -> Review:
    """The whole of it: the lead is undetermined, others are refractory, not refractory, and pending."""
    return Review(
        chart(),
        policy or Policy(),
        courses=(
            Course(1, T0, None, ("mycophenolate-mofetil",), T0, evidence=(STEROID,), notes=(say("one segment"),)),
        ),
        refractory=(
            verdict("ding2025", definite(), induction(), failed(), excluded(), "no-response-so-far"),
            verdict("kdigo2024", definite(), induction(True), not_due(), excluded(False)),
            verdict("acr2024", definite(), induction(False), failed(), excluded()),
            verdict("acr2012_seed", definite(), induction(True), failed(), excluded(False), "refractory"),
        ),
        responses=(
            response("kdigo2024", "6mo", ResponseState.NONE),
            response("kdigo2024", "today", ResponseState.NONE),
            response("acr2024", "6mo", ResponseState.PARTIAL),
            response("acr2024", "today", ResponseState.UNKNOWN),
            response("eular2019", "today", ResponseState.COMPLETE),
            response("eular2025", "today", ResponseState.NOT_APPLICABLE),
        ),
        measures=(
            MeasureLine("upcr", say("proteinuria"), Known(2.6, (LATEST,)), "g/g"),
            MeasureLine("class", say("biopsy class"), Known("IV", (BIOPSY,))),
            MeasureLine("egfr", say("eGFR (CKD-EPI 2021)"), missing(say("serum creatinine"))),
        ),
        guidance=guidance(),
    )


def refractory_review() -> Review:
    """Every criterion met."""
    c1, c2, c3, c4 = definite(), induction(True), failed(), excluded(False)
    return Review(chart(), Policy(), (), (verdict("ding2025", c1, c2, c3, c4, "refractory"),), (), (), ())


def pending_review() -> Review:
    """Only time is missing."""
    c1, c2, c3, c4 = definite(), induction(True), not_due(), excluded(False)
    return Review(chart(), Policy(), (), (verdict("kdigo2024", c1, c2, c3, c4),), (), (), ())


def not_refractory_review() -> Review:
    """Adherence failed and another cause is present."""
    c1, c2, c3, c4 = definite(), induction(False), failed(), excluded(True)
    return Review(chart(), Policy(), (), (verdict("ding2025", c1, c2, c3, c4),), (), (), ())


def empty_review() -> Review:
    """Nothing is known and nothing was searched."""
    chart = Chart(AS_OF, Person(""))
    record = say("the record")
    c1, c2, c3, c4 = (unknown(say("criterion {n}", n=n), record) for n in range(4))
    return Review(chart, Policy(), (), (verdict("ding2025", c1, c2, c3, c4),), (), (), ())


REVIEWS = (rich_review, refractory_review, pending_review, not_refractory_review, empty_review)
