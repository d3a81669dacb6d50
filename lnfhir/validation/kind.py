"""A kind of fault: its stable id, the sentences that report it, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from lnfhir.message import Message


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `templates` are the sentences that report it, `mend` says what to change."""

    id: str
    mend: Message
    templates: tuple[str, ...]
