"""The one way in which a store fails."""

from __future__ import annotations


class StoreUnavailableError(Exception):
    """The store did not take or give anything. The text is a word for the log; it repeats nothing that was stored."""
