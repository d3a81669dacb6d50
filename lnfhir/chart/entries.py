"""The entries of a chart. Each keeps the reference of the resource it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from msgspec import Struct

from lnfhir.chart.other_kidney_disease import NO_DOUBTS, Doubts
from lnfhir.logic import Evidence
from lnfhir.message import Message, say
from lnfhir.quantity import Amount, Analyte

_PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Person:
    """The patient. `sex` is `female`, `male` or None; `birth` the day of birth when known to the day."""

    id: str
    sex: str | None = None
    birth: date | None = None
    deceased: bool = False
    name: str = ""


class Result(Struct, frozen=True):
    """One measurement in its canonical unit, with the value and unit as they were sent.

    `collection` is `24h`, `spot` or ``; `code` the LOINC code that recognised it, `` if by text.
    `positive` is the answer of a qualitative test (hCG, lupus anticoagulant), None for a number.
    `flag` is the laboratory's reading, `high`, `low` or `normal`; `` where it says nothing, and where no rule asks.
    `computed_from` names the results a ratio was computed from here, where the laboratory sent none.
    `upper_limit` is the laboratory's upper limit of normal, in the unit of `amount`; read for ALT only.
    """

    analyte: Analyte
    day: date
    order: datetime
    reference: str
    amount: Amount | None = None
    positive: bool | None = None
    sent_value: str = ""
    sent_unit: str = ""
    collection: str = ""
    code: str = ""
    computed_from: tuple[str, ...] = ()
    flag: str = ""
    upper_limit: float | None = None

    @property
    def evidence(self) -> Evidence:
        """This result as a reason."""
        value = str(self.amount) if self.amount is not None else ("positive" if self.positive else "negative")
        unit = self.analyte.unit if self.amount is not None else ""
        label = LABEL[self.analyte] + (" (computed)" if self.computed_from else "")
        return Evidence(self.reference, label, value, unit, self.day, self._as_sent())

    def _as_sent(self) -> str:
        """`68 µmol/L`, where another number in another unit was sent than the one that is used."""
        if self.amount is None or not self.amount.exact or not self.sent_unit or self.computed_from:
            return ""
        sent = self.sent_value.strip()
        if not _PLAIN_NUMBER.fullmatch(sent) or float(sent) == self.amount.low:
            return ""
        return f"{sent} {self.sent_unit.replace('umol', 'µmol')}"


LABEL: dict[Analyte, str] = {
    Analyte.UPCR: "UPCR",
    Analyte.UTP: "urine protein",
    Analyte.UACR: "UACR",
    Analyte.CREATININE: "serum creatinine",
    Analyte.EGFR: "eGFR (reported)",
    Analyte.ALBUMIN: "serum albumin",
    Analyte.POTASSIUM: "potassium",
    Analyte.HBA1C: "HbA1c",
    Analyte.C3: "C3",
    Analyte.C4: "C4",
    Analyte.ANTI_DSDNA: "anti-dsDNA",
    Analyte.WEIGHT: "weight",
    Analyte.HEIGHT: "height",
    Analyte.BMI: "BMI",
    Analyte.SYSTOLIC: "systolic BP",
    Analyte.DIASTOLIC: "diastolic BP",
    Analyte.URINE_RBC: "urine RBC",
    Analyte.URINE_WBC: "urine WBC",
    Analyte.RBC_CASTS: "RBC casts",
    Analyte.HCG: "hCG",
    Analyte.APL_LUPUS_ANTICOAGULANT: "lupus anticoagulant",
    Analyte.APL_CARDIOLIPIN: "anticardiolipin",
    Analyte.LDH: "LDH",
    Analyte.HAPTOGLOBIN: "haptoglobin",
    Analyte.PLATELETS: "platelets",
    Analyte.SCHISTOCYTES: "schistocytes",
    Analyte.URINE_PROTEIN: "urine protein concentration",
    Analyte.URINE_CREATININE: "urine creatinine",
    Analyte.CH50: "CH50",
    Analyte.GRANULAR_CASTS: "granular casts",
    Analyte.HAEMOGLOBIN: "haemoglobin",
    Analyte.WBC: "white blood cells",
    Analyte.NEUTROPHILS: "neutrophils",
    Analyte.CD19: "CD19 B cells",
    Analyte.IGG: "IgG",
    Analyte.HBSAG: "HBsAg",
    Analyte.ANTI_HBC: "anti-HBc",
    Analyte.ANTI_HBS: "anti-HBs",
    Analyte.HBV_DNA: "HBV DNA",
    Analyte.ANTI_HCV: "anti-HCV",
    Analyte.ALT: "ALT",
    Analyte.AST: "AST",
    Analyte.VITAMIN_D: "25-OH vitamin D",
    Analyte.TACROLIMUS_LEVEL: "tacrolimus level",
    Analyte.MPA_LEVEL: "mycophenolic acid level",
    Analyte.TPMT: "TPMT activity",
    Analyte.TPMT_NUDT15_GENOTYPE: "TPMT/NUDT15 genotype",
    Analyte.SLEDAI_2K: "SLEDAI-2K",
    Analyte.PHGA: "physician global assessment",
    Analyte.BILAG_RENAL: "renal BILAG",
    Analyte.NEW_ACTIVITY: "new lupus activity",
    Analyte.NIH_ACTIVITY: "NIH activity index",
    Analyte.NIH_CHRONICITY: "NIH chronicity index",
    Analyte.ISN_RPS_CLASS: "ISN/RPS class",
}


class Record(Enum):
    """What kind of record a drug use was read from."""

    ORDER = "order"
    ADMINISTRATION = "administration"
    DISPENSE = "dispense"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class DrugUse:
    """One drug over a span of days, from one resource.

    `drug` is an ingredient key of `lnfhir.terminology.drugs` (`prednisone`, `mycophenolate-mofetil`, ...).
    `mg_per_day` is the daily dose, averaged where doses lie at most a week apart; None when it cannot be
    computed (`dose_problem` says why) and for intermittent infusions, which have `mg_per_dose`, the single dose,
    and `interval_days`, the days between doses (0.5 for twice a day). A single administration has both.
    `mg_per_kg_per_day` is a dose ordered by weight, which is then not in mg.
    An order without an end is open: `end` None and `active` True; when it has ended on an unknown day, `end` is
    None and `active` False. `route` is `oral`, `iv`, `im`, `sc`, `other` (not systemic) or `unknown`.
    `stopped_for` is `intolerance`, `non-response` or ``. `dose_from_text` when words gave the dose or frequency.
    `on_hold` when the order or statement is suspended.
    """

    drug: str
    record: Record
    start: date | None
    end: date | None
    reference: str
    active: bool = False
    mg_per_day: float | None = None
    mg_per_dose: float | None = None
    interval_days: float | None = None
    mg_per_kg_per_day: float | None = None
    dose_problem: Message | None = None
    dose_from_text: bool = False
    route: str = "unknown"
    as_needed: bool = False
    days_supply: float | None = None
    stopped_for: str = ""
    display: str = ""
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A condition. `concepts` are value set keys of `lnfhir.terminology` that its codes belong to.

    `certainty` is `confirmed`, `unconfirmed` (provisional, differential, unconfirmed) or `refuted`.
    A missing verificationStatus counts as confirmed. `from_text` when only the text was recognised.
    `start` is the day of onset or else of recording, None when neither is known to the day; `end` that of
    abatement. `active` is False when the clinical status or an abatement says so.
    """

    concepts: frozenset[str]
    certainty: str
    active: bool
    start: date | None
    end: date | None
    reference: str
    label: str
    from_text: bool = False

    @property
    def evidence(self) -> Evidence:
        """This diagnosis as a reason."""
        return Evidence(self.reference, self.label, when=self.start)


@dataclass(frozen=True, slots=True)
class Biopsy:
    """A kidney biopsy's findings. `classes` are ISN/RPS classes (`II`..`VI`), empty when not coded.

    `tma`, `sclerosis` and `active_lesions` are None when the report does not say. `from_text` when the
    class was mined from free text (unverified). `markers` are words of the text for lesions that went with refractory
    disease (`cellular crescents`, `wire loops`, ...); no rule decides on them. `other_disease` is one that a conclusion
    code names; `nephritis_concluded` when such a code names lupus nephritis; `text` what the words name besides.
    """

    day: date
    reference: str
    classes: frozenset[str] = frozenset()
    activity_index: float | None = None
    chronicity_index: float | None = None
    tma: bool | None = None
    sclerosis: bool | None = None
    active_lesions: bool | None = None
    other_disease: str = ""
    from_text: bool = False
    markers: frozenset[str] = frozenset()
    nephritis_concluded: bool = False
    text: Doubts = NO_DOUBTS

    @property
    def shows_nephritis(self) -> bool:
        """A class, or a conclusion that names lupus nephritis."""
        return bool(self.classes) or self.nephritis_concluded

    @property
    def shows_only_another(self) -> bool:
        """The conclusion codes name another disease, and nothing names lupus nephritis."""
        return bool(self.other_disease) and not self.shows_nephritis

    @property
    def others_in_text(self) -> tuple[Message, ...]:
        """The other diseases that only the text names; with lupus nephritis shown, not those that may be it."""
        return self.text.others if self.shows_nephritis else self.text.others + self.text.alike

    @property
    def doubts(self) -> tuple[Message, ...]:
        """What the text says against lupus nephritis, where nothing shows it: one need for each."""
        if self.shows_nephritis or self.other_disease:
            return ()
        needs = [
            say("whether the biopsy of {day} shows lupus nephritis: its text names {disease}",
                day=self.day, disease=name)
            for name in self.others_in_text
        ]  # fmt: skip
        if self.text.denied:
            needs.append(say("whether the biopsy of {day} shows lupus nephritis: its text denies it", day=self.day))
        if self.text.inadequate:
            needs.append(
                say("whether the biopsy of {day} shows lupus nephritis: the sample was inadequate", day=self.day)
            )
        return tuple(needs)

    @property
    def evidence(self) -> Evidence:
        """This biopsy as a reason."""
        if not self.classes:
            return Evidence(self.reference, "kidney biopsy, class not coded", when=self.day)
        return Evidence(self.reference, "kidney biopsy, class", "+".join(sorted(self.classes)), when=self.day)


@dataclass(frozen=True, slots=True)
class ProcedureDone:
    """A procedure that was done or is `ongoing`; `day` is its start, `end` the last day of a longer one."""

    concepts: frozenset[str]
    day: date | None
    reference: str
    label: str
    end: date | None = None
    ongoing: bool = False

    @property
    def evidence(self) -> Evidence:
        """This procedure as a reason."""
        return Evidence(self.reference, self.label, when=self.day)


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """A procedure or examination that was ordered; `active` until it is completed or revoked."""

    concepts: frozenset[str]
    day: date | None
    reference: str
    label: str
    active: bool

    @property
    def evidence(self) -> Evidence:
        """This order as a reason."""
        return Evidence(self.reference, self.label, when=self.day)


@dataclass(frozen=True, slots=True)
class Allergy:
    """An active allergy or intolerance to a drug (ingredient key) or a recognised concept."""

    drugs: frozenset[str]
    concepts: frozenset[str]
    reference: str
    label: str

    @property
    def evidence(self) -> Evidence:
        """This allergy as a reason."""
        return Evidence(self.reference, self.label)
