"""Key sets: what may verify, and when they are fetched again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import structlog

from cds_hooks.config import Client, Settings
from cds_hooks.fhir_client import new_session
from cds_hooks.keys import Keys, keys_in_file, usable_keys
from cds_hooks.security import Gate
from lnfhir.errors import KnowledgeError
from tests.unit.cds_hooks.fhir_server import FhirServer, hangs, running, says
from tests.unit.cds_hooks.signing import ISSUER, P256, SERVICE, ec_jwk, ec_key, number, rsa_jwk, rsa_key


def usable(*entries: Any) -> list[str]:
    """The ids of the usable keys of a set."""
    return sorted(usable_keys(json.dumps({"keys": entries}).encode()))


def test_public_keys_of_either_kind_are_usable() -> None:
    assert usable(rsa_jwk(), ec_jwk(), ec_jwk("small", ec_key(P256))) == ["ec", "rsa", "small"]
    assert usable(rsa_jwk(use="sig", key_ops=["verify"], alg="RS384", x5c=["canary"])) == ["rsa"]


@pytest.mark.parametrize(
    "entry",
    [
        rsa_jwk(use="enc"),
        rsa_jwk(key_ops=["encrypt"]),
        rsa_jwk(key_ops="verify"),
        rsa_jwk(key=rsa_key(1024)),
        rsa_jwk(e=number(1)),
        rsa_jwk(e=number(3)),
        rsa_jwk(n="!"),
        rsa_jwk(n=7),
        rsa_jwk(kid=""),
        {**rsa_jwk(), "kid": 7},
        rsa_jwk(e="é"),
        {name: value for name, value in rsa_jwk().items() if name != "kid"},
        ec_jwk(x="AA"),
        ec_jwk(crv="P-1"),
        {"kty": "oct", "kid": "s", "k": "c2VjcmV0"},
        {"kty": "none", "kid": "n"},
        "canary",
        None,
    ],
)
def test_other_keys_are_left_out(entry: Any) -> None:
    assert usable(entry, ec_jwk("good")) == ["good"]


def test_keys_that_share_an_id_are_all_left_out() -> None:
    assert usable(rsa_jwk("same"), ec_jwk("same"), ec_jwk("own")) == ["own"]


def test_the_private_part_of_a_key_is_dropped() -> None:
    private = {**rsa_jwk(), "d": number(rsa_key().private_numbers().d)}
    (key,) = usable_keys(json.dumps({"keys": [private]}).encode()).values()
    assert not key.is_private


@pytest.mark.parametrize("by_file", [True, False])
def test_a_set_that_shows_a_private_key_is_used_and_told(by_file: bool, tmp_path: Path) -> None:
    """Bad input 56."""
    private = {**rsa_jwk(), "d": number(rsa_key().private_numbers().d)}
    document = {"keys": [private, ec_jwk(), 7]}

    async def fetched() -> None:
        server = FhirServer({"jwks": [says(document)]})
        async with running(server), new_session() as session:
            assert await Keys(server.base + "/jwks", {}, Clock()).find("rsa", session) is not None

    path = tmp_path / "keys.json"
    path.write_text(json.dumps(document))
    with structlog.testing.capture_logs() as lines:
        if by_file:
            assert Gate(Settings(base_url=SERVICE, clients=(Client(issuer=ISSUER, jwks_file=str(path)),))).has_keys
        else:
            asyncio.run(fetched())
    assert [(line["event"], line["kid"]) for line in lines] == [("key-set-shows-a-private-key", "rsa")]
    assert private["d"] not in repr(lines)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys":{}}',
        b'{"keys":' + b"[" * 5000 + b"]" * 5000 + b"}",
        json.dumps({"keys": [ec_jwk(str(n)) for n in range(51)]}).encode(),
        json.dumps({"keys": [], "pad": "x" * 300_000}).encode(),
    ],
)
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="key set"):
        usable_keys(document)


def test_a_file_without_a_usable_key_is_fatal(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    for content in ('{"keys":[]}', "nothing"):
        path.write_text(content)
        with pytest.raises(KnowledgeError, match=r"keys\.json"):
            keys_in_file(str(path))
    with pytest.raises(KnowledgeError):
        keys_in_file(str(tmp_path / "absent.json"))
    path.write_text(json.dumps({"keys": [ec_jwk()]}))
    assert list(keys_in_file(str(path))) == ["ec"]


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def found(server: FhirServer, *steps: tuple[float, str]) -> list[bool]:
    """Whether the key of each step is found, each so many seconds after the one before."""

    async def go() -> list[bool]:
        clock = Clock()
        results = []
        async with running(server), new_session() as session:
            keys = Keys(server.base + "/jwks", {}, clock)
            for seconds, identity in steps:
                clock.time += seconds
                results.append(await keys.find(identity, session) is not None)
        return results

    return asyncio.run(go())


SET = {"keys": [ec_jwk()]}
BOTH = {"keys": [ec_jwk(), rsa_jwk()]}


def test_a_set_is_fetched_once_while_it_is_fresh() -> None:
    server = FhirServer({"jwks": [says(SET)]})
    assert found(server, (0, "ec"), (0, "ec"), (3599, "ec")) == [True, True, True]
    assert len(server.asked) == 1
    assert server.asked[0] == ("jwks", "")


def test_an_old_set_is_fetched_again() -> None:
    server = FhirServer({"jwks": [says(SET), says(BOTH)]})
    assert found(server, (0, "ec"), (3600, "ec"), (0, "rsa")) == [True, True, True]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("header", "seconds"), [("max-age=1", 60), ("public, max-age=600", 600), ("max-age=9999999", 86400)]
)
def test_the_issuer_says_how_long_within_bounds(header: str, seconds: float) -> None:
    server = FhirServer({"jwks": [says(SET, 200, {"cache-control": header})]})
    found(server, (0, "ec"), (seconds - 1, "ec"))
    assert len(server.asked) == 1
    found(server, (0, "ec"), (seconds, "ec"))
    assert len(server.asked) == 3


def test_a_new_key_is_found_at_once() -> None:
    server = FhirServer({"jwks": [says(SET), says(BOTH)]})
    assert found(server, (0, "ec"), (31, "rsa")) == [True, True]


def test_strangers_do_not_make_it_knock_at_every_call() -> None:
    server = FhirServer({"jwks": [says(SET)]})
    steps = [(0.0, "ec"), *((0.01, f"stranger-{n}") for n in range(1000)), (31.0, "stranger")]
    assert found(server, *steps) == [True, *[False] * 1001]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "broken", [says({}, 500), says(b"<html>"), says({"keys": []}), says(b"", 302, {"location": "/fhir/other"})]
)
def test_an_outage_keeps_the_known_keys_for_a_day(broken: Any) -> None:
    server = FhirServer({"jwks": [says(SET), broken], "other": [says(BOTH)]})
    assert found(server, (0, "ec"), (3600, "ec"), (82_000, "ec"), (801, "ec")) == [True, True, True, False]
    assert "other" not in [name for name, _ in server.asked]


def test_an_issuer_that_was_never_reached_lets_nobody_in() -> None:
    assert found(FhirServer({"jwks": [says({}, 503)]}), (0, "ec"), (1, "ec")) == [False, False]


def test_a_slow_issuer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_hooks.keys.FETCH_SECONDS", 0.1)
    assert found(FhirServer({"jwks": [hangs(5)]}), (0, "ec")) == [False]
