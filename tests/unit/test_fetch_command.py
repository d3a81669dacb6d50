"""`lnfhir fetch`: the record of one patient, with a token that nobody else sees."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from lnfhir.errors import KnowledgeError
from lnfhir.fhir_server import fetch_address, key_in, token_in
from tests.unit.cds_hooks.fhir_server import FhirServer, running, says
from tests.unit.command_line import Ran, patient, run

CANARY = "canary-token"
EMPTY = {"resourceType": "Bundle", "type": "searchset"}
EC = ECKey.generate_key("P-384", {"kid": "ours"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "ours"}, private=True)


def condition(name: str) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": name, "subject": {"reference": "Patient/p1"}}


def page(*names: str, following: str = "") -> dict[str, Any]:
    link = [{"relation": "next", "url": following}] if following else []
    return {**EMPTY, "link": link, "entry": [{"resource": condition(name)} for name in names]}


def server(**replies: Any) -> FhirServer:
    return FhirServer({"Patient/p1": [says(patient("p1"))], "*": [says(EMPTY)], **replies})


def fetched(fhir: FhirServer, tmp_path: Path, *arguments: str) -> tuple[Ran, Any]:
    output = tmp_path / "p1.json"

    async def go() -> Ran:
        async with running(fhir):
            command = ("fetch", "--server", fhir.base, "--patient", "p1", "-o", str(output), *arguments)
            return await asyncio.to_thread(run, *command)

    ran = asyncio.run(go())
    return ran, json.loads(output.read_bytes()) if output.exists() else None


def held(bundle: Any) -> list[str]:
    return [f"{entry['resource']['resourceType']}/{entry['resource'].get('id')}" for entry in bundle["entry"]]


def test_every_need_is_searched_with_the_token_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CANARY + "\n", "ascii")
    fhir = server(Condition=[says(page("c1"))])
    ran, bundle = fetched(fhir, tmp_path, "--token-file", str(tmp_path / "token"))
    assert (ran.code, held(bundle)) == (0, ["Patient/p1", "Condition/c1"])
    assert {token for _, token in fhir.asked} == {f"Bearer {CANARY}"}
    assert len(fhir.asked) == 18
    assert CANARY not in ran.out + ran.err + json.dumps(bundle)


def test_without_a_token_none_is_sent(tmp_path: Path) -> None:
    fhir = server()
    assert fetched(fhir, tmp_path)[0].code == 0
    assert {token for _, token in fhir.asked} == {""}


def test_a_failed_search_is_told_and_stays_visible_in_the_bundle(tmp_path: Path) -> None:
    ran, bundle = fetched(server(Condition=[says({}, 403)]), tmp_path)
    assert (ran.code, held(bundle)) == (1, ["Patient/p1", "OperationOutcome/None"])
    assert "conditions: the FHIR server does not allow this search" in ran.err
    judged = run("assess", "--json", "--as-of", "2025-01-01", str(tmp_path / "p1.json"))
    assert set(json.loads(judged.out)["coverage"].values()) == {"partial"}


def test_without_the_patient_nothing_is_saved(tmp_path: Path) -> None:
    ran, bundle = fetched(server(**{"Patient/p1": [says({}, 404)]}), tmp_path)
    assert (ran.code, bundle) == (3, None)
    assert ran.err.count("\n") == 1


def test_a_link_to_another_server_is_not_followed_and_the_rest_is_marked_partial(tmp_path: Path) -> None:
    fhir = server(Condition=[says(page("c1", following="http://127.0.0.1:9/fhir/Condition?page=2"))])
    _, bundle = fetched(fhir, tmp_path)
    assert held(bundle) == ["Patient/p1", "Condition/c1", "OperationOutcome/None"]


class Authorization:
    """A server with SMART Backend Services, which keeps what it was sent."""

    def __init__(self, status: int = 200) -> None:
        self.form: dict[str, str] = {}
        self.fhir = server(**{".well-known/smart-configuration": [self.configuration], "token": [self.token]})
        self.status = status

    async def configuration(self, request: web.Request) -> web.StreamResponse:
        return await says({"token_endpoint": f"{self.fhir.base}/token"})(request)

    async def token(self, request: web.Request) -> web.StreamResponse:
        self.form = {str(name): str(value) for name, value in (await request.post()).items()}
        return await says({"access_token": CANARY, "token_type": "bearer"}, self.status)(request)


@pytest.mark.parametrize(("key", "algorithm"), [(EC, "ES384"), (RSA, "RS384")])
def test_a_token_is_had_with_a_signed_assertion(tmp_path: Path, key: ECKey | RSAKey, algorithm: str) -> None:
    (tmp_path / "key.json").write_text(json.dumps(key.as_dict(private=True)), "ascii")
    authorization = Authorization()
    ran, _ = fetched(authorization.fhir, tmp_path, "--client-id", "us", "--key-file", str(tmp_path / "key.json"))
    assert ran.code == 0
    signed = jwt.decode(authorization.form["client_assertion"], key, algorithms=[algorithm])
    assert signed.header == {"alg": algorithm, "typ": "JWT", "kid": "ours"}
    assert (signed.claims["iss"], signed.claims["sub"]) == ("us", "us")
    assert signed.claims["aud"] == f"{authorization.fhir.base}/token"
    assert 0 < signed.claims["exp"] - signed.claims["iat"] <= 300
    assert signed.claims["jti"]
    assert authorization.form["grant_type"] == "client_credentials"
    assert [token for name, token in authorization.fhir.asked if name == "Patient/p1"] == [f"Bearer {CANARY}"]
    assert CANARY not in ran.out + ran.err


def test_a_refused_client_is_told_so_without_the_servers_words(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(EC.as_pem(private=True))
    ran, bundle = fetched(
        Authorization(400).fhir, tmp_path, "--client-id", "us", "--key-file", str(tmp_path / "key.pem")
    )
    assert (ran.code, bundle) == (3, None)
    assert ran.err == "lnfhir: the server gave no access token\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--server", "ftp://x", "--patient", "p1"),
        ("--server", "http://127.0.0.1:9", "--patient", "p1/../x"),
        ("--server", "http://127.0.0.1:9", "--patient", "p1", "--client-id", "us"),
        ("--server", "http://127.0.0.1:9", "--patient", "p1", "--token-file", "/nowhere"),
        ("--server", "http://127.0.0.1:9", "--patient", "p1", "--client-id", "us", "--key-file", "/nowhere"),
    ],
)
def test_wrong_usage_leaves_with_two_and_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run("fetch", "-o", str(tmp_path / "x"), *arguments)
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_a_server_that_is_not_there_leaves_with_three(tmp_path: Path) -> None:
    ran = run("fetch", "--server", "http://127.0.0.1:9/fhir", "--patient", "p1", "-o", str(tmp_path / "x"))
    assert (ran.code, ran.err) == (3, "lnfhir: the FHIR server did not answer\n")


@pytest.mark.parametrize("text", ["", "two words", "x" * 70_000, "tok\x00en"])
def test_what_is_no_token_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text, "ascii")
    with pytest.raises(KnowledgeError):
        token_in(tmp_path / "token")


@pytest.mark.parametrize(
    "key", [EC.as_dict(private=False), ECKey.generate_key("P-256").as_dict(private=True), {"kty": "oct", "k": "AA"}, {}]
)
def test_a_key_that_cannot_sign_for_smart_is_refused(tmp_path: Path, key: Any) -> None:
    (tmp_path / "key.json").write_text(json.dumps(key), "ascii")
    with pytest.raises(KnowledgeError):
        key_in(tmp_path / "key.json")


def test_all_pages_of_an_address_are_one_bundle() -> None:
    fhir = server()

    async def first(request: web.Request) -> web.StreamResponse:
        return await says(page("c1", following=f"{fhir.base}/two"))(request)

    fhir.replies = {"Condition": [first], "two": [says(page("c2"))]}

    async def go() -> bytes:
        async with running(fhir):
            return await asyncio.to_thread(fetch_address, f"{fhir.base}/Condition?patient=p1")

    assert held(json.loads(asyncio.run(go()))) == ["Condition/c1", "Condition/c2"]
