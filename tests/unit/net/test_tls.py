"""The address is pinned, the name is what TLS checks."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kinora.errors import FieldError
from kinora.net import connect
from kinora.net.fetch import fetch_image
from kinora.net.post import post

from .conftest import PUBLIC, Site, body


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of photos.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "photos.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("photos.example")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def names(site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """``site`` speaks TLS; the server names that clients asked for."""
    seen: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda connection, name, _: seen.append(name)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(connect, "_tls", lambda: trusting)
    return seen


def test_the_certificate_is_checked_against_the_name(
    site: Site, internet: list[str], names: list[str | None]
) -> None:
    site.answers["/a.png"] = body(b"picture")
    url = f"https://photos.example:{site.port}/a.png"
    got = fetch_image(url, max_bytes=100, allow_private=False, resolver=lambda h, p: [PUBLIC])
    assert got == b"picture"
    assert internet == [PUBLIC]
    assert names == ["photos.example"]


def test_another_name_is_refused(site: Site, internet: list[str], names: list[str | None]) -> None:
    url = f"https://other.example:{site.port}/a.png"
    with pytest.raises(FieldError, match="could not be reached"):
        fetch_image(url, max_bytes=100, allow_private=False, resolver=lambda h, p: [PUBLIC])
    reply = post(url, b"{}", headers={}, allow_private=False, resolver=lambda h, p: [PUBLIC])
    assert reply.status is None
    assert "CERTIFICATE_VERIFY_FAILED" in str(reply.error)
    assert site.seen == []
