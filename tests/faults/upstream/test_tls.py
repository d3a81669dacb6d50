"""F2 and F20: no token leaves for a server that cannot show who it is, or that never ends its greeting."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lnfhir.chart.coverage import Need
from tests.faults.bad_inputs.case import unsound
from tests.faults.upstream.misbehaving import raw_server
from tests.faults.upstream.test_upstream import AMPLE, SOON, called, coverage, detail
from tests.hook_calls import bundle
from tests.unit.cds_hooks.fhir_server import FhirServer

PEM = serialization.Encoding.PEM
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
YEAR = datetime.timedelta(days=365)
HERE = x509.IPAddress(ip_address("127.0.0.1"))


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def name(text: str) -> x509.Name:
    """A name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(text: str) -> Authority:
    """A new authority, good for a century."""
    key = ec.generate_private_key(ec.SECP256R1())
    built = x509.CertificateBuilder().subject_name(name(text)).issuer_name(name(text)).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(LONG_AGO).not_valid_after(LONG_AGO + 100 * YEAR)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    usage = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    usage |= dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    built = built.add_extension(x509.KeyUsage(**usage), critical=True)
    return Authority(key, built.sign(key, hashes.SHA256()))


def certified(
    by: Authority | None,
    folder: Path,
    *,
    host: x509.GeneralName = HERE,
    begin: datetime.datetime = LONG_AGO,
    end: datetime.datetime = LONG_AGO + 100 * YEAR,
) -> ssl.SSLContext:
    """A server whose certificate is vouched for by this authority, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = by.certificate.subject if by is not None else name("server")
    signer = by.key if by is not None else key
    built = x509.CertificateBuilder().subject_name(name("server")).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(2).not_valid_before(begin).not_valid_after(end)
    built = built.add_extension(x509.SubjectAlternativeName([host]), critical=False)
    built = built.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    certificate = built.sign(signer, hashes.SHA256())
    path = folder / "server.pem"
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    found = authority("hospital")
    path = tmp_path / "authority.pem"
    path.write_bytes(found.certificate.public_bytes(PEM))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=path))
    return found


def answered_over_tls(context: ssl.SSLContext) -> tuple[Any, list[tuple[str, str]], list[Any]]:
    """The answer to a call with access to such a server, what the server was asked, and the log."""
    server = FhirServer({"*": [_nothing_found]})

    async def go() -> Any:
        application = web.Application()
        application.router.add_route("*", "/{any:.*}", server._reply)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        try:
            return await called(f"https://127.0.0.1:{runner.addresses[0][1]}/fhir")
        finally:
            await runner.cleanup()

    with structlog.testing.capture_logs() as lines:
        response = asyncio.run(go())
    return response, server.asked, lines


async def _nothing_found(request: web.Request) -> web.StreamResponse:
    del request
    return web.json_response(bundle())


def test_a_certificate_of_the_house_is_trusted(trusted: Authority, tmp_path: Path) -> None:
    """What the faults below must not look like."""
    response, asked, _ = answered_over_tls(certified(trusted, tmp_path))
    assert set(coverage(response).values()) == {"complete"}
    assert len(asked) == len(Need) - 1


BAD: dict[str, dict[str, Any]] = {
    "expired": {"end": LONG_AGO + YEAR},
    "not-yet-valid": {"begin": LONG_AGO + 80 * YEAR},
    "other-host": {"host": x509.DNSName("ehr.example")},
}


@pytest.mark.parametrize("why", [*BAD, "unknown-authority", "self-signed"])
def test_a_certificate_that_proves_nothing_gets_no_token(trusted: Authority, tmp_path: Path, why: str) -> None:
    """F20: nothing is sent, the answer says what is missing, the operator reads which certificate's fault it is."""
    by = {"unknown-authority": authority("somebody"), "self-signed": None}.get(why, trusted)
    response, asked, lines = answered_over_tls(certified(by, tmp_path, **BAD.get(why, {})))
    assert asked == []
    assert response.status_code == 200
    assert unsound(response) == []
    assert {found for need, found in coverage(response).items() if need != "patient"} == {"failed"}
    assert "the certificate of the FHIR server is not trusted" in detail(response)
    (line,) = [line for line in lines if line["event"] == "fhir-server-certificate"]
    assert line["why"] == why
    assert "canary-token" not in repr(lines)


def test_a_server_that_never_ends_its_greeting_is_left_at_the_deadline() -> None:
    """F2: it takes the connection and answers the first words of TLS with nothing, or with half an answer."""
    for sent in (b"", b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"):

        async def go(first: bytes = sent) -> tuple[Any, int]:
            async with raw_server(first) as (base, taken):
                return await called(base.replace("http:", "https:"), SOON), len(taken)

        response, taken = asyncio.run(go())
        assert response.status_code == 200
        assert unsound(response) == []
        assert taken > 0
        assert {found for need, found in coverage(response).items() if need != "patient"} == {"failed"}
        assert "the FHIR server did not answer in time" in detail(response)


def test_a_server_that_speaks_no_tls_is_not_asked_without() -> None:
    """F20: there is no second try without TLS."""

    async def go() -> tuple[Any, int]:
        async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", close=True) as (base, taken):
            return await called(base.replace("http:", "https:"), AMPLE), len(taken)

    response, _ = asyncio.run(go())
    assert {found for need, found in coverage(response).items() if need != "patient"} == {"failed"}
    assert response.json()["cards"]
