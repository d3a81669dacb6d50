"""Every kind of fault by a stable id, and how to mend it: what `lnfhir validate --explain ID` says."""

from __future__ import annotations

from collections.abc import Mapping

from lnfhir.message import Message
from lnfhir.validation import kinds_of_form, kinds_of_use
from lnfhir.validation.kind import Kind

KINDS: tuple[Kind, ...] = (*kinds_of_form.KINDS, *kinds_of_use.KINDS)

_BY_TEMPLATE: Mapping[str, Kind] = {template: kind for kind in KINDS for template in kind.templates}

BY_ID: Mapping[str, Kind] = {kind.id: kind for kind in KINDS}


def kind_of(says: Message) -> str:
    """The id of the kind of fault a sentence reports; `other` for one that is in no kind (a test forbids it)."""
    kind = _BY_TEMPLATE.get(says.template)
    return kind.id if kind is not None else "other"
