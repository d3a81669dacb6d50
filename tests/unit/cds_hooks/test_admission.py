"""What a token that is let in says: its first use anywhere, its address, its one tenant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.config import Client, Settings
from cds_hooks.security import FirstUse, Gate, Refused
from tests.unit.cds_hooks.signing import ISSUER, NOW, SERVICE, claims, token
from tests.unit.cds_hooks.test_security import KEY_SET, admitted, judged


def gate(folder: Path, first_use: FirstUse | None = None, **client: Any) -> Gate:
    """A gate for one client."""
    path = folder / "keys.json"
    path.write_text(json.dumps(KEY_SET))
    settings = Settings(base_url=SERVICE, clients=(Client(issuer=ISSUER, jwks_file=str(path), **client),))
    return Gate(settings, now=lambda: NOW, first_use=first_use)


@pytest.mark.parametrize(("shared", "refused"), [(True, None), (False, Refused.REPLAY), (None, None)])
def test_a_memory_that_processes_share_is_asked_and_may_be_silent(
    tmp_path: Path, shared: bool | None, refused: Refused | None
) -> None:
    asked: list[tuple[str, str, float]] = []

    async def first_use(issuer: str, identifier: str, seconds: float) -> bool | None:
        asked.append((issuer, identifier, seconds))
        return shared

    opened = gate(tmp_path, first_use)
    assert judged(opened, token()) is refused
    assert asked == [(ISSUER, "one", 360.0)]
    # What this process remembers, it needs not ask; and it remembers also when the other memory is silent.
    assert judged(opened, token()) is Refused.REPLAY
    assert len(asked) == 1


def test_feedback_may_be_addressed_as_itself_or_as_its_service(tmp_path: Path) -> None:
    service = "/cds-services/ln-patient-view"
    for number, audience in enumerate((f"{service}/feedback", service)):
        sent = token(body=claims(audience, jti=str(number)))
        assert judged(gate(tmp_path), sent, path=f"{service}/feedback") is None
    assert judged(gate(tmp_path), token(body=claims(f"{service}/feedback")), path=service) is Refused.AUDIENCE


def test_a_client_is_left_the_one_tenant_it_speaks_for(tmp_path: Path) -> None:
    opened = gate(tmp_path, tenants=("ward", "clinic"))
    result = admitted(opened, f"Bearer {token(body=claims(tenant='ward'))}")
    assert isinstance(result, Client)
    assert result.tenants == ("ward",)
    for tenant in ("x" * 256, "a\nb"):
        assert judged(gate(tmp_path), token(body=claims(tenant=tenant))) is Refused.CLAIMS
