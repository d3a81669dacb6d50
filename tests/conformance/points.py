"""The points of CDS Hooks 2.0.1 and of the 3.0 ballot that concern a service, in the order of the standard."""

from __future__ import annotations

from tests.conformance import points_of_answers, points_of_calls

POINTS = (*points_of_calls.POINTS, *points_of_answers.POINTS)
