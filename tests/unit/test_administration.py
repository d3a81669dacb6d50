"""`lnfhir config check`, `lnfhir client add`, `lnfhir client check`."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from cds_hooks.clients import as_toml, with_client
from cds_hooks.config import Client, read_settings, settings_from
from lnfhir.cli import app
from tests.unit.cds_hooks.signing import ec_jwk, rsa_jwk, rsa_key

ROOT = Path(__file__).parents[2]
ADD = ("client", "add", "ehr", "--issuer", "https://ehr.example/fhir", "--jwks-url", "https://ehr.example/jwks.json")
SITE = '[service]\nbase_url = "https://cds.example"\n'


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    ran = CliRunner().invoke(app, list(arguments))
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file."""
    path = tmp_path / "lnfhir.toml"
    path.write_text(SITE)
    return path


def test_a_sound_file_and_no_file_are_sound(file: Path) -> None:
    file.write_text(SITE.replace("https:", "http:"))
    assert run("config", "check", str(file)) == (0, "sound: 127.0.0.1 port 8080, clients: 0\n", "")
    assert run("config", "check")[0] == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[service]\nprot = 1\n", "prot"),
        ("[servce]\n", "servce"),
        ("[service]\nport = 'x'\n", "port"),
        ("[policy]\nmmf_minimum = 1\n", "mmf_minimum"),
        ("[service\n", "lnfhir.toml"),
        ('[service]\nhost = "0.0.0.0"\n', "service.host"),
        (SITE, "service.clients"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(file: Path, text: str, named: str) -> None:
    file.write_text(text)
    code, out, err = run("config", "check", str(file))
    assert (code, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1


def test_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LNFHIR__SERVICE__PROT", "1")
    assert run("config", "check")[0] == 2


def test_a_client_is_written_as_toml_that_reads_back(file: Path) -> None:
    code, out, _ = run(*ADD, "--fhir", "https://ehr.example/fhir", "--tenant", 'a "b" \\', "--profile", "epic")
    assert code == 0
    (found,) = settings_from({"service": {"base_url": "https://cds", **tomllib.loads(out)["service"]}}).clients
    assert found == Client(
        issuer="https://ehr.example/fhir",
        name="ehr",
        jwks_url="https://ehr.example/jwks.json",
        tenants=('a "b" \\',),
        fhir_servers=("https://ehr.example/fhir",),
        profile="epic",
    )


def test_a_client_is_added_to_the_file_which_keeps_its_rights_and_its_comments(file: Path) -> None:
    file.write_text(
        (ROOT / "deploy" / "lnfhir.toml").read_text().replace('base_url = ""', 'base_url = "https://cds.example"')
    )
    os.chmod(file, 0o640)
    code, out, err = run(*ADD, "--config", str(file))
    assert (code, err) == (0, "")
    assert "added ehr" in out
    assert [found.name for found in read_settings(file, {}).clients] == ["ehr"]
    assert "# Definite lupus nephritis." in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]
    second = [word.replace("ehr.example/fhir", "other.example") for word in ADD]
    assert run(*second[:2], "other", *second[3:], "--config", str(file))[0] == 0
    assert [found.name for found in read_settings(file, {}).clients] == ["ehr", "other"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (("--jwks-file", "x"), "jwks_file"),
        (("--fhir", "ftp://x"), "fhir_servers"),
        (("--config", "missing.toml"), "missing.toml"),
    ],
)
def test_a_wrong_client_is_not_written(changes: tuple[str, ...], named: str) -> None:
    code, out, err = run(*ADD, *changes)
    assert (code, out) == (2, "")
    assert named in err


def test_a_client_that_the_file_cannot_take_leaves_it_as_it_was(file: Path) -> None:
    assert run(*ADD, "--config", str(file))[0] == 0
    before = file.read_text()
    code, _, err = run(*ADD, "--config", str(file))
    assert code == 2
    assert "issuer" in err
    assert file.read_text() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_default_is_not_written() -> None:
    text = as_toml(Client(issuer="https://a", jwks_file="/keys"))
    assert text == '[[service.clients]]\nissuer = "https://a"\njwks_file = "/keys"\n'
    assert with_client(
        "[service]\nclients = []  # none\nport = 1\n", Client(issuer="https://a", jwks_file="/keys")
    ) == ("[service]\nport = 1\n\n" + text)


class _Pages(BaseHTTPRequestHandler):
    """Answers a path with what stands under it in `pages`."""

    pages: dict[str, tuple[int, Any]]

    def do_GET(self) -> None:
        status, content = self.pages.get(self.path, (404, ""))
        raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(pages: dict[str, tuple[int, Any]]) -> Iterator[str]:
    """A server of these pages, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Pages", (_Pages,), {"pages": pages}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


R4 = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
STRONG = {"keys": [ec_jwk(), rsa_jwk(), {**rsa_jwk("enc"), "use": "enc"}]}


def check(file: Path, pages: dict[str, tuple[int, Any]], *names: str) -> tuple[int, str, str]:
    """`lnfhir client check` of a client whose keys and FHIR server are these pages."""
    with serving(pages) as base:
        file.write_text(
            f'[service]\nbase_url = "http://cds.example"\n[[service.clients]]\nname = "ehr"\nissuer = "https://ehr"\n'
            f'jwks_url = "{base}/jwks"\nfhir_servers = ["{base}/fhir"]\n'
        )
        return run("client", "check", *names, "--config", str(file))


def test_a_sound_client_is_sound(file: Path) -> None:
    code, out, _ = check(file, {"/jwks": (200, STRONG), "/fhir/metadata": (200, R4)}, "ehr")
    assert code == 0
    assert out.startswith("ehr\n")
    assert "2 usable keys" in out
    assert "key 'enc' is for encryption" in out
    assert "FHIR 4.0.1" in out
    assert "FAULT" not in out


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ((404, ""), "status 404"),
        ((302, ""), "status 302"),
        ((200, "<html>"), "no key set"),
        ((200, {"keys": []}), "no usable key"),
        ((200, {"keys": [rsa_jwk("weak", rsa_key(1024))]}), "key 'weak' is weak"),
        ((200, {"keys": [ec_jwk(), rsa_jwk("weak", rsa_key(1024))]}), "key 'weak' is weak"),
        ((200, {"keys": [{**ec_jwk(), "d": "AA"}]}), "private part"),
        ((200, {"keys": [7, ec_jwk()]}), "no key"),
        ((200, "x" * 300_000), "too large"),
    ],
)
def test_faulty_keys_are_named(file: Path, keys: tuple[int, Any], says: str) -> None:
    code, out, _ = check(file, {"/jwks": keys, "/fhir/metadata": (200, R4)})
    assert code == 1
    (line, *_) = [line for line in out.splitlines() if "FAULT" in line]
    assert says in line


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ((401, ""), "status 401"),
        ((200, "<html>"), "JSON"),
        ((200, [1]), "JSON"),
        ((200, {"resourceType": "OperationOutcome"}), "CapabilityStatement"),
        ((200, {**R4, "fhirVersion": "3.0.2"}), "3.0.2"),
    ],
)
def test_a_faulty_fhir_server_is_named(file: Path, metadata: tuple[int, Any], says: str) -> None:
    code, out, _ = check(file, {"/jwks": (200, STRONG), "/fhir/metadata": metadata})
    assert code == 1
    (line,) = [line for line in out.splitlines() if "FAULT" in line]
    assert says in line


def test_a_server_that_is_not_there_is_named(file: Path) -> None:
    file.write_text(SITE + '[[service.clients]]\nissuer = "https://ehr"\njwks_url = "https://127.0.0.1:9/jwks"\n')
    code, out, _ = run("client", "check", "--config", str(file))
    assert code == 1
    assert "cannot be reached" in out


def test_without_a_client_or_with_a_strange_name_nothing_is_checked(file: Path) -> None:
    assert run("client", "check", "--config", str(file))[0] == 2
    assert run("client", "check", "nobody", "--config", str(file))[0] == 2
    assert run("client", "check", "--config", "missing.toml")[0] == 2
