"""A hook call with a long history: a patient followed for ten years, as verbose as EHRs send resources."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import msgspec

from cds_hooks.services import discovery
from lnfhir.sandbox.shorthand import read_record

Json = dict[str, Any]

AS_OF = date(2025, 3, 14)
_FOLLOWED_DAYS = 3650


def hook_body(resources: int, seed: int = 1) -> bytes:
    """The body of a patient-view call whose prefetch holds this many resources, about 1 KB each."""
    record = read_record(_history(resources, random.Random(seed)))
    held = [_verbose(resource) for resource in record.resources[1 : resources + 1]]
    prefetch: Json = {key: _searchset([r for r in held if _fits(r, t)]) for key, t in _templates().items()}
    prefetch["patient"] = record.resources[0]
    return msgspec.json.encode(
        {
            "hook": "patient-view",
            "hookInstance": "7b6f6a52-3c1d-4f1e-9a53-0d7d2b6a9f10",
            "context": {"userId": "Practitioner/example", "patientId": record.patient_id},
            "prefetch": prefetch,
        }
    )


def _history(resources: int, chance: random.Random) -> Json:
    """Visits until there are enough results: each has the seven tests of a nephrology clinic."""
    start = AS_OF - timedelta(days=_FOLLOWED_DAYS)
    visits = resources // 8 + 1
    results = []
    for visit in range(visits):
        day = start + timedelta(days=visit * _FOLLOWED_DAYS // visits)
        results += [
            f"{day} 24h UPCR {chance.uniform(0.2, 3.0):.2f} g/g",
            f"{day} creatinine {chance.uniform(0.7, 1.1):.2f} mg/dL",
            f"{day} potassium {chance.uniform(3.8, 4.8):.1f} mmol/L",
            f"{day} albumin {chance.uniform(30, 42):.0f} g/L",
            f"{day} BP {chance.randint(108, 138)}/{chance.randint(64, 86)}",
            f"{day} weight {chance.uniform(58, 66):.1f} kg",
            f"{day} C3 {chance.uniform(0.6, 1.2):.2f} g/L",
        ]
    t0 = AS_OF - timedelta(days=400)
    return {
        "as_of": AS_OF,
        "day_0": t0,
        "patient": "female, born 1990-05-05, 60 kg",
        "conditions": [f"{start} systemic lupus erythematosus", "d-5 lupus nephritis"],
        "biopsies": ["d-5 class IV, AI 8, CI 2, no TMA"],
        "treatments": [
            f"{start}.. hydroxychloroquine 300 mg daily",
            "d0..d2 methylprednisolone IV 500 mg daily",
            "d3..d33 prednisone 60 mg daily",
            "d34..d89 prednisone 20 mg daily",
            "d90.. prednisone 5 mg daily",
            "d0.. mycophenolate 1 g twice daily",
            "d60.. losartan 50 mg daily",
        ],
        "dispenses": ["d0.. mycophenolate PDC 0.95", f"{start}.. hydroxychloroquine PDC 0.95"],
        "results": results,
        "excluded": "all",
    }


def _verbose(resource: Json) -> Json:
    """What servers add to a resource: its meta, identifiers, who and where, a reference range."""
    identifier = {"system": "urn:oid:1.2.36.146.595.217.0.1", "value": f"{resource['id']}-0000123456"}
    added: Json = {
        "meta": {
            "versionId": "3",
            "lastUpdated": "2025-02-01T04:05:06.000+00:00",
            "source": "#tqVXeCnhlMvKZTEy",
            "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"],
        },
        "identifier": [identifier],
        "encounter": {"reference": "Encounter/eIAQ-CLhYxYNX5yAZdvNPUA3", "display": "Office visit"},
    }
    if resource["resourceType"] == "Observation":
        added |= {
            "issued": "2025-02-01T04:05:06.000+00:00",
            "performer": [{"reference": "Practitioner/eM5CWtq15N0WJeuCet5bJlQ3", "display": "Clinical laboratory"}],
            "referenceRange": [
                {"low": {"value": 0, "unit": "1"}, "high": {"value": 100, "unit": "1"}, "text": "0 - 100"}
            ],
            "interpretation": [
                {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "N"}
                    ]
                }
            ],
        }
    return {**added, **resource}


def _templates() -> dict[str, str]:
    services = msgspec.json.decode(discovery())["services"]
    return next(service["prefetch"] for service in services if service["hook"] == "patient-view")


def _fits(resource: Json, template: str) -> bool:
    kind, _, query = template.partition("?")
    if resource["resourceType"] != kind:
        return False
    if "code=" not in query:
        return True
    codes = query.partition("code=")[2].partition("&")[0].split(",")
    return any(f"{c['system']}|{c['code']}" in codes for c in resource["code"].get("coding", ()))


def _searchset(resources: list[Json]) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "link": [{"relation": "self", "url": "https://ehr.example.org/fhir/r4/search"}],
        "entry": [
            {
                "fullUrl": f"https://ehr.example.org/fhir/r4/{r['resourceType']}/{r['id']}",
                "resource": r,
                "search": {"mode": "match"},
            }
            for r in resources
        ],
    }
