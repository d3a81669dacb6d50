"""The choices a site makes where the sources disagree, as one frozen value.

The comments name the disagreement (G1..G26, docs/clinical/disagreements.md) that each choice settles. The caller
reads the file; this module only checks the values. Everything here is echoed in every report, so that a
verdict can be reproduced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from lnfhir.errors import KnowledgeError

RefractoryProfile = Literal[
    "ding2025", "kdigo2024", "acr2024", "eular2019", "eular2025", "acr2012_seed", "arora2022", "roccatello2023"
]
ResponseProfile = Literal["kdigo2024", "acr2024", "eular2019", "eular2025"]

_CHOICES: dict[str, tuple[float, ...]] = {
    "mmf_min": (1.5, 2.0),
    "hcq_egfr30_reduction": (0.25, 0.5),
    "ras_threshold": (0.5, 0.15, 0.0),
    "k_no_start": (5.0, 5.5),
}
_RANGES: dict[str, tuple[float, float]] = {
    "gc_tol": (0.0, 0.5),
    "function_tol": (0.05, 0.5),
    "hcq_tolerance": (0.0, 0.5),
    "hcq_cap_mg": (200.0, 600.0),
    "k_stop": (5.5, 7.0),
    "min_months_since_induction": (0.0, 24.0),
}
"""Bounds against a slip of unit or of the decimal point, not clinical advice."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Defaults are those of docs/clinical/disagreements.md and rulings.md."""

    # Which profile leads; every other one is computed and shown beside it (G1, G2, G3, G6, G9).
    refractory_profile: RefractoryProfile = "ding2025"
    response_profile: ResponseProfile = "kdigo2024"

    # C1, definite lupus nephritis.
    require_biopsy: bool = True
    accept_text_class: bool = False
    class_ii_counts: bool = False

    # C2, standard induction (G8, G10, G11). None: what the profile says.
    gc_mode: Literal["strict_seed", "pulse_or_mgkg", "guideline"] | None = None
    gc_tol: float = 0.0
    cap_counts_as_1mgkg: bool = False
    gc_cap_mg: Literal[60, 80] = 60
    mmf_min: float = 2.0
    adherence_unknown: Literal["undetermined", "assume_met"] = "undetermined"

    # C3, treatment failure (G1, G2, G4, G5, G7, G12, G13).
    min_failed_courses: Literal[1, 2] = 1
    crr_extension_months: Literal[0, 6, 12] = 6
    extend_prr: bool = False
    latch_6mo: Literal["until_PRR", "until_CRR"] = "until_PRR"
    acr_prr_month: Literal[6, 12] = 6
    eular_nephrotic_month: Literal[18, 24] = 18
    function_tol: float | None = None
    function_metric: Literal["egfr", "creatinine"] = "egfr"
    baseline_function: Literal["T0", "pre_flare", "best_prior_12mo"] = "T0"
    assessment_gap_days: Literal[14, 30] = 30
    confirm_values: Literal[1, 2] = 1
    require_24h_for_verdict: bool = False
    molar_threshold_mode: Literal["exact", "printed"] = "exact"
    addon_is_new_course: bool = False

    # Estimated GFR of the young (G26): CKD-EPI never under 18, this is for 18 to 25.
    young_adult_egfr: Literal["ckd-epi", "u25"] = "ckd-epi"

    # Hydroxychloroquine (G14, G15).
    hcq_egfr30_reduction: float = 0.25
    hcq_tolerance: float = 0.0
    hcq_cap_mg: float = 400.0
    hcq_obese_weight: Literal["actual", "ideal"] = "actual"
    hcq_screen_bmi35: bool = False

    # Renin-angiotensin blockade, potassium and blood pressure (G17).
    ras_threshold: float = 0.5
    k_no_start: float = 5.0
    k_stop: float = 6.0
    bp_target_systolic: Literal[120, 130] = 130
    bp_target_diastolic: Literal[80] = 80

    # SGLT2 inhibitors (G16).
    sglt2_policy: Literal["suggest_with_label_warning", "info_only", "only_if_T2D_or_HF", "off"] = (
        "suggest_with_label_warning"
    )
    min_months_since_induction: float = 3.0

    # Glucocorticoid target (G18), duration of immunosuppression (G21), remission index (G25).
    gc_target: Literal["acr2024", "eular2019", "eular2023"] = "acr2024"
    is_duration_months: Literal[36, 60] = 36
    doris: Literal["2021", "2017"] = "2021"

    # Escalation: whose order, and whether an add-on comes before a swap (G19, G20, G22, G23).
    escalation_order: Literal["kdigo2024", "acr2024", "eular2025"] = "kdigo2024"
    addon_before_swap: bool = True
    region: Literal["US", "EU", "CN", "any"] = "any"

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"`{name}` must be one of {', '.join(map(str, allowed))}")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"`{name}` must lie between {low:g} and {high:g}")


def policy_from(values: Mapping[str, Any]) -> Policy:
    """Check and freeze settings read from a `[policy]` table; KnowledgeError names the faulty one."""
    try:
        return msgspec.convert(values, Policy)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"policy: {error}") from error


def as_settings(policy: Policy) -> dict[str, Any]:
    """The policy as plain values, as echoed in reports."""
    return dict(msgspec.to_builtins(policy))
