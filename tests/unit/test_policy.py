"""The choices of a site: checked, frozen, echoed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lnfhir.errors import KnowledgeError
from lnfhir.policy import Policy, as_settings, policy_from


def test_without_settings_the_defaults_of_the_reference_hold() -> None:
    policy = policy_from({})
    assert policy == Policy()
    assert policy.refractory_profile == "ding2025"
    assert policy.response_profile == "kdigo2024"
    assert (policy.k_no_start, policy.k_stop, policy.ras_threshold) == (5.0, 6.0, 0.5)
    assert (policy.bp_target_systolic, policy.bp_target_diastolic) == (130, 80)
    assert (policy.hcq_egfr30_reduction, policy.hcq_cap_mg, policy.hcq_tolerance) == (0.25, 400.0, 0.0)
    assert (policy.crr_extension_months, policy.min_failed_courses, policy.mmf_min) == (6, 1, 2.0)


def test_settings_replace_defaults_and_whole_numbers_are_numbers() -> None:
    policy = policy_from({"mmf_min": 2, "hcq_cap_mg": 400, "function_tol": 0.2, "gc_mode": "pulse_or_mgkg"})
    assert (policy.mmf_min, policy.function_tol, policy.gc_mode) == (2.0, 0.2, "pulse_or_mgkg")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"mmf_minimum": 2.0}, "mmf_minimum"),
        ({"refractory_profile": "deng2017"}, "deng2017"),
        ({"response_profile": None}, "response_profile"),
        ({"mmf_min": 3.0}, "mmf_min"),
        ({"mmf_min": "2.0"}, "mmf_min"),
        ({"hcq_egfr30_reduction": 25}, "hcq_egfr30_reduction"),
        ({"ras_threshold": 500}, "ras_threshold"),
        ({"k_no_start": 6.5}, "k_no_start"),
        ({"k_stop": 60}, "k_stop"),
        ({"k_stop": float("nan")}, "k_stop"),
        ({"hcq_cap_mg": 4000}, "hcq_cap_mg"),
        ({"hcq_tolerance": -0.1}, "hcq_tolerance"),
        ({"gc_tol": 10}, "gc_tol"),
        ({"function_tol": 15}, "function_tol"),
        ({"function_tol": 0}, "function_tol"),
        ({"min_months_since_induction": -1}, "min_months_since_induction"),
        ({"require_biopsy": 1}, "require_biopsy"),
        ({"crr_extension_months": 18}, "crr_extension_months"),
        ({"sglt2_policy": "on"}, "on"),
    ],
)
def test_a_faulty_setting_stops_the_program_and_is_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(KnowledgeError, match=named):
        policy_from(settings)


def test_a_slip_in_code_is_refused_like_one_in_a_file() -> None:
    with pytest.raises(ValueError, match="k_stop"):
        Policy(k_stop=0.6)


def test_the_echo_of_a_policy_makes_the_same_policy() -> None:
    policy = policy_from({"mmf_min": 1.5, "is_duration_months": 60, "region": "CN"})
    echoed = json.loads(json.dumps(as_settings(policy)))
    assert policy_from(echoed) == policy
    assert set(echoed) == set(Policy.__struct_fields__)


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Policy().mmf_min = 1.5  # type: ignore[misc]
