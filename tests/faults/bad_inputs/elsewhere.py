"""Bad inputs that are sent by a test of their own, and those that cannot reach this service, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping

_HERE = "tests/faults/bad_inputs"
_UNIT = "tests/unit"
_UPSTREAM = "tests/faults/upstream/test_upstream.py::test_no_other_server_is_asked"

SENT_BY: Mapping[int, str] = {
    14: f"{_HERE}/test_http.py::test_who_sends_a_byte_now_and_then_is_left_and_others_are_served",
    18: f"{_HERE}/test_http.py::test_a_thousand_requests_on_one_line_are_answered_in_turn_or_cut_off",
    19: f"{_HERE}/test_tokens.py::test_a_name_that_a_proxy_claims_changes_no_audience",
    20: f"{_HERE}/test_http.py::test_an_unknown_origin_gets_no_leave",
    21: f"{_UNIT}/cds_hooks/test_limits.py::test_more_than_are_taken_at_once_are_told_to_come_back_and_probes_are_not",
    22: f"{_UNIT}/cds_hooks/test_limits.py::test_work_is_cancelled_when_the_client_leaves",
    45: f"{_UNIT}/cds_hooks/test_keys.py::test_strangers_do_not_make_it_knock_at_every_call",
    55: f"{_UNIT}/cds_hooks/test_keys.py::test_other_keys_are_left_out",
    56: f"{_UNIT}/cds_hooks/test_keys.py::test_what_is_no_key_set_is_refused",
    84: f"{_UNIT}/terminology/test_observations.py::test_a_code_and_a_name_that_disagree_are_both_refused",
    90: f"{_HERE}/test_records.py::test_an_odd_patient_is_judged_as_far_as_possible",
    93: f"{_UNIT}/measures/test_steroids.py::test_equivalents_of_prednisone",
    98: f"{_HERE}/test_records.py::test_ten_thousand_observations_are_answered",
    99: f"{_HERE}/test_records.py::test_a_single_creatinine_is_never_stable",
    100: f"{_HERE}/test_records.py::test_results_of_long_ago_say_nothing_of_today",
    105: _UPSTREAM,
    106: _UPSTREAM,
    108: _UPSTREAM,
    109: f"{_HERE}/test_output.py::test_what_people_wrote_is_no_markup_in_a_card",
    110: f"{_HERE}/test_output.py::test_what_people_wrote_is_no_markup_in_a_card",
    111: f"{_HERE}/test_output.py::test_no_log_and_no_figure_repeats_a_word_of_a_call",
    112: f"{_HERE}/test_output.py::test_no_log_and_no_figure_repeats_a_word_of_a_call",
    115: f"{_HERE}/test_http.py::test_a_page_may_not_be_framed",
    119: f"{_UNIT}/cds_hooks/test_config.py::test_a_mistake_is_fatal_and_named",
    120: f"{_UNIT}/test_citation.py::test_an_incomplete_parameter_stops_the_program",
    121: f"{_UNIT}/cds_hooks/test_code_map.py::test_a_map_with_a_code_of_two_meanings_is_fatal",
    122: f"{_UNIT}/test_languages.py::test_every_sentence_of_the_source_is_translated",
}
"""The test that sends each."""

NOT_OURS: Mapping[int, str] = {
    104: "a name server that changes its answer: servers are agreed by name, no number is ever checked beforehand",
    113: "a spreadsheet's formula: the service writes no spreadsheet",
    114: "a page opened without its launch: the service has no page about a patient",
    117: "lines of bulk data: they reach the commands, not the service",
    118: "file names of a bulk manifest: the service opens no file that a client names",
}
"""Why each cannot reach the service."""
