"""Each of the 36 faults of servers, stores and processes is met by a test, or it is said why it is none of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.architecture.files import ROOT

_UPSTREAM = "tests/faults/upstream/test_upstream.py::"
_FAILS = _UPSTREAM + "test_a_search_that_fails_is_said_and_never_counts_as_nothing_found"
_TLS = "tests/faults/upstream/test_tls.py::"
_ISSUER = "tests/faults/upstream/test_issuer.py::"
_WRITER = "tests/unit/store/test_writer.py::"
_STORE = "tests/unit/store/"
_SERVER = "tests/unit/cds_hooks/test_server_limits.py::"

MET_BY: Mapping[int, tuple[str, ...]] = {
    1: (
        _UPSTREAM + "test_a_server_that_is_not_there",
        "tests/unit/cds_hooks/test_breaker.py::test_a_server_that_is_down_is_left_alone_and_the_answer_says_so",
    ),
    2: (
        _UPSTREAM + "test_bytes_that_are_no_answer",
        _TLS + "test_a_server_that_never_ends_its_greeting_is_left_at_the_deadline",
    ),
    3: (_FAILS,),
    4: (_FAILS,),
    5: (_FAILS,),
    6: (_FAILS,),
    7: (
        _UPSTREAM + "test_without_the_patient_it_is_412",
        "tests/unit/cds_hooks/test_expired_pages.py::test_pages_that_expired_are_thrown_away_and_searched_anew_once",
    ),
    8: (_FAILS,),
    9: (_FAILS, _UPSTREAM + "test_a_server_that_recovers_is_believed"),
    10: (_FAILS,),
    11: (_FAILS, _UPSTREAM + "test_bytes_that_are_no_answer"),
    12: (_FAILS,),
    13: (_FAILS,),
    14: (_FAILS,),
    15: (_FAILS,),
    16: (_FAILS,),
    17: (_UPSTREAM + "test_what_comes_twice_counts_once",),
    18: (_UPSTREAM + "test_a_server_that_ignores_the_codes_brings_nothing_twice",),
    19: (_UPSTREAM + "test_a_server_that_ignores_the_patient_is_not_believed",),
    20: (
        _TLS + "test_a_certificate_that_proves_nothing_gets_no_token",
        _TLS + "test_a_server_that_speaks_no_tls_is_not_asked_without",
    ),
    21: (_UPSTREAM + "test_a_proxy_of_the_environment_is_not_used",),
    22: (
        _ISSUER + "test_known_keys_outlive_an_outage_of_a_day_and_no_longer",
        _ISSUER + "test_keys_that_could_not_be_renewed_are_a_figure",
    ),
    23: (_ISSUER + "test_without_any_key_nobody_is_let_in_and_the_service_is_not_ready",),
    24: (_ISSUER + "test_a_rotated_key_costs_one_question_and_no_outage",),
    25: (
        _ISSUER + "test_a_clock_that_jumps_ends_no_call",
        "tests/faults/bad_inputs/test_tokens.py::test_a_clock_may_be_a_minute_wrong_and_not_ten",
    ),
    26: (
        _WRITER + "test_a_store_that_is_locked_is_waited_for_and_then_given_up",
        _STORE + "test_keeping.py::test_what_cannot_be_written_in_time_is_no_promise",
    ),
    27: (_WRITER + "test_a_full_disk_is_told_and_what_was_written_stays",),
    28: (
        _STORE + "test_service.py::test_without_a_store_cards_are_served_and_feedback_is_not_acknowledged",
        _STORE + "test_audit.py::test_where_the_audit_must_not_fail_nothing_is_said_or_fetched_without_it",
    ),
    29: (
        _WRITER + "test_a_file_that_is_deleted_under_the_service_is_made_anew",
        _WRITER + "test_a_file_that_is_no_database_is_told",
    ),
    30: (_STORE + "test_kill.py::test_a_database_that_crashes_is_told_and_comes_back",),
    31: (
        _STORE + "test_kill.py::test_every_acknowledged_write_survives_kill_9",
        _STORE + "test_service.py::test_acknowledged_feedback_is_in_the_report_after_kill_9",
    ),
    32: (
        _STORE + "test_schema.py::test_an_upgrade_that_fails_halfway_leaves_nothing",
        _STORE + "test_schema.py::test_an_older_schema_is_upgraded_with_what_is_in_it",
    ),
    33: (_SERVER + "test_a_service_that_is_told_to_stop_answers_what_is_under_way",),
    34: (
        _SERVER + "test_a_worker_that_is_killed_is_replaced",
        "tests/unit/cds_hooks/test_app.py::test_a_bug_is_a_500_with_an_incident_and_never_an_empty_answer",
    ),
    35: (_SERVER + "test_without_free_descriptors_nobody_new_is_served_and_afterwards_everybody",),
}

NOT_OURS: Mapping[int, str] = {
    36: "a population run whose worker dies: the service judges one patient a call",
}


def test_every_fault_is_met_or_explained() -> None:
    assert sorted([*MET_BY, *NOT_OURS]) == list(range(1, 37))
    assert all(": " in reason for reason in NOT_OURS.values())


def test_the_tests_named_exist() -> None:
    for named in (name for names in MET_BY.values() for name in names):
        path, _, name = named.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), named
