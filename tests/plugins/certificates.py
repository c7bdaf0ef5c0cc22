"""Keys with certificates of their own, made once for each name."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from alerts.signed_xml import Signer

if TYPE_CHECKING:
    from pathlib import Path


@cache
def signer(kind: str = "rsa", name: str = "desk") -> Signer:
    """A key (rsa or ec) and its certificate, valid from yesterday for a year."""
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(
        ec.SECP256R1()
    )  # fmt: skip
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{name}.{kind}.example")])
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + dt.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Signer(private.decode(), certificate.public_bytes(Encoding.PEM).decode())


def put(one: Signer, folder: Path) -> tuple[Path, Path]:
    """Write key and certificate as files; return their paths."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_text(one.key)
    certificate.write_text(one.certificate)
    return key, certificate
