"""Where the store is and how long advice is quiet, as `lnfhir.toml` says it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from cds_hooks.guidance_cards import LATER, REASONS

MOST_DAYS = 366

QuietReason = Literal["contraindication", "later"]

QUIETING: Mapping[str, QuietReason] = {
    f"{REASONS}|patient-contraindication": "contraindication",
    "|".join(LATER): "later",
}
"""The override reasons of our cards that quiet their rule for a while."""


class KeepDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days cards, feedback and the audit are kept when the store is purged; 0: for ever."""

    cards: int = 0
    feedback: int = 0
    audit: int = 0

    def __post_init__(self) -> None:
        if min(self.cards, self.feedback, self.audit) < 0:
            raise ValueError("days to `keep` are not negative")


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is that of a PostgreSQL database; without one the store is a file of its own in `directory`.

    `key_file` holds the secret behind the hashes of patients and users; without, one is made in `directory`. Replicas
    of one PostgreSQL database share one. `user_comments` keeps the free text of feedback. `upgrade_at_start` brings the
    schema up to date. `enabled` false keeps nothing: no feedback, no quiet, no audit.

    With `audit` fail-closed a call is answered only once its record is on disk, with fail-open the record may wait.
    `keep` says for how long what is written stays.
    """

    enabled: bool = True
    url: str = ""
    directory: str = ""
    key_file: str = ""
    user_comments: bool = False
    upgrade_at_start: bool = True
    audit: Literal["fail-open", "fail-closed"] = "fail-open"
    keep: KeepDays = KeepDays()

    def __post_init__(self) -> None:
        if self.audit == "fail-closed" and not self.enabled:
            raise ValueError('`audit` can only be "fail-closed" where the store is `enabled`')
        if self.url and not self.url.startswith(("postgresql://", "postgres://")):
            raise ValueError("the store's `url` must begin with postgresql://; without one an embedded file is used")
        if self.url and not self.key_file:
            raise ValueError("a store with a `url` needs a `key_file`, the same for all replicas")

    @property
    def folder(self) -> Path:
        """The folder of the embedded file and of the key: as set, or where the system keeps a service's state."""
        if self.directory:
            return Path(self.directory)
        given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
        if given:
            return Path(given)
        return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "lnfhir"

    @property
    def place(self) -> str | Path:
        """The URL, or the path of the embedded file."""
        return self.url.replace("postgres://", "postgresql://", 1) if self.url else self.folder / "store.sqlite3"


class QuietDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days a reason quiets advice; 0: not at all."""

    contraindication: int = 90
    later: int = 7

    def __post_init__(self) -> None:
        if not all(0 <= days <= MOST_DAYS for days in (self.contraindication, self.later)):
            raise ValueError(f"days of quiet are between 0 and {MOST_DAYS}")


class QuietSettings(QuietDays, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The days for every rule, and in `families` those of the rules whose id begins so: `sglt2`, or `sglt2-start`.

    `reasons` maps a client's own reasons, as the feedback report shows them (`system|code`), to ours.
    """

    families: Mapping[str, QuietDays] = {}
    reasons: Mapping[str, QuietReason] = {}

    def begun_by(self, reasons: Sequence[str]) -> str:
        """Which quiet these reasons of one override begin, or ``: a contraindication outlasts what is put off."""
        found = {self.reasons.get(reason) or QUIETING.get(reason) for reason in reasons}
        return next((known for known in ("contraindication", "later") if known in found), "")

    @property
    def longest(self) -> int:
        """The longest period of all."""
        each = (self, *self.families.values())
        return max(max(days.contraindication, days.later) for days in each)

    def days(self, rule: str, reason: str) -> int:
        """The days for one rule; the longest family's name counts."""
        families = [name for name in self.families if rule == name or rule.startswith(f"{name}-")]
        chosen: QuietDays = self.families[max(families, key=len)] if families else self
        return {"contraindication": chosen.contraindication, "later": chosen.later}.get(reason, 0)
