"""XML from and to other systems: read without its traps, signed and verified (XML-DSig).

Enveloped signature, RSA or ECDSA with SHA-256, Canonical XML 1.0: the exclusive form would leave
the meaning of prefixes in xsi:type values unsigned.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from alerts.errors import AlertsError

MOST_BYTES = 1_000_000
"""Bytes of a document that is read: an answer is some kilobytes."""
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256})


class XmlError(AlertsError):
    """Bytes that are no XML to be read, a key that cannot sign, or a signature that fails."""


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs: a private key and its certificate (with its chain), PEM texts."""

    key: str
    certificate: str
    passphrase: bytes | None = None

    def sign(self, root: etree._Element, before: str = "") -> bytes:
        """Return ``root`` as signed UTF-8 XML; raises XmlError where the key cannot sign.

        The signature stands before the child ``before``, where a schema wants it there, else last.
        """
        try:
            key = load_pem_private_key(self.key.encode(), self.passphrase)
            certificates = x509.load_pem_x509_certificates(self.certificate.encode())
        except (ValueError, TypeError) as error:
            raise XmlError(
                f"signing key or certificate: cannot be read ({error}); expected PEM, and the "
                "passphrase where the key has one"
            ) from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise XmlError(f"signing key: {type(key).__name__}; expected RSA or EC")
        if key.public_key() != certificates[0].public_key():
            raise XmlError("signing certificate: is not that of the key; expected its own first")
        signer = XMLSigner(
            signature_algorithm=(
                SignatureMethod.RSA_SHA256
                if isinstance(key, rsa.RSAPrivateKey)
                else SignatureMethod.ECDSA_SHA256
            ),
            c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
        )
        if (place := root.find(before) if before else None) is not None:
            place.addprevious(etree.Element(f"{{{_DSIG}}}Signature", Id="placeholder"))
        signed = signer.sign(root, key=key, cert=certificates)
        return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def read_xml(data: bytes) -> etree._Element:
    """Return the root of a document of somebody else's, read without entities and network.

    Raises XmlError for what is too large, no XML, or has a document type: no message needs one.
    """
    if len(data) > MOST_BYTES:
        raise XmlError(f"XML of {len(data)} bytes; expected at most {MOST_BYTES}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError(f"{data[:40]!r} is no XML ({error})") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("XML with a document type; expected a message without one")
    return root


def verified(data: bytes, certificate: str) -> etree._Element:
    """Return what the holder of ``certificate`` (PEM) signed in ``data``, and nothing else of it.

    Raises XmlError where there is no signature, another key's, or one that does not fit.
    """
    root = read_xml(data)
    expected = SignatureConfiguration(signature_methods=_METHODS)
    try:
        result = XMLVerifier().verify(root, x509_cert=certificate, expect_config=expected)
    except (SignXMLException, etree.LxmlError, ValueError) as error:
        raise XmlError(f"signature: does not verify ({error}); ask the sender") from error
    signed = None if isinstance(result, list) else result.signed_xml
    if signed is None or signed.tag != root.tag:
        raise XmlError("signature: covers only a part of the message; expected all of it")
    return signed
