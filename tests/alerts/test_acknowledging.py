"""Links, CAP answers and CISE answers read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alerts.acknowledging import AnswerError, Link, TokenError, answered, opened, token
from alerts.cap import CapSender, cap_xml
from alerts.cise import MESSAGE
from tests.plugins.notices import NOON_US, notice

SECRET = b"s" * 32
LINK = Link("A-0123456789ab.1.catania", "catania", NOON_US + 1)


def cise(kind: str, **fields: str) -> etree._Element:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return etree.fromstring(f'<n:{kind} xmlns:n="{MESSAGE}">{inner}</n:{kind}>')


def test_a_link_says_which_notice_and_office_it_was_sent_to():
    assert opened(token(LINK, SECRET), SECRET, NOON_US) == LINK


def test_a_link_ends_when_it_says():
    with pytest.raises(TokenError, match="too old"):
        opened(token(LINK, SECRET), SECRET, LINK.expires_us)


def test_another_secret_does_not_open_it_and_a_short_one_makes_none():
    with pytest.raises(TokenError, match="does not fit"):
        opened(token(LINK, SECRET), b"t" * 32, NOON_US)
    with pytest.raises(TokenError, match="31 bytes"):
        token(LINK, b"s" * 31)


@given(st.data())
def test_a_link_with_any_letter_changed_opens_nothing(data):
    text = token(LINK, SECRET)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[at]))
    with pytest.raises(TokenError):
        opened(text[:at] + letter + text[at + 1 :], SECRET, NOON_US)


@given(st.text(max_size=200))
def test_no_text_at_all_opens_anything(text):
    with pytest.raises(TokenError):
        opened(text, SECRET, NOON_US)


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text), st.text())
def test_any_names_come_back_as_they_were(office, name):
    link = Link(name[:300], office, NOON_US + 1)
    try:
        text = token(link, SECRET)
    except UnicodeEncodeError:
        return
    if len(text) <= 1000:
        assert opened(text, SECRET, NOON_US) == link


def test_a_cap_ack_names_the_message_that_it_answers():
    told = (("A-1.1.catania", NOON_US), ("A-1.2 x", NOON_US))
    taken = notice(change="ack", references=told, taken_by="m.papas")
    data = cap_xml(taken, CapSender("other@x"))
    answer = answered(etree.fromstring(data))
    assert (answer.channel, answer.reference, answer.taken) == ("cap", "A-1.2 x", True)
    assert answer.who == "other@x"
    assert answer.said == "Taken on by m.papas."
    assert answer.at_us == NOON_US + 60_000_000


def test_a_cap_alert_is_no_answer():
    with pytest.raises(AnswerError, match="expected Ack or Error"):
        answered(etree.fromstring(cap_xml(notice(), CapSender("other@x"))))


def test_a_cise_acknowledgement_says_it_arrived_not_that_somebody_acts():
    answer = answered(
        cise("Acknowledgement", CorrelationID="m-1", MessageID="a-1", AckCode="Success")
    )
    assert (answer.reference, answer.good, answer.taken) == ("m-1", True, False)
    bad = answered(cise("Acknowledgement", CorrelationID="m", MessageID="a", AckCode="BadRequest",
                        AckDetail="no Vessel"))  # fmt: skip
    assert (bad.good, bad.said) == (False, "BadRequest no Vessel")


def test_a_cise_feedback_is_a_person_on_the_other_side():
    answer = answered(
        cise("Feedback", MessageID="f-1", FeedbackType="info", Reason="patrol sent",
             RefMessageID="m-1", CreationDateTime="2026-11-20T12:00:00Z")
    )  # fmt: skip
    assert (answer.reference, answer.taken, answer.at_us) == ("m-1", True, NOON_US)
    assert answer.said == "info patrol sent"


@pytest.mark.parametrize(
    "root",
    [
        etree.Element("a"),
        cise("Push", MessageID="x"),
        cise("Acknowledgement", AckCode="Success", MessageID="x"),
        cise("Feedback", FeedbackType="info", RefMessageID="x"),
        etree.fromstring(
            '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><msgType>Ack</msgType></alert>'
        ),
    ],
)
def test_what_answers_nothing_is_named(root):
    with pytest.raises(AnswerError):
        answered(root)
