"""The site's secret, and the hashes made with it: the same person has the same hash, and nobody can go back."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.settings import StoreSettings
from lnfhir.errors import KnowledgeError

SHORTEST = 32


class SiteKey:
    """Hashes with one secret. `repr` never shows it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "SiteKey(…)"

    def hashed(self, *parts: str) -> str:
        """HMAC-SHA256 of these parts in hex; empty if the last of them, the name itself, is."""
        if not parts[-1]:
            return ""
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def site_key(settings: StoreSettings) -> SiteKey:
    """The key of these settings, made in the store's folder if none is set.

    KnowledgeError when the `key_file` is not usable; StoreUnavailableError when no key can be made.
    """
    if settings.key_file:
        return SiteKey(given_key(Path(settings.key_file)))
    try:
        return SiteKey(_own_key(settings.folder))
    except OSError as error:
        raise StoreUnavailableError(f"site-key {type(error).__name__}") from None


def given_key(path: Path) -> bytes:
    """The secret in a file that others cannot read."""
    try:
        secret = path.read_bytes().strip()
        mode = path.stat().st_mode
    except OSError as error:
        raise KnowledgeError(f"the `key_file` cannot be read: {error.strerror}") from None
    if mode & stat.S_IRWXO:
        raise KnowledgeError("the `key_file` is open to every user of the machine: chmod o= it")
    if len(secret) < SHORTEST:
        raise KnowledgeError(f"the `key_file` must hold at least {SHORTEST} bytes")
    return secret


def _own_key(folder: Path) -> bytes:
    path = folder / "site-key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".site-key-{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
            opened.write(secrets.token_hex(SHORTEST).encode())
            opened.flush()
            os.fsync(opened.fileno())
        try:
            # A link never replaces: of two processes that start at once, one key remains.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_bytes().strip()
    if len(secret) < SHORTEST:
        raise StoreUnavailableError("site-key too short")
    return secret
