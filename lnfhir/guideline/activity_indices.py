"""
Remission and low disease activity, and the indices the literature reports.

DORIS 2021: no clinical SLEDAI activity, physician's global below 0.5, prednisone at most 5 mg a day; serology does not
count. DORIS 2017 complete remission off treatment: no clinical or serological activity, no glucocorticoid and no
immunosuppressant. LLDAS: SLEDAI-2K at most 4, no major organ active, global at most 1, prednisone at most 7.5 mg.
SRI-4: a fall of SLEDAI by 4 points without worsening elsewhere. What a laboratory cannot see (SLEDAI beyond the
kidney, physician's global, BILAG) is taken from recorded scores only, and never imputed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Result
from lnfhir.citation import Citation, Guideline, Parameter
from lnfhir.guideline.sources import ENGINEERING, LNFHIR, SECONDARY
from lnfhir.logic import Evidence, Finding, Known, Truth, all_of, met, none_of, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.sediment import renal_sledai
from lnfhir.measures.steroids import steroid_on
from lnfhir.measures.urine_protein import proteinuria_series
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import CLOSE, Amount, Analyte
from lnfhir.terminology.drug_groups import BIOLOGICS, IMMUNOSUPPRESSANTS

DORIS = Guideline(
    "doris", "DORIS definitions of remission in SLE", 2021, "https://pmc.ncbi.nlm.nih.gov/articles/PMC7719036/"
)
LLDAS = Guideline(
    "lldas", "Lupus low disease activity state", 2016, "https://pmc.ncbi.nlm.nih.gov/articles/PMC7719036/"
)
SRI = Guideline("sri4", "SLE responder index (SRI-4)", 2009)

_DORIS = DORIS.at("table 1", SECONDARY)
_LLDAS = LLDAS.at("table 1", SECONDARY)
_SRI = SRI.at("definition", SECONDARY)
_RECENT = LNFHIR.at("recorded scores", ENGINEERING)
DORIS_PHGA = Parameter("physician's global below which DORIS 2021 is possible (scale 0-3)", 0.5, "points", _DORIS)
DORIS_STEROID = Parameter("highest prednisone-equivalent of DORIS 2021", 5, "mg/d", _DORIS)
LLDAS_SLEDAI = Parameter("highest SLEDAI-2K of LLDAS", 4, "points", _LLDAS)
LLDAS_PHGA = Parameter("highest physician's global of LLDAS (scale 0-3)", 1, "points", _LLDAS)
LLDAS_STEROID = Parameter("highest prednisone-equivalent of LLDAS", 7.5, "mg/d", _LLDAS)
SRI_FALL = Parameter("fall of SLEDAI of a responder", 4, "points", _SRI)
SRI_PHGA_RISE = Parameter("rise of physician's global that is worsening (scale 0-3)", 0.3, "points", _SRI)
SCORE_AGE = Parameter("age at which a recorded score still describes today", 30, "days", _RECENT)


@dataclass(frozen=True, slots=True)
class Index:
    """One index on the day of the chart."""

    key: str
    name: Message
    finding: Finding
    cite: Citation


def activity_indices(chart: Chart, policy: Policy) -> tuple[Index, ...]:
    """Every index; the DORIS version the site chose comes first."""
    doris = {
        "2021": Index("doris-2021", say("DORIS 2021 remission"), doris_2021(chart, policy), _DORIS),
        "2017": Index("doris-2017", say("DORIS 2017 remission off treatment"), doris_2017(chart, policy), _DORIS),
    }
    first = doris.pop(policy.doris)
    return (
        first,
        *doris.values(),
        Index("lldas", say("lupus low disease activity state"), lldas(chart, policy), _LLDAS),
        Index("sri-4", say("SRI-4 response"), sri4(chart), _SRI),
        Index("drug-free", say("drug-free remission"), drug_free_remission(chart, policy), _DORIS),
    )


def _recorded(chart: Chart, analyte: Analyte) -> Result | None:
    """A recorded score of the last 30 days."""
    return chart.latest(analyte, since=chart.as_of - timedelta(days=int(SCORE_AGE.value)))


def _score(chart: Chart, analyte: Analyte, says: Message, need: Message, test: Callable[[Amount], Truth]) -> Finding:
    found = _recorded(chart, analyte)
    if found is None or found.amount is None:
        return unknown(says, need)
    return Known(found.amount, (found.evidence,)).finding(says, test)


def clinical_sledai_is_zero(chart: Chart, policy: Policy) -> Finding:
    """No clinical SLEDAI activity: a recorded total of 0, or refuted by active renal items alone."""
    says = say("clinical SLEDAI is zero")
    renal = renal_sledai(chart, chart.as_of, proteinuria_series(chart, policy))
    if renal.lowest > 0:
        return not_met(says, *renal.evidence)
    need = say("a SLEDAI-2K recorded within 30 days")
    # A total above 0 may be serology only, which does not count: the total then leaves the answer open.
    found = _recorded(chart, Analyte.SLEDAI_2K)
    if found is None or found.amount is None:
        return unknown(says, need)
    if found.amount.at_most(0) is Truth.MET:
        return met(says, found.evidence)
    return unknown(
        says, say("the items of the recorded SLEDAI-2K: serology does not count"), evidence=(found.evidence,)
    )


def _global_below(chart: Chart) -> Finding:
    return _score(
        chart, Analyte.PHGA, say("physician's global assessment is below {limit}", limit=DORIS_PHGA.value),
        say("a physician's global assessment recorded within 30 days"), lambda amount: amount.below(DORIS_PHGA.value),
    )  # fmt: skip


def _steroid_at_most(chart: Chart, limit: Parameter) -> Finding:
    says = say("prednisone-equivalent is at most {limit} mg a day", limit=limit.value)
    return steroid_on(chart, chart.as_of).finding(says, lambda mg: mg <= limit.value * (1 + CLOSE))


def doris_2021(chart: Chart, policy: Policy) -> Finding:
    """Remission on treatment; serology is ignored."""
    return all_of(
        say("remission by DORIS 2021"),
        clinical_sledai_is_zero(chart, policy),
        _global_below(chart),
        _steroid_at_most(chart, DORIS_STEROID),
    )


def doris_2017(chart: Chart, policy: Policy) -> Finding:
    """Complete remission off treatment, serology included; an antimalarial is allowed."""
    return all_of(
        say("complete remission off treatment by DORIS 2017"),
        clinical_sledai_is_zero(chart, policy),
        _score(
            chart, Analyte.PHGA, say("physician's global assessment is at most {limit}", limit=DORIS_PHGA.value),
            say("a physician's global assessment recorded within 30 days"),
            lambda amount: amount.at_most(DORIS_PHGA.value),
        ),
        _score(
            chart, Analyte.SLEDAI_2K, say("SLEDAI-2K with serology is zero"),
            say("a SLEDAI-2K recorded within 30 days"), lambda amount: amount.at_most(0),
        ),
        off_treatment(chart),
    )  # fmt: skip


def off_treatment(chart: Chart) -> Finding:
    """Neither glucocorticoid nor immunosuppressant nor biologic is in use."""
    return none_of(
        say("no glucocorticoid, immunosuppressant or biologic"),
        steroid_on(chart, chart.as_of).finding(say("a glucocorticoid is taken"), lambda mg: mg > 0),
        _taken(chart),
    )


def _taken(chart: Chart) -> Finding:
    says = say("an immunosuppressant or biologic is in use")
    active = [use for use in chart.uses_of(*IMMUNOSUPPRESSANTS, *BIOLOGICS) if use.active]
    if active:
        return met(says, *(use_evidence(use) for use in active))
    if chart.searched(Need.ORDERS, Need.STATEMENTS):
        return not_met(says)
    return unknown(says, say("a complete medication list"))


def lldas(chart: Chart, policy: Policy) -> Finding:
    """Low disease activity; any renal activity excludes it, because the kidney is a major organ."""
    renal = renal_sledai(chart, chart.as_of, proteinuria_series(chart, policy))
    quiet = say("no renal activity by SLEDAI-2K")
    if renal.lowest > 0:
        kidney = not_met(quiet, *renal.evidence)
    elif renal.highest == 0:
        kidney = met(quiet, *renal.evidence)
    else:
        kidney = Finding(quiet, Truth.UNKNOWN, renal.evidence, renal.missing)
    return all_of(
        say("lupus low disease activity state"),
        kidney,
        _score(
            chart, Analyte.SLEDAI_2K, say("SLEDAI-2K is at most {limit}", limit=LLDAS_SLEDAI.value),
            say("a SLEDAI-2K recorded within 30 days"), lambda amount: amount.at_most(LLDAS_SLEDAI.value),
        ),
        no_new_activity(chart),
        _score(
            chart, Analyte.PHGA, say("physician's global assessment is at most {limit}", limit=LLDAS_PHGA.value),
            say("a physician's global assessment recorded within 30 days"),
            lambda amount: amount.at_most(LLDAS_PHGA.value),
        ),
        _steroid_at_most(chart, LLDAS_STEROID),
    )  # fmt: skip


def no_new_activity(chart: Chart) -> Finding:
    """As a clinician stated within 30 days, unless SLEDAI-2K rose since it was last recorded.

    A total that did not rise proves nothing: one item may have come as another went, and haemolytic anaemia and
    gastrointestinal activity are not among its items.
    """
    says = say("no new lupus activity, haemolytic anaemia or gastrointestinal activity")
    scores = [r for r in chart.results_of(Analyte.SLEDAI_2K) if r.amount is not None]
    before = next((r for r in reversed(scores) if r.day < scores[-1].day), None)
    now = _recorded(chart, Analyte.SLEDAI_2K)
    if now is not None and before is not None and _is_higher(now, before):
        return not_met(says, before.evidence, now.evidence)
    stated = _recorded(chart, Analyte.NEW_ACTIVITY)
    if stated is None or stated.positive is None:
        return unknown(says, say("a clinician's statement that there is no new activity outside the kidney"))
    return not_met(says, stated.evidence) if stated.positive else met(says, stated.evidence)


def _is_higher(now: Result, before: Result) -> bool:
    return now.amount is not None and before.amount is not None and now.amount.low > before.amount.high


def sri4(chart: Chart) -> Finding:
    """The last recorded SLEDAI against the first; BILAG is never derived."""
    return all_of(say("SRI-4 response"), _sledai_fell(chart), _global_not_worse(chart), _no_new_bilag())


def _no_new_bilag() -> Finding:
    says = say("no new BILAG A and at most one new BILAG B")
    return unknown(says, say("BILAG by a clinician: it is never derived"))


def _pair(chart: Chart, analyte: Analyte) -> tuple[Amount, Amount, tuple[Evidence, ...]] | None:
    found = [r for r in chart.results_of(analyte) if r.amount is not None]
    if len({r.day for r in found}) < 2 or found[0].amount is None or found[-1].amount is None:
        return None
    return found[0].amount, found[-1].amount, (found[0].evidence, found[-1].evidence)


def _sledai_fell(chart: Chart) -> Finding:
    says = say("SLEDAI fell by at least {points} points", points=SRI_FALL.value)
    pair = _pair(chart, Analyte.SLEDAI_2K)
    if pair is None:
        return unknown(says, say("two recorded SLEDAI-2K scores"))
    before, after, evidence = pair
    return Known(before.low - after.high, evidence).finding(says, lambda fall: fall >= SRI_FALL.value - CLOSE)


def _global_not_worse(chart: Chart) -> Finding:
    says = say("physician's global assessment did not rise by {points} points", points=SRI_PHGA_RISE.value)
    pair = _pair(chart, Analyte.PHGA)
    if pair is None:
        return unknown(says, say("two recorded physician's global assessments"))
    before, after, evidence = pair
    return Known(after.high - before.low, evidence).finding(says, lambda rise: rise < SRI_PHGA_RISE.value - CLOSE)


def drug_free_remission(chart: Chart, policy: Policy) -> Finding:
    """Clinical remission without glucocorticoid, immunosuppressant or biologic; an antimalarial is allowed."""
    return all_of(
        say("drug-free remission"), clinical_sledai_is_zero(chart, policy), _global_below(chart), off_treatment(chart)
    )
