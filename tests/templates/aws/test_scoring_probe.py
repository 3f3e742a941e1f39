"""What the canary runs: who it calls as, whom it believes, and which answers are failures."""

from __future__ import annotations

import datetime
import importlib
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from templates.aws.scoring_service import probe

DECISION = {"outcome": "approve", "decided_by": "model"}
HOST = "scoring.fraud.example.com"


@pytest.mark.parametrize("decided_by", ["model", "rules"])
def test_a_decision_is_a_success_whoever_made_it(decided_by: str) -> None:
    assert probe.check(200, json.dumps(DECISION | {"decided_by": decided_by}).encode()) == decided_by


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, json.dumps(DECISION | {"outcome": "maybe"}).encode()),
    ],
)
def test_anything_else_is_a_failure(status: int, body: bytes) -> None:
    with pytest.raises(probe.ProbeFailed):
        probe.check(status, body)


def certificate(name: str) -> str:
    """A self-signed certificate of `name` with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + made.public_bytes(serialization.Encoding.PEM)).decode()


class _Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.dumps(DECISION).encode()
        self.send_response(200 if (self.path, self.headers["Host"]) == (probe.PATH, HOST) else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A service with mutual TLS on loopback, and an identity that it and the probe accept of one another."""
    server_pem, client_pem = certificate(HOST), certificate("canary")
    (tmp_path / "server.pem").write_text(server_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=client_pem[client_pem.index("-----BEGIN CERT") :])
    server = HTTPServer(("127.0.0.1", 0), _Service)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(probe, "PORT", server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield {"certificate": client_pem, "authorities": server_pem[server_pem.index("-----BEGIN CERT") :]}
    server.shutdown()
    thread.join()
    server.server_close()


def run(identity: dict[str, str], monkeypatch: pytest.MonkeyPatch, host_name: str = HOST) -> str:
    client = SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": json.dumps(identity)})
    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(client=lambda service: client))
    for key, value in {
        "IDENTITY_SECRET": "arn",
        "ADDRESS": "127.0.0.1",
        "HOST_NAME": host_name,
        "TIMEOUT_SECONDS": "5",
    }.items():
        monkeypatch.setenv(key, value)
    return probe.handler({}, None)


def test_it_shows_its_certificate_and_is_answered(serving: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(serving, monkeypatch) == "model"


def test_a_service_of_another_name_is_not_believed(serving: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        run(serving, monkeypatch, host_name="other.example.com")


def test_an_authority_that_it_was_not_told_of_is_not_believed(
    serving: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        run(serving | {"authorities": ""}, monkeypatch)
