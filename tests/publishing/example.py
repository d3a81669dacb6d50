"""The example of the package: the guidance response for the invented patient of the README."""

from __future__ import annotations

import msgspec

from lnfhir import __version__
from lnfhir.chart.build import chart_from_record
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.report.guidance_response import guidance_response
from lnfhir.review import review
from tests.knowledge.example import PATIENT, record, today
from tests.publishing.shelf import Resource


def example() -> Resource:
    """What `lnfhir assess --guidance-response` says of her."""
    bundle = {"resourceType": "Bundle", "type": "collection"}
    entries = [{"resource": resource} for resource in record().resources]
    answer = read_record(msgspec.json.encode({**bundle, "entry": entries}))
    chart = chart_from_record(answer, today(), PATIENT)
    return {"id": "example", **guidance_response(review(chart, Policy()), __version__)}
