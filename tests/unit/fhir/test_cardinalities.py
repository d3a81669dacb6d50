"""One wide structure for all types: a member may be a list in one type and single in another."""

from __future__ import annotations

import typing

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class

from lnfhir.fhir.kinds import READ
from lnfhir.fhir.resource import Resource

MEMBERS = typing.get_type_hints(Resource)


def takes_list(hint: typing.Any) -> bool:
    if hint is msgspec.Raw:  # decoded later, by whoever needs it
        return True
    return typing.get_origin(hint) is tuple or any(takes_list(part) for part in typing.get_args(hint) if part)


def takes_one(hint: typing.Any) -> bool:
    if typing.get_origin(hint) is tuple:
        return False
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    return any(takes_one(part) for part in parts) if parts else True


@pytest.mark.parametrize("kind", sorted(READ))
def test_each_member_takes_what_each_type_sends(kind: str) -> None:
    fields = get_fhir_model_class(kind).model_fields
    for name, hint in MEMBERS.items():
        if name in fields:
            many = "List" in str(fields[name].annotation)
            assert takes_list(hint) if many else takes_one(hint), name
