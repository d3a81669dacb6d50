"""How long immunosuppression goes on, and what cell therapy changes about it.

KDIGO 2024 asks for at least 36 months of immunosuppression, ACR 2024 for 3 to 5 years, EULAR for 3 years; in WIN-Lupus
(96 patients) stopping led to more severe flares. After cell therapy immunosuppressants and glucocorticoid are stopped
on purpose: nothing is then called too early, and events in the first 12 weeks may be toxicity or flare.
"""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Record
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.escalation.gates import BLOOD_COUNT, IGG_TEST
from lnfhir.guideline.escalation.sources import CART_BCMA, CART_REVIEW, WIN_LUPUS
from lnfhir.guideline.glucocorticoids import had_cell_therapy
from lnfhir.guideline.outlook import RELAPSE
from lnfhir.guideline.recommendation import Guidance, Indicator, Recommendation
from lnfhir.guideline.record import MEDICATIONS, holds, in_use, shown
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, ENGINEERING, KDIGO_2024, LNFHIR, PRIMARY, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import has_lupus, has_lupus_nephritis
from lnfhir.logic import Finding, Truth, all_of, met, none_of, not_met, unknown
from lnfhir.measures.cell_therapy import cell_therapy_days
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import say
from lnfhir.terminology.drug_groups import IMMUNOSUPPRESSANTS

DURATION = Parameter(
    "least duration of immunosuppression (a site may choose 60)", 36, "months", KDIGO_2024.at("maintenance", DIGEST)
)
INFUSION_LASTS = Parameter(
    "time after an infusion or injection that counts as treatment", 183, "days", LNFHIR.at("duration", ENGINEERING)
)
MONTH = Parameter("days in a month", 30.4375, "days", LNFHIR.at("calendar", ENGINEERING))
EARLY = Parameter(
    "time after cell therapy in which an event may be toxicity or flare",
    84,
    "days",
    CART_REVIEW.at("limits", SECONDARY),
)
CITES = (
    DURATION.citation,
    ACR_2024.at("duration of therapy, 3 to 5 years", PRIMARY),
    WIN_LUPUS.at("results", SECONDARY),
)
CITES_CELLS = (CART_BCMA.at("protocol", SECONDARY), CART_REVIEW.at("limits", SECONDARY))


def is_immunosuppressed(chart: Chart) -> Finding:
    """An immunosuppressant is in use, or was infused in the last 6 months."""
    since = chart.as_of - timedelta(days=INFUSION_LASTS.value)
    found = list(in_use(chart, IMMUNOSUPPRESSANTS))
    found += [
        u for u in chart.uses_of(*IMMUNOSUPPRESSANTS)
        if u.record is Record.ADMINISTRATION and u not in found and (u.end or u.start or date.min) >= since
    ]  # fmt: skip
    says = say("an immunosuppressant is in use")
    return shown(chart, says, map(use_evidence, found), *MEDICATIONS, Need.ADMINISTRATIONS)


def months_treated(situation: Situation) -> float | None:
    """Months since the present course began, at least; None when nothing is known of its start."""
    begun = situation.begun_by
    return None if begun is None else (situation.chart.as_of - begun).days / MONTH.value


def too_short(situation: Situation) -> Finding:
    """The present course began less than the site's duration ago."""
    wanted = situation.policy.is_duration_months
    says = say("treatment began less than {months} months ago", months=wanted)
    if situation.course is None:
        return not_met(says)
    months, evidence = months_treated(situation), situation.course.evidence
    if months is not None and months >= wanted:
        return not_met(says, *evidence)
    if situation.course.t0 is None:
        return unknown(says, say("the date on which induction treatment started"))
    return met(says, *evidence)


def decide_duration(situation: Situation) -> Guidance:
    """Whether immunosuppression ended too early."""
    chart = situation.chart
    cells = had_cell_therapy(chart)
    treated = is_immunosuppressed(chart)
    wanted = situation.policy.is_duration_months
    silent = say("Immunosuppression has lasted {months} months or more, or none was begun", months=wanted)
    if holds(cells):
        silent = say("After cell therapy immunosuppressants are stopped on purpose")
    sentences = Sentences(
        question=say("immunosuppression ended too early"),
        advise=say("No immunosuppressant on record, begun less than {months} months ago: flares follow", months=wanted),
        barred=lambda reason: say("Duration of immunosuppression: {reason}", reason=reason),
        open=lambda what: say("Duration of immunosuppression; needed: {what}", what=what),
        done=say("Immunosuppression goes on; at least {months} months are recommended", months=wanted),
        not_needed=silent,
    )
    none_known = not_met(say("cell therapy was given")) if cells.truth is Truth.UNKNOWN else cells
    return judge(
        "is-duration",
        CITES,
        sentences,
        Start(
            whom=has_lupus_nephritis(chart),
            already=treated if not holds(cells) else not_met(say("an immunosuppressant is in use")),
            indicated=all_of(
                say("treatment is to go on"),
                none_of(say("no cell therapy was given"), none_known),
                too_short(situation),
            ),
            withheld=not_met(say("the advice is information only")),
            notes=(
                say("WIN-Lupus, 96 patients: stopping maintenance led to more severe flares than continuing"),
                say("ACR 2024 asks for 3 to 5 years in all, EULAR for 3; an order elsewhere may be missing here"),
                RELAPSE,
            ),
            indicator=Indicator.WARNING,
        ),
    )


def recent_cells(chart: Chart) -> Finding:
    """Cell therapy within 12 weeks."""
    says = say("cell therapy was given in the last {days} days", days=int(EARLY.value))
    since = chart.as_of - timedelta(days=EARLY.value)
    known = [day for day in cell_therapy_days(chart) if since <= day <= chart.as_of]
    return met(says, *had_cell_therapy(chart).evidence) if known else not_met(says)


CELLS_SENTENCES = Sentences(
    question=say("cell therapy changes what is expected"),
    advise=say("After cell therapy: stopped drugs and a fast taper are expected; watch infection, IgG and relapse"),
    barred=lambda reason: say("After cell therapy: {reason}", reason=reason),
    open=lambda what: say("After cell therapy; needed: {what}", what=what),
    done=say("Follow-up after cell therapy is in place"),
    not_needed=say("No cell therapy is on record"),
)
INDETERMINATE = say(
    "Within 12 weeks of the infusion rash, arthritis or renal events may be toxicity or flare (indeterminate)"
)
SILENCED = say("Alerts on stopped immunosuppression and on the glucocorticoid taper are off")
REFERENCE = say("Response is judged from the day of infusion; the conditioning cyclophosphamide is no induction")


def decide_cells(situation: Situation) -> Guidance:
    """What is said after cell therapy."""
    chart = situation.chart
    cells = had_cell_therapy(chart)
    given = cells if holds(cells) else not_met(cells.says)
    early = (INDETERMINATE,) if holds(recent_cells(chart)) else ()
    return judge(
        "post-cell-therapy",
        CITES_CELLS,
        CELLS_SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=not_met(say("follow-up is in place")),
            indicated=given,
            withheld=not_met(say("the advice is information only")),
            notes=(*early, SILENCED, REFERENCE),
            drafts=(drafts.request(chart, IGG_TEST), drafts.request(chart, BLOOD_COUNT)),
        ),
    )


IS_DURATION = Recommendation(
    rule="is-duration",
    title=say("Duration of immunosuppression"),
    statement=say(
        "Immunosuppression goes on for at least 36 months (KDIGO), 3 to 5 years in all (ACR 2024); stopping earlier"
        " brings flares. Not after cell therapy."
    ),
    cites=CITES,
    parameters=(DURATION, INFUSION_LASTS, MONTH),
    decide=decide_duration,
)
POST_CELL_THERAPY = Recommendation(
    rule="post-cell-therapy",
    title=say("After cell therapy"),
    statement=say(
        "After cell therapy immunosuppressants and glucocorticoid are stopped on purpose; an event in the first 12"
        " weeks may be toxicity or flare."
    ),
    cites=CITES_CELLS,
    parameters=(EARLY,),
    decide=decide_cells,
)
