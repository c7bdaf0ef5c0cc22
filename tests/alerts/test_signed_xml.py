"""XML of other systems is read without its traps; what is signed is what is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from alerts.cise import CiseParty, cise_messages
from alerts.signed_xml import MOST_BYTES, XmlError, read_xml, verified
from tests.plugins.certificates import signer
from tests.plugins.notices import distress


@pytest.fixture(scope="module", params=["rsa", "ec"])
def ours(request):
    return signer(request.param)


@pytest.fixture(scope="module")
def signed(ours) -> bytes:
    [push] = cise_messages(distress(), CiseParty("eu.vedetta.push"))
    return ours.sign(push)


def test_a_signed_push_verifies_and_gives_back_its_entity(ours, signed):
    root = verified(signed, ours.certificate)
    assert root.findtext("Payload/MaritimeSafetyIncident/Certainty") == "Observed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Certainty>Observed<", b"<Certainty>Unlikely<"),
        (b'xmlns:vessel="http://www.cise.eu/datamodel/v1/entity/vessel/"',
         b'xmlns:vessel="http://www.cise.eu/datamodel/v1/entity/risk/"'),
        (b"<MessageID>", b"<MessageID>x"),
    ],
)  # fmt: skip
def test_whatever_was_altered_is_seen_the_meaning_of_a_prefix_too(ours, signed, old, new):
    assert old in signed
    with pytest.raises(XmlError, match="does not verify"):
        verified(signed.replace(old, new), ours.certificate)


def test_another_key_and_no_signature_are_refused(ours, signed):
    other = signer("rsa", "other")
    with pytest.raises(XmlError, match="does not verify"):
        verified(signed, other.certificate)
    with pytest.raises(XmlError, match="does not verify"):
        verified(b"<a/>", ours.certificate)


def test_a_signed_part_within_a_forged_message_is_refused(ours, signed):
    inner = signed.split(b"?>", 1)[1]
    with pytest.raises(XmlError):
        verified(b"<forged>" + inner + b"</forged>", ours.certificate)


def test_a_key_that_is_not_the_certificates_is_named():
    mixed = replace(signer("rsa"), certificate=signer("ec").certificate)
    with pytest.raises(XmlError, match="is not that of the key"):
        mixed.sign(etree.Element("a"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" + b" " * MOST_BYTES + b"</a>",
        b"\x00",
    ],
)
def test_what_is_no_plain_message_is_not_read(data):
    with pytest.raises(XmlError):
        read_xml(data)
