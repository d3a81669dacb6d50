"""What goes with refractory disease, and what becomes of it. Shown, never decided on: the source gives no limits.

Histology of class III, wire loops or hyaline deposits, interstitial inflammation, crescents and a thick basement
membrane went with refractory disease; SLEDAI-2K and a low albumin at the first biopsy predicted it.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Biopsy
from lnfhir.citation import Parameter
from lnfhir.guideline.sources import DING_2025, ENGINEERING, LNFHIR, SECONDARY
from lnfhir.logic import Known, Missing, missing
from lnfhir.message import Message, say
from lnfhir.quantity import Amount, Analyte

CITE = DING_2025.at("epidemiology, histology and prognosis", SECONDARY)
NEAR_BIOPSY = Parameter(
    "largest distance from a biopsy of a score or albumin that belongs to it", 30, "days",
    LNFHIR.at("risk markers at the first biopsy", ENGINEERING),
)  # fmt: skip
OUTLOOK: tuple[Message, ...] = (
    say(
        "Ten-year kidney survival: 92 % after complete remission, 13 % in refractory disease. About 10 % of severe"
        " nephritis ends in kidney failure within 10 years"
    ),
    say(
        "Standard treatment fails in 25 to 45 % of patients. After 24 months of standard treatment 24 to 45 % are not"
        " in remission"
    ),
)
"""Why refractory disease is brought before a team."""
RELAPSE = say("About a third of those who respond relapse")
CLASS_III = "class III"


def histology_markers(biopsy: Biopsy) -> Known[str] | Missing:
    """The markers the report names; what its text does not say is not held to be absent."""
    found = [CLASS_III] if "III" in biopsy.classes and not biopsy.from_text else []
    found += sorted(biopsy.markers)
    if not found:
        return missing(say("a report that names wire loops, crescents, interstitial inflammation or the membranes"))
    note = say("read from the text of the report, not verified")
    return Known(", ".join(found), (biopsy.evidence,), (note,) if biopsy.markers else ())


def at_first_biopsy(chart: Chart, analyte: Analyte, wanted: Message) -> Known[Amount] | Missing:
    """The value nearest to the first biopsy; the earlier of two equally near."""
    day = chart.biopsies[0].day
    window = timedelta(days=NEAR_BIOPSY.value)
    near = [r for r in chart.results_of(analyte) if r.amount is not None and abs(r.day - day) <= window]
    found = min(near, key=lambda result: (abs(result.day - day), result.day), default=None)
    if found is None or found.amount is None:
        return missing(wanted)
    return Known(found.amount, (found.evidence,))
