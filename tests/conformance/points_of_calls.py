"""Points 1 to 23: transport, discovery, prefetch and the call."""

from __future__ import annotations

from tests.conformance.point import BAD, CLIENT, DOOR, DUTIES, FURTHER, MAY, SHALL, SHOULD, UPSTREAM, Point

POINTS = (
    Point(
        1,
        SHALL,
        "JSON alone is spoken, over HTTPS in production",
        (
            DUTIES + "test_data_is_exchanged_as_json",
            DOOR + "test_config.py::test_only_a_service_behind_https_demands_https",
        ),
    ),
    Point(
        2, SHALL, "nothing is null or empty, except cards and services", (DUTIES + "test_no_element_is_null_or_empty",)
    ),
    Point(
        3,
        SHALL,
        "an answer is 200 with an object of type application/json",
        (
            DUTIES + "test_data_is_exchanged_as_json",
            DUTIES + "test_success_is_200_with_cards",
        ),
    ),
    Point(
        4, SHOULD, "an answer takes about half a second", (FURTHER + "test_waiting_for_others_leaves_time_to_answer",)
    ),
    Point(5, SHALL, "discovery is always there, by GET", (DUTIES + "test_discovery_is_always_there",)),
    Point(
        6,
        SHALL,
        "a service has hook, id and description",
        (
            DUTIES + "test_discovery_is_an_object_with_a_list_of_services",
            DUTIES + "test_a_service_is_described",
        ),
    ),
    Point(
        7,
        MAY,
        "one id for several hooks, to renew earlier guidance",
        (DUTIES + "test_the_id_is_the_last_part_of_the_address",),
        "Not used: each service has an id of its own, because clients in use confuse services that share one.",
    ),
    Point(8, MAY, "the versions of the specification and of the hook (3.0)", (FURTHER + "test_versions_are_told",)),
    Point(
        9,
        CLIENT,
        "discovery is called with a token too",
        (DOOR + "test_app_security.py::test_a_known_client_discovers_and_calls",),
    ),
    Point(
        10, SHALL, "a prefetch template is a relative read or search", (DUTIES + "test_prefetch_is_templates_by_key",)
    ),
    Point(
        11,
        SHALL,
        "its tokens are root fields of the context",
        (DUTIES + "test_tokens_are_root_fields_of_the_context",),
    ),
    Point(
        12,
        SHOULD,
        "templates keep to the recommended part of search",
        (DUTIES + "test_templates_keep_to_the_recommended_subset",),
    ),
    Point(
        13,
        SHALL,
        "sorting is FHIR's `_sort`, not the specification's own wrong example",
        (FURTHER + "test_templates_sort_as_fhir_does",),
    ),
    Point(
        14,
        CLIENT,
        "any keys may be honoured, answers may come in pages, failures as outcomes",
        (
            BAD + "test_envelope.py::test_a_bad_input_has_its_answer",
            DOOR + "test_fetch.py::test_all_pages_are_one_answer",
        ),
    ),
    Point(15, SHALL, "a key has six states, and unknown is never none", (FURTHER + "test_a_key_has_six_states",)),
    Point(
        16,
        SHALL,
        "outcomes are noticed; 412 where required data cannot be had",
        (
            DUTIES + "test_412_when_required_data_cannot_be_had",
            DUTIES + "test_an_operation_outcome_is_noticed",
        ),
    ),
    Point(
        17,
        MAY,
        "richer tokens (3.0, trial use)",
        (DUTIES + "test_tokens_are_root_fields_of_the_context",),
        "Not used: clients of 2.0 cannot resolve them.",
    ),
    Point(
        18,
        SHALL,
        "a call has hook, hookInstance and context; fhirServer beside fhirAuthorization",
        (DOOR + "test_request.py::test_every_fault_is_named_by_its_path",),
    ),
    Point(
        19,
        CLIENT,
        "access to the FHIR server, in scopes of any dialect",
        (
            FURTHER + "test_scopes_are_not_parsed",
            DOOR + "test_request.py::test_an_authorization_that_cannot_be_used_leaves_the_prefetch",
        ),
    ),
    Point(
        20,
        SHALL,
        "the token goes with each request to the FHIR server, and nowhere else",
        (
            DOOR + "test_fetch.py::test_an_absent_need_is_searched_with_the_token",
            UPSTREAM + "test_no_other_server_is_asked",
            BAD + "test_output.py::test_no_log_and_no_figure_repeats_a_word_of_a_call",
        ),
    ),
    Point(
        21,
        SHOULD,
        "a refusal is an OperationOutcome with a fitting status (3.0)",
        (
            BAD + "test_envelope.py::test_a_bad_input_has_its_answer",
            BAD + "test_http.py::test_a_bad_request_has_its_answer",
        ),
    ),
    Point(
        22,
        SHALL,
        "patient and encounter are bare ids, user and selections references",
        (
            BAD + "test_envelope.py::test_a_bad_input_has_its_answer",
            FURTHER + "test_each_hook_has_its_context",
        ),
    ),
    Point(
        23,
        SHALL,
        "fields of the context that are not known are ignored",
        (DOOR + "test_request.py::test_what_cds_hooks_does_not_name_is_ignored",),
    ),
)
