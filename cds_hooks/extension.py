"""The verdicts as codes beside the cards, for integrators and tests that should not read Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cds_hooks.card import without_empties
from lnfhir import __version__
from lnfhir.policy import Policy, as_settings
from lnfhir.report.verdicts import criteria
from lnfhir.review import Review

ASSESSMENT = "org.lnfhir.assessment"


def assessment(review: Review, quieted: Mapping[str, date] | None = None) -> dict[str, Any]:
    """The response's `extension`. States are `met`, `not-met`, `unknown`, `pending`; empty members are omitted.

    `quieted` are the rules that give a card which is not shown, with the day until which it is not.
    `policy` holds only the settings that differ from the defaults, so that the verdict can be reproduced.
    """
    refractory = {
        verdict.profile: {
            **{name: finding.state for name, finding in criteria(verdict)},
            "overall": verdict.overall.state,
            "state": verdict.state,
        }
        for verdict in review.refractory
    }
    today = {response.definition: response.state.value for response in review.responses if response.at == "today"}
    milestones: dict[str, dict[str, str]] = {}
    for response in review.responses:
        if response.at != "today":
            milestones.setdefault(response.definition, {})[response.at] = response.state.value
    usual = as_settings(Policy())
    content = {
        "version": __version__,
        "asOf": review.as_of.isoformat(),
        "refractory": refractory,
        "response": today,
        "milestones": milestones,
        "guidance": {guidance.rule: guidance.outcome.value for guidance in review.guidance},
        "quieted": {rule: until.isoformat() for rule, until in (quieted or {}).items()},
        "coverage": {need.value: coverage.value for need, coverage in review.chart.coverage.items()},
        "policy": {name: value for name, value in as_settings(review.policy).items() if usual[name] != value},
    }
    return {ASSESSMENT: without_empties(content)}
