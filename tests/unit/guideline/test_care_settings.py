"""The numbers that the clinical pages print for a site's settings are the settings' defaults."""

from __future__ import annotations

from lnfhir.guideline import blood_pressure, hydroxychloroquine_ceiling, ras_blockade, ras_follow_up
from lnfhir.policy import Policy


def test_the_printed_numbers_are_the_defaults_of_the_settings() -> None:
    site = Policy()
    assert hydroxychloroquine_ceiling.CAP.value == site.hcq_cap_mg
    assert hydroxychloroquine_ceiling.REDUCTION.value == site.hcq_egfr30_reduction
    assert ras_blockade.UPCR_TO_START.value == site.ras_threshold
    assert ras_blockade.K_NO_START.value == site.k_no_start
    assert ras_follow_up.K_STOP.value == site.k_stop
    assert blood_pressure.TARGET_SYSTOLIC.value == site.bp_target_systolic
    assert blood_pressure.TARGET_DIASTOLIC.value == site.bp_target_diastolic
