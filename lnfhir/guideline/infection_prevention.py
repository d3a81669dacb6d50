"""What goes with immunosuppression: pneumocystis prophylaxis, vaccines, screening for latent infection, lipids.

Information only. Prophylaxis is considered with prednisone of 15 to 20 mg or more for 4 weeks beside an
immunosuppressant, with cyclophosphamide, and with anti-CD20 antibodies; trimethoprim-sulfamethoxazole raises potassium
beside RAS blockade, and reactions to sulfonamides are common in lupus. Vaccines, screening and lipids are a reminder
that stands as long as the treatment.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.guideline.ras_conflict import takes_ras_blocker
from lnfhir.guideline.recommendation import Guidance, Recommendation
from lnfhir.guideline.record import MEDICATIONS, allergic_to, holds, in_use, is_current, shown, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ENGINEERING, EULAR_2023, FROM_MEMORY, LNFHIR
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import has_lupus, is_pregnant, is_under_18, only_informed_compatible
from lnfhir.logic import Finding, all_of, any_of, met, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.steroids import daily_steroid, steroid_on
from lnfhir.message import say
from lnfhir.terminology.drug_groups import ANTI_CD20, IMMUNOSUPPRESSANTS

PREDNISONE = Parameter(
    "prednisone-equivalent from which prophylaxis is considered (15 to 20 mg in the sources)", 15, "mg/d",
    EULAR_2023.at("pneumocystis prophylaxis", FROM_MEMORY),
)  # fmt: skip
FOR_DAYS = Parameter("time at that dose", 28, "days", EULAR_2023.at("pneumocystis prophylaxis", FROM_MEMORY))
CYCLOPHOSPHAMIDE_WITHIN = Parameter(
    "time after a dose of cyclophosphamide that counts as treatment", 31, "days", LNFHIR.at("pjp", ENGINEERING)
)
ANTI_CD20_WITHIN = Parameter(
    "time after an anti-CD20 antibody that counts as treatment", 183, "days", LNFHIR.at("pjp", ENGINEERING)
)
PROPHYLAXIS = frozenset({"trimethoprim-sulfamethoxazole"})
CITES = (EULAR_2023.at("pneumocystis prophylaxis", FROM_MEMORY),)


def prednisone_has_been_high(chart: Chart) -> Finding:
    """15 mg prednisone-equivalent or more on each of the last 28 days."""
    says = say("prednisone-equivalent was {mg} mg/d or more for {days} days",
               mg=int(PREDNISONE.value), days=int(FOR_DAYS.value))  # fmt: skip
    daily = daily_steroid(chart)
    first = chart.as_of - timedelta(days=FOR_DAYS.value - 1)
    days = daily.days_at_least(PREDNISONE.value, first, chart.as_of)
    evidence = dict.fromkeys(item for span in daily.between(first, chart.as_of) for item in span.evidence)
    if days.certain == days.total:
        return met(says, *evidence)
    if days.possible < days.total:
        return not_met(says, *evidence)
    steps = daily.steps(first, chart.as_of)
    needs = dict.fromkeys(need for step in steps if not step.exact for need in step.needs)
    return unknown(says, *(tuple(needs) or (daily.need,)))


def was_given(chart: Chart, drugs: frozenset[str], within: Parameter) -> tuple[DrugUse, ...]:
    """Uses that are current or ended within so many days."""
    since = chart.as_of - timedelta(days=within.value)
    return tuple(
        u for u in chart.uses_of(*drugs) if is_current(u, chart) or ((u.end or u.start) or chart.as_of) >= since
    )


def prophylaxis_is_indicated(chart: Chart) -> Finding:
    """High prednisone with an immunosuppressant, cyclophosphamide, or anti-CD20."""
    infusions = (*MEDICATIONS, Need.ADMINISTRATIONS)
    cyc = map(use_evidence, was_given(chart, frozenset({"cyclophosphamide"}), CYCLOPHOSPHAMIDE_WITHIN))
    anti_cd20 = map(use_evidence, was_given(chart, frozenset(ANTI_CD20), ANTI_CD20_WITHIN))
    return any_of(
        say("treatment raises the risk of pneumocystis"),
        all_of(
            say("high prednisone with an immunosuppressant"),
            prednisone_has_been_high(chart),
            takes(chart, say("an immunosuppressant is in use"), IMMUNOSUPPRESSANTS),
        ),
        shown(chart, say("cyclophosphamide is given"), cyc, *infusions),
        shown(chart, say("an anti-CD20 antibody was given"), anti_cd20, *infusions),
    )


PNEUMOCYSTIS_SENTENCES = Sentences(
    question=say("pneumocystis prophylaxis should be considered"),
    advise=say("Immunosuppression with a risk of pneumocystis, no prophylaxis on record: consider it"),
    barred=lambda reason: say("Pneumocystis prophylaxis: {reason}", reason=reason),
    open=lambda what: say("Pneumocystis prophylaxis; needed: {what}", what=what),
    done=say("Trimethoprim-sulfamethoxazole is in use"),
    not_needed=say("Treatment does not call for pneumocystis prophylaxis"),
)
WITH_RAS = say("Trimethoprim-sulfamethoxazole raises potassium beside RAS blockade: check it")
SULFA = say("A reaction to a sulfonamide is on record: another agent is needed")
SULFA_COMMON = say("Reactions to sulfonamides are common in lupus")


def decide_pneumocystis(situation: Situation) -> Guidance:
    """Whether pneumocystis prophylaxis is to be considered."""
    chart = situation.chart
    sulfa = allergic_to(chart, say("there is an intolerance to trimethoprim-sulfamethoxazole"), PROPHYLAXIS)
    notes = [SULFA if holds(sulfa) else SULFA_COMMON]
    if holds(takes_ras_blocker(chart)):
        notes.append(WITH_RAS)
    return judge(
        "pjp",
        CITES,
        PNEUMOCYSTIS_SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=takes(chart, say("trimethoprim-sulfamethoxazole is in use"), PROPHYLAXIS),
            indicated=prophylaxis_is_indicated(chart),
            withheld=only_informed_compatible(chart),
            gates=(sulfa,),
            notes=tuple(notes),
        ),
    )


def is_immunosuppressed(chart: Chart) -> Finding:
    """An immunosuppressant or glucocorticoid is in use."""
    return any_of(
        say("immunosuppressive treatment is in use"),
        shown(
            chart,
            say("an immunosuppressant is in use"),
            map(use_evidence, in_use(chart, IMMUNOSUPPRESSANTS)),
            *MEDICATIONS,
        ),
        steroid_on(chart, chart.as_of).finding(say("glucocorticoid is in use"), lambda mg: mg > 0),
    )


VACCINE_SENTENCES = Sentences(
    question=say("vaccines and screening go with the treatment"),
    advise=say("Under immunosuppression: review vaccines, screening for HBV, HCV, HIV and TB, and lipids"),
    barred=lambda reason: say("Vaccines and screening: {reason}", reason=reason),
    open=lambda what: say("Vaccines and screening; needed: {what}", what=what),
    done=say("Vaccines and screening are reviewed"),
    not_needed=say("No immunosuppressive treatment is in use"),
)
NO_LIVE = say("Live vaccines are avoided under immunosuppression")
STATIN = say("Consider a statin by cardiovascular risk; with voclosporin mind the statin (OATP1B1/1B3)")


def decide_vaccines(situation: Situation) -> Guidance:
    """A reminder while immunosuppression is in use. Statins are not for pregnancy, and their advice is an adult's."""
    chart = situation.chart
    statin = not holds(is_under_18(chart)) and not holds(is_pregnant(chart))
    return judge(
        "vaccines",
        (EULAR_2023.at("comorbidities and infection prevention", FROM_MEMORY),),
        VACCINE_SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=not_met(say("a review of vaccines is on record")),
            indicated=is_immunosuppressed(chart),
            withheld=only_informed_compatible(chart),
            notes=(NO_LIVE, STATIN) if statin else (NO_LIVE,),
        ),
    )


PNEUMOCYSTIS = Recommendation(
    rule="pjp",
    title=say("Pneumocystis prophylaxis"),
    statement=say(
        "Consider prophylaxis with prednisone of 15 to 20 mg or more for 4 weeks beside an immunosuppressant, with"
        " cyclophosphamide, and with anti-CD20 antibodies."
    ),
    cites=CITES,
    parameters=(PREDNISONE, FOR_DAYS, CYCLOPHOSPHAMIDE_WITHIN, ANTI_CD20_WITHIN),
    decide=decide_pneumocystis,
)
VACCINES = Recommendation(
    rule="vaccines",
    title=say("Vaccines, infection screening, lipids"),
    statement=say(
        "With immunosuppression review vaccines (no live ones), screen for hepatitis B and C, HIV and tuberculosis, and"
        " consider a statin by risk."
    ),
    cites=(EULAR_2023.at("comorbidities and infection prevention", FROM_MEMORY),),
    parameters=(),
    decide=decide_vaccines,
    standing=True,
)
