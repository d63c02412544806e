"""Who signs: a chain of certificates that Kinora makes by itself, an operator's, or a callback.

A chain made here is known to nobody: readers show "valid, signer unknown". It exists so that
tampering shows from the first clip on. Its root and issuing keys are thrown away once the signing
certificate is there, so nobody can issue another one with them.

Profile of the certificates: C2PA specification 2.1, section 14.5 (certificate profile).
"""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from kinora.errors import InputError, OutputError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

Algorithm = Literal["ES256", "ES384", "ES512", "PS256", "ED25519"]
Sign = Callable[[bytes], bytes]

CHAIN: Final = "chain.pem"  # signing certificate, then the issuing one
KEY: Final = "key.pem"
MARK_KEY: Final = "mark.key"  # behind the invisible mark, 32 bytes
ROOTS: Final = "roots.pem"  # of all chains that were made here, so that old clips stay known

ORGANISATION: Final = "Kinora, a local installation (unverified)"
_CLAIM_SIGNING: Final = "1.3.6.1.4.1.62558.2.1"
_EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
_YEARS: Final = {"root": 30, "issuing": 25, "signing": 20}
_BACK: Final = timedelta(minutes=5)  # clocks of machines differ
_MARK_KEY_BYTES: Final = 32
_RENEW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A signer and its certificates."""

    chain: str  # PEM: the signing certificate, then the issuing ones; without the root
    algorithm: Algorithm
    sign: Sign  # bytes → signature (DER or raw r‖s for ES*)
    roots: str = ""  # PEM of a chain made here; "" for an operator's


def local_identity(folder: Path) -> Identity:
    """The installation's own identity, made in ``folder`` where there is none yet.

    Raises:
        OutputError: the folder can't be made or written.
        InputError: its files are damaged.
    """
    try:
        if not (folder / CHAIN).is_file():
            _make_folder(folder)
        elif _expires(folder / CHAIN) < datetime.now(UTC) + _RENEW:
            _renew(folder)
    except OSError as error:
        raise OutputError(
            f"Can't keep the signing key in {folder}: {(error.strerror or str(error)).lower()}.",
            param="data_dir",
        ) from error
    return file_identity(folder / CHAIN, folder / KEY, roots=folder / ROOTS)


def local_mark_key(folder: Path) -> bytes:
    """The installation's own key for invisible marks, made in ``folder`` where there is none yet.

    Raises:
        OutputError: the folder can't be made or written.
    """
    path = folder / MARK_KEY
    try:
        if not (folder / CHAIN).is_file():
            _make_folder(folder)
        if not path.is_file():
            with suppress(FileExistsError):
                _write_secret(path, os.urandom(_MARK_KEY_BYTES))
        return path.read_bytes()
    except OSError as error:
        raise OutputError(
            f"Can't keep the key of marks in {folder}: {(error.strerror or str(error)).lower()}.",
            param="data_dir",
        ) from error


def file_identity(certificates: Path, key: Path, *, roots: Path | None = None) -> Identity:
    """The identity of a certificate chain and its key, both PEM files.

    Raises:
        InputError: a file can't be read, or the key is of no kind that C2PA knows.
    """
    from cryptography.hazmat.primitives import serialization

    chain = _text(certificates, param="c2pa_certificate")
    try:
        private = serialization.load_pem_private_key(_text(key, param="c2pa_key").encode(), None)
    except (ValueError, TypeError) as error:
        raise InputError(
            f"{key} holds no private key that can be used: an unencrypted PEM file is needed.",
            param="c2pa_key",
        ) from error
    algorithm, sign = _signing_with(private)
    kept = _text(roots, param="data_dir") if roots is not None else ""
    return Identity(chain=chain, algorithm=algorithm, sign=sign, roots=kept)


def callback_identity(certificates: Path, function: str, *, algorithm: Algorithm) -> Identity:
    """An identity whose key lies elsewhere (KMS, HSM).

    Args:
        certificates: PEM file of the chain.
        function: ``module:function``, called with the bytes to sign.
        algorithm: what it signs with.

    Raises:
        InputError: there is no such file, module or function.
    """
    module, _, name = function.partition(":")
    try:
        sign: Sign = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"The signing callback {function!r} can't be loaded: give it as module:function.",
            param="c2pa_signer",
        ) from error
    chain = _text(certificates, param="c2pa_certificate")
    return Identity(chain=chain, algorithm=algorithm, sign=sign)


# -- keys -----------------------------------------------------------------------------------------


def _signing_with(private: PrivateKeyTypes) -> tuple[Algorithm, Sign]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    if isinstance(private, ec.EllipticCurvePrivateKey):
        curves: dict[str, tuple[Algorithm, hashes.HashAlgorithm]] = {
            "secp256r1": ("ES256", hashes.SHA256()),
            "secp384r1": ("ES384", hashes.SHA384()),
            "secp521r1": ("ES512", hashes.SHA512()),
        }
        if private.curve.name in curves:
            algorithm, digest = curves[private.curve.name]
            return algorithm, lambda data: private.sign(data, ec.ECDSA(digest))
    if isinstance(private, rsa.RSAPrivateKey):
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        return "PS256", lambda data: private.sign(data, scheme, hashes.SHA256())
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ED25519", private.sign
    raise InputError(
        "The signing key must be EC (P-256, P-384, P-521), RSA or Ed25519.", param="c2pa_key"
    )


def _text(path: Path, *, param: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read as a PEM file.", param=param) from error


# -- a chain of our own ---------------------------------------------------------------------------


def _make_folder(folder: Path) -> None:
    """Make the files beside, then move them in place: of several processes one wins."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write_chain(beside, old_roots="")
        _write_secret(beside / MARK_KEY, os.urandom(_MARK_KEY_BYTES))
        try:
            beside.replace(folder)
        except OSError:
            if not (folder / CHAIN).is_file():
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _renew(folder: Path) -> None:
    """A new chain; the old root stays known. Each file is replaced at once."""
    old = (folder / ROOTS).read_text(encoding="ascii")
    with tempfile.TemporaryDirectory(prefix=".renewed.", dir=folder) as name:
        beside = Path(name)
        _write_chain(beside, old_roots=old)
        for file in (ROOTS, KEY, CHAIN):
            (beside / file).replace(folder / file)


def _write_chain(folder: Path, *, old_roots: str) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, issuing_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = _certificate("root", key=root_key, issuer="root", issuer_key=root_key)
    issuing = _certificate("issuing", key=issuing_key, issuer="root", issuer_key=root_key)
    signing = _certificate("signing", key=key, issuer="issuing", issuer_key=issuing_key)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / CHAIN).write_bytes(_pem(signing) + _pem(issuing))
    (folder / ROOTS).write_bytes(old_roots.encode() + _pem(root))
    _write_secret(folder / KEY, secret)


def _write_secret(path: Path, secret: bytes) -> None:
    """A file that only its owner can read.

    Raises:
        FileExistsError: there is one.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)


def _certificate(
    role: str,
    *,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    now = datetime.now(UTC) - _BACK
    authority = role != "signing"
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(role))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * _YEARS[role]))
        .add_extension(
            x509.BasicConstraints(authority, {"root": 1, "issuing": 0}.get(role)), critical=True
        )
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        purposes = [x509.ObjectIdentifier(oid) for oid in (_CLAIM_SIGNING, _EMAIL_PROTECTION)]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(role: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Kinora {role}"),
        ]
    )


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return certificate.public_bytes(serialization.Encoding.PEM)


def _expires(chain: Path) -> datetime:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(chain.read_bytes())[0].not_valid_after_utc
    except ValueError as error:
        raise InputError(
            f"{chain} is damaged: it holds no certificate.", param="data_dir"
        ) from error
