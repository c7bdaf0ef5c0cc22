"""Encrypting a mail for those who read it: S/MIME (RFC 8551) and OpenPGP (RFC 3156)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from pathlib import Path

import pysequoia
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from alerts.errors import AlertsError


class SealError(AlertsError):
    """A key cannot be used: not there, expired, or of a kind that is not known."""


def for_smime(text: str, certificates: Sequence[Path], at: dt.datetime) -> Message:
    """Return ``text`` as application/pkcs7-mime, AES-256, for the owners of ``certificates``.

    PEM files with RSA keys, valid at ``at``; raises SealError for others.
    """
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(_entity(text))
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    for path in certificates:
        builder = builder.add_recipient(certificate(path, at))
    sealed = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    part = MIMEApplication(sealed, "pkcs7-mime", smime_type="enveloped-data", name="smime.p7m")
    part.add_header("Content-Disposition", "attachment", filename="smime.p7m")
    return part


def for_openpgp(text: str, keys: Sequence[Path]) -> Message:
    """Return ``text`` as multipart/encrypted for the owners of ``keys``; raises SealError.

    Files with one public key (certificate) each, armoured or not.
    """
    certs = [public_key(path) for path in keys]
    try:
        sealed = pysequoia.encrypt(_entity(text), recipients=certs)
    except Exception as error:  # an extension's own errors have no common root
        raise SealError(
            f"OpenPGP: {error}; expected keys that can encrypt and are valid"
        ) from error
    whole = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
    whole.attach(_seven_bit("Version: 1\r\n", "pgp-encrypted"))
    body = _seven_bit(bytes(sealed).decode("ascii"), "octet-stream")
    body.add_header("Content-Disposition", "inline", filename="encrypted.asc")
    whole.attach(body)
    return whole


def certificate(path: Path, at: dt.datetime) -> x509.Certificate:
    """Return the certificate in ``path``; raises SealError where it cannot be used at ``at``."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SealError(f"{path}: {error}; expected a certificate in PEM") from error
    if not found.not_valid_before_utc <= at <= found.not_valid_after_utc:
        ends = f"{found.not_valid_after_utc:%Y-%m-%d}"
        raise SealError(f"{path}: valid until {ends}; expected one that is valid now")
    if not isinstance(found.public_key(), rsa.RSAPublicKey):
        raise SealError(
            f"{path}: not an RSA key; expected RSA, the only kind that can be used here"
        )
    return found


def public_key(path: Path) -> pysequoia.Cert:
    """Return the OpenPGP key in ``path``; raises SealError where there is none."""
    try:
        return pysequoia.Cert.from_bytes(path.read_bytes())
    except Exception as error:  # as above
        raise SealError(f"{path}: {error}; expected an OpenPGP public key") from error


def _entity(text: str) -> bytes:
    """Return ``text`` as the MIME entity that is found when it is opened."""
    inner = EmailMessage(policy=SMTP)
    inner.set_content(text, cte="quoted-printable")
    return inner.as_bytes()


def _seven_bit(text: str, subtype: str) -> Message:
    part = MIMEText(text, _charset="us-ascii")
    part.replace_header("Content-Type", f"application/{subtype}")
    del part["MIME-Version"]
    return part
