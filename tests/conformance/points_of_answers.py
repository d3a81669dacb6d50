"""Points 24 to 49: the answer, feedback, trust, extensions and versions."""

from __future__ import annotations

from tests.conformance.point import BAD, CLIENT, DOOR, DUTIES, FURTHER, MAY, SHALL, SHOULD, TRUST, Point

POINTS = (
    Point(
        24,
        SHALL,
        "200 with cards; none where there is nothing to say",
        (
            DUTIES + "test_success_is_200_with_cards",
            DUTIES + "test_nothing_to_say_is_an_empty_array",
        ),
    ),
    Point(
        25,
        SHALL,
        "a card has a summary under 140 characters, an indicator and a source",
        (
            DUTIES + "test_a_summary_is_short",
            DUTIES + "test_an_indicator_is_one_of_three",
            DUTIES + "test_a_card_has_a_unique_id",
            DUTIES + "test_a_detail_is_markdown_without_html",
        ),
    ),
    Point(
        26,
        SHALL,
        "a source has a label, an absolute URL if any, a topic as Coding",
        (
            DUTIES + "test_a_card_has_a_source",
            DUTIES + "test_a_topic_is_a_coding",
        ),
    ),
    Point(
        27,
        SHALL,
        "a Coding has code and system, and a display where people read it",
        (
            DUTIES + "test_a_topic_is_a_coding",
            DUTIES + "test_override_reasons_are_shown_to_people",
        ),
    ),
    Point(
        28,
        SHALL,
        "a suggestion has a label, and its actions belong together",
        (
            DUTIES + "test_a_suggestion_has_a_label_an_id_and_actions",
            DUTIES + "test_alternatives_are_separate_suggestions",
            DUTIES + "test_suggestions_come_with_a_selection_behavior",
        ),
    ),
    Point(
        29,
        SHALL,
        "an action has a type, a description and the resource to create",
        (
            DUTIES + "test_an_action_has_a_type_and_a_description",
            DUTIES + "test_a_create_action_holds_a_new_resource",
        ),
    ),
    Point(
        30,
        MAY,
        "system actions",
        (FURTHER + "test_nothing_is_done_without_a_person",),
        "Not used: nothing is changed that a person did not choose.",
    ),
    Point(
        31, SHALL, "a link has a label, an absolute URL and a type", (FURTHER + "test_a_link_is_absolute_and_typed",)
    ),
    Point(
        32,
        SHALL,
        "the invariants of the response model hold",
        (
            DUTIES + "test_success_is_200_with_cards",
            FURTHER + "test_the_invariants_can_fail",
        ),
    ),
    Point(
        33,
        SHOULD,
        "override reasons come from the published value set (3.0)",
        (FURTHER + "test_override_reasons_are_published_ones",),
    ),
    Point(
        34,
        MAY,
        "feedback on cards is taken",
        (DOOR + "test_feedback.py::test_the_sandbox_reports_acceptance_and_dismissal",),
    ),
    Point(
        35,
        SHALL,
        "several cards, repeats and changes of mind are borne",
        (DOOR + "test_feedback.py::test_several_cards_repeats_and_contradictions_are_read_in_order",),
    ),
    Point(
        36,
        SHALL,
        "feedback is acknowledged by 200 under the same trust",
        (
            FURTHER + "test_feedback_is_acknowledged",
            DOOR + "test_admission.py::test_feedback_may_be_addressed_as_itself_or_as_its_service",
        ),
    ),
    Point(
        37, MAY, "feedback on system actions", (), "Undefined by the specification, and there are no system actions."
    ),
    Point(
        38,
        SHALL,
        "TLS; authentication where anything is sensitive",
        (
            DOOR + "test_config.py::test_only_a_service_behind_https_demands_https",
            DOOR + "test_limits.py::test_a_service_that_asks_nobody_is_not_opened_to_others",
        ),
        "TLS itself is ended by the proxy of the deployment.",
    ),
    Point(
        39,
        SHALL,
        "a caller's token has the agreed header and claims; others are ignored",
        (
            DOOR + "test_security.py::test_what_the_standard_allows_is_let_in",
            BAD + "test_tokens.py::test_a_token_has_its_answer",
        ),
    ),
    Point(
        40,
        SHALL,
        "neither `none` nor a symmetric algorithm",
        (
            TRUST + "test_an_unsigned_token_is_refused",
            TRUST + "test_a_symmetric_signature_is_refused",
        ),
    ),
    Point(
        41,
        SHOULD,
        "issuers and the addresses of their keys are listed in pairs; keys rotate",
        (
            TRUST + "test_issuers_and_key_addresses_are_listed",
            TRUST + "test_keys_may_be_agreed_out_of_band",
            "tests/faults/upstream/test_issuer.py::test_a_rotated_key_costs_one_question_and_no_outage",
        ),
    ),
    Point(
        42,
        SHOULD,
        "401 without detail; a token is good once",
        (
            BAD + "test_tokens.py::test_a_token_has_its_answer",
            BAD + "test_tokens.py::test_a_token_is_good_once_and_of_two_at_once_one_wins",
        ),
    ),
    Point(
        43,
        SHALL,
        "only agreed FHIR servers are asked",
        (BAD + "test_addresses.py::test_nothing_leaves_for_another_server",),
    ),
    Point(
        44,
        SHALL,
        "browsers of agreed origins are served; a preflight needs no token",
        (
            TRUST + "test_browser_clients_are_served",
            DOOR + "test_app.py::test_a_preflight_of_a_configured_origin_is_answered_without_authorization",
        ),
    ),
    Point(
        45,
        SHALL,
        "a card suggests nothing dangerous and decides nothing on old data",
        (
            DUTIES + "test_a_create_action_holds_a_new_resource",
            BAD + "test_records.py::test_results_of_long_ago_say_nothing_of_today",
            BAD + "test_output.py::test_what_people_wrote_is_no_markup_in_a_card",
        ),
    ),
    Point(
        46,
        SHALL,
        "an extension is an object under a domain's name; unknown ones are ignored",
        (
            DUTIES + "test_an_extension_is_an_object_under_a_domain_name",
            DOOR + "test_request.py::test_what_cds_hooks_does_not_name_is_ignored",
        ),
    ),
    Point(
        47,
        CLIENT,
        "earlier cards of a service go when its hook fires again",
        (),
        "Nothing can be seen of it from here.",
    ),
    Point(48, CLIENT, "the maturity of hooks", (), "A fact about hooks, which binds nobody."),
    Point(
        49,
        SHOULD,
        "2.0.1 is followed so that 3.0 clients are served too",
        (
            FURTHER + "test_versions_are_told",
            FURTHER + "test_scopes_are_not_parsed",
        ),
    ),
)
