"""
Thrombotic microangiopathy or antiphospholipid nephropathy, as an item of criterion 4.

By diagnosis, by biopsy, or by the laboratory: fragments on the smear, low platelets, a raised LDH and a low
haptoglobin together. One of them alone asks for the others. Excluded by a biopsy, or by negative antiphospholipid
antibodies without haemolysis. Raised and low are what the laboratory says: no source gives limits for LDH or
haptoglobin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.entries import Biopsy, Diagnosis, Result
from lnfhir.citation import Parameter
from lnfhir.guideline.sources import ENGINEERING, LNFHIR, SECONDARY
from lnfhir.logic import Finding, Truth, met, not_met, unknown
from lnfhir.measures.sources import SLEDAI_2K
from lnfhir.message import Message, say
from lnfhir.quantity import Amount, Analyte
from lnfhir.terminology import concepts

_ITEMS = LNFHIR.at("items of criterion 4", ENGINEERING)
BIOPSY_YEAR = Parameter("age at which a biopsy still excludes a cause", 365, "days", _ITEMS)
LOW_PLATELETS = Parameter(
    "platelets below which microangiopathy is asked about", 100, "10*9/L", SLEDAI_2K.at("thrombocytopenia", SECONDARY)
)
SMEAR_DAYS = Parameter("days before low platelets from which a smear speaks of them", 30, "days", _ITEMS)
HAEMOLYSIS_DAYS = Parameter("period over which haemolysis is looked for", 92, "days", _ITEMS)
ANTIPHOSPHOLIPID = (Analyte.APL_LUPUS_ANTICOAGULANT, Analyte.APL_CARDIOLIPIN)
ONLY_READ = say("confirmation of what was only read from the text of the biopsy report")
_SAYS = say("thrombotic microangiopathy or antiphospholipid nephropathy explains the picture")
_BIOPSY = say("a kidney biopsy within 12 months that excludes thrombotic microangiopathy")
_SMEAR = say("a smear for schistocytes")
_LDH = say("LDH with the laboratory's reading (raised or not)")
_HAPTOGLOBIN = say("haptoglobin with the laboratory's reading (low or not)")


def recent_biopsy(chart: Chart, day: date) -> Biopsy | None:
    """The last biopsy of the 12 months before a day, or after it."""
    first = day - timedelta(days=int(BIOPSY_YEAR.value))
    near = [b for b in chart.biopsies if b.day >= first]
    return near[-1] if near else None


def confirmation(diagnosis: Diagnosis) -> Message:
    """What an unconfirmed diagnosis lacks."""
    return say("confirmation of: {diagnosis}", diagnosis=diagnosis.label)


def is_present(result: Result) -> bool:
    """Positive, or more than none."""
    return result.positive is True or (result.amount is not None and result.amount.above(0) is Truth.MET)


@per_chart
def thrombotic_microangiopathy(chart: Chart, day: date) -> Finding:
    """TMA by diagnosis, biopsy or laboratory; antiphospholipid antibodies alone leave it open (R41)."""
    diagnosed = [d for d in chart.diagnosed(concepts.THROMBOTIC_MICROANGIOPATHY) if d.active]
    sure = [d.evidence for d in diagnosed if d.certainty == "confirmed"]
    shown = [b.evidence for b in chart.biopsies if b.tma is True and not b.from_text]
    if sure or shown:
        return met(_SAYS, *sure, *shown)
    signs = _signs(chart, day)
    recent = recent_biopsy(chart, day)
    if recent is not None and not recent.from_text and recent.tma is False:
        if signs.complete and any(r.day > recent.day for r in signs.found):
            return met(_SAYS, *(r.evidence for r in signs.found))
        return not_met(_SAYS, recent.evidence)
    if signs.complete:
        return met(_SAYS, *(r.evidence for r in signs.found))
    read = [b.evidence for b in chart.biopsies if b.tma is True]
    if diagnosed or read:
        needs = [*(confirmation(d) for d in diagnosed), *([ONLY_READ] if read else [])]
        return unknown(_SAYS, *needs, evidence=(*(d.evidence for d in diagnosed), *read))
    return _by_laboratory(chart, signs)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the laboratory says near a day; None where it says nothing.

    `smear` is the smear that speaks of the platelets, `platelets` only low ones, `ldh` and `haptoglobin` only those
    that the laboratory called raised, low or normal.
    """

    smear: Result | None
    platelets: Result | None
    ldh: Result | None
    haptoglobin: Result | None

    @property
    def fragments(self) -> bool:
        return self.smear is not None and is_present(self.smear)

    @property
    def haemolysis(self) -> tuple[Result, ...]:
        """A raised LDH, a low haptoglobin."""
        wanted = ((self.ldh, "high"), (self.haptoglobin, "low"))
        return tuple(r for r, flag in wanted if r is not None and r.flag == flag)

    @property
    def found(self) -> tuple[Result, ...]:
        shown = (self.smear if self.fragments else None, self.platelets, *self.haemolysis)
        return tuple(r for r in shown if r is not None)

    @property
    def complete(self) -> bool:
        """Fragments, low platelets, a raised LDH and a low haptoglobin."""
        return self.fragments and self.platelets is not None and len(self.haemolysis) == 2

    @property
    def no_haemolysis(self) -> tuple[Result, ...]:
        """What excludes it, if nothing shows it: no fragments, or an LDH or haptoglobin without a sign of it."""
        clean = (self.smear, self.ldh, self.haptoglobin)
        return () if self.fragments or self.haemolysis else tuple(r for r in clean if r is not None)

    def lacking(self) -> tuple[Message, ...]:
        """The signs of which nothing is known."""
        asked = ((self.smear, _SMEAR), (self.ldh, _LDH), (self.haptoglobin, _HAPTOGLOBIN))
        return tuple(need for result, need in asked if result is None)


def _signs(chart: Chart, day: date) -> _Signs:
    since = day - timedelta(days=int(HAEMOLYSIS_DAYS.value))
    smear, platelets = chart.latest(Analyte.SCHISTOCYTES, since), chart.latest(Analyte.PLATELETS, since)
    if platelets is not None and (platelets.amount is None or not _is_low(platelets.amount)):
        platelets = None
    too_old = timedelta(days=int(SMEAR_DAYS.value))
    if smear is not None and platelets is not None and smear.day < platelets.day - too_old and not is_present(smear):
        smear = None
    return _Signs(smear, platelets, _flagged(chart, Analyte.LDH, since), _flagged(chart, Analyte.HAPTOGLOBIN, since))


def _is_low(platelets: Amount) -> bool:
    return platelets.below(LOW_PLATELETS.value) is Truth.MET


def _flagged(chart: Chart, analyte: Analyte, since: date) -> Result | None:
    last = chart.latest(analyte, since)
    return last if last is not None and last.flag else None


def _by_laboratory(chart: Chart, signs: _Signs) -> Finding:
    antibodies = {a: chart.latest(a) for a in ANTIPHOSPHOLIPID}
    positive = [r.evidence for r in antibodies.values() if r is not None and r.positive]
    syndrome = [d.evidence for d in chart.diagnosed(concepts.ANTIPHOSPHOLIPID_SYNDROME)]
    lysis = [r.evidence for r in signs.found if r is not signs.platelets]
    if positive or syndrome or lysis:
        low = [signs.platelets.evidence] if signs.platelets is not None else []
        needs = (_BIOPSY, *(signs.lacking() if lysis else ()))
        return unknown(_SAYS, *needs, evidence=(*positive, *syndrome, *lysis, *low))
    if signs.platelets is not None and signs.smear is None:
        need = say("a smear for schistocytes: platelets are low")
        return unknown(_SAYS, need, evidence=(signs.platelets.evidence,))
    absent = [r.evidence for r in antibodies.values() if r is not None and r.positive is False]
    if len(absent) < len(ANTIPHOSPHOLIPID):
        return unknown(_SAYS, say("antiphospholipid antibodies, or a kidney biopsy within 12 months"))
    if not signs.no_haemolysis:
        return unknown(_SAYS, say("LDH, haptoglobin or a smear within 3 months, to exclude haemolysis"))
    return not_met(_SAYS, *absent, *(r.evidence for r in signs.no_haemolysis))
