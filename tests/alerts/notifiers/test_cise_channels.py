"""CISE over real HTTP and as files: signed, judged by the answer, the same for every attempt."""

from __future__ import annotations

import http.server
import threading
from dataclasses import dataclass, field

import pytest
from lxml import etree

from alerts.cise import message_id
from alerts.notifier import Later, Refused
from alerts.notifiers.cise import CiseDrop, CiseHttp
from alerts.signed_xml import verified
from tests.plugins.certificates import put, signer
from tests.plugins.notices import NOON_US, alert, notice

KEY = "0123456789abcdef0123456789abcdef"
ACK = (
    '<n:Acknowledgement xmlns:n="http://www.cise.eu/servicemodel/v1/message/">'
    "<CorrelationID>x</CorrelationID><MessageID>y</MessageID><AckCode>{}</AckCode>"
    "</n:Acknowledgement>"
)


@dataclass
class Node:
    """A CISE node: what it answers next, and what it was sent."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@pytest.fixture
def node():
    node = Node()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            node.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            node.keys.append(self.headers["Idempotency-Key"])
            code, headers, body = (
                node.answers.pop(0) if node.answers else (200, {}, ACK.format("Success"))
            )
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_address[1]}/api/messages"
    yield node
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def channel(node, tmp_path) -> CiseHttp:
    key, certificate = put(signer(), tmp_path)
    return CiseHttp("cise", node.url, "eu.vedetta.push", key, certificate, allow=("127.0.0.0/8",))


def test_a_push_arrives_signed_and_the_receipt_names_its_message(channel, node):
    receipt = channel.send(notice(), KEY)
    assert receipt.reference == message_id("A-0123456789ab.1.catania")
    assert receipt.said == "Success"
    root = verified(node.bodies[0], signer().certificate)
    assert root.findtext("MessageID") == receipt.reference


def test_a_repeat_bears_the_same_message_and_key(channel, node):
    channel.send(notice(), KEY)
    channel.send(notice(), KEY)
    assert node.keys == [f"{KEY}-1", f"{KEY}-1"]
    first, second = (verified(one, signer().certificate) for one in node.bodies)
    assert first.findtext("MessageID") == second.findtext("MessageID")


def test_a_retraction_sends_one_feedback_for_each_message(channel, node):
    told = (("A-1.1.c", NOON_US), ("A-1.2.c", NOON_US))
    gone = alert(state="retracted", reason="late reports")
    channel.send(notice(alert=gone, change="cancel", references=told), KEY)
    assert len(node.bodies) == 2
    assert message_id("A-1.2.c").encode() in node.bodies[1]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((503, {"Retry-After": "120"}, ""), Later),
        ((500, {}, ""), Later),
        ((429, {}, ""), Later),
        ((200, {}, ACK.format("ServiceManagerError")), Later),
        ((200, {}, ACK.format("BadRequest")), Refused),
        ((400, {}, ""), Refused),
    ],
)
def test_the_answer_decides_whether_trying_again_helps(channel, node, answer, fault):
    node.answers.append(answer)
    with pytest.raises(fault) as told:
        channel.send(notice(), KEY)
    if answer[1]:
        assert told.value.retry_after_s == 120


def test_a_node_that_answers_nothing_yet_has_taken_it(channel, node):
    node.answers.append((202, {}, ""))
    assert channel.send(notice(), KEY).said == "202 without an acknowledgement"


@pytest.mark.data
@pytest.mark.parametrize("change", ["alert", "cancel"])
def test_signed_messages_are_valid_with_their_payload_emptied(channel, node, shared_data, change):
    schema = etree.XMLSchema(etree.parse(shared_data / "reference" / "cise" / "cise.xsd"))
    channel.send(notice(change=change, references=(("A-1.1.c", NOON_US),)), KEY)
    root = etree.fromstring(node.bodies[0])
    for entity in root.findall("Payload/Anomaly"):
        entity.getparent().remove(entity)
    schema.assertValid(root)
    assert root.find("{http://www.w3.org/2000/09/xmldsig#}Signature") is not None


def test_an_endpoint_that_is_down_is_tried_again(tmp_path):
    key, certificate = put(signer(), tmp_path)
    away = CiseHttp("cise", "http://127.0.0.1:9/", "s", key, certificate, allow=("127.0.0.0/8",))
    with pytest.raises(Later):
        away.send(notice(), KEY)


def test_files_are_signed_too_and_an_ack_of_nothing_is_refused(tmp_path):
    key, certificate = put(signer(), tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    channel = CiseDrop("cise", folder, "eu.vedetta.push", key, certificate)
    receipt = channel.send(notice(), KEY)
    [file] = folder.iterdir()
    assert file.name == "20261120T120100Z_A-0123456789ab_1_catania_01234567_1.cise.xml"
    assert verified(file.read_bytes(), signer().certificate).findtext("MessageID") == (
        receipt.reference
    )
    with pytest.raises(Refused, match="was never told"):
        channel.send(notice(change="ack"), KEY)


def test_what_is_missing_is_named_at_start(tmp_path, monkeypatch):
    key, certificate = put(signer(), tmp_path)
    with pytest.raises(Refused, match="folder"):
        CiseDrop("c", tmp_path / "no", "s", key, certificate).ready()
    with pytest.raises(Refused, match="two PEM files"):
        CiseDrop("c", tmp_path, "s", tmp_path / "no.pem", certificate).ready()
    monkeypatch.delenv("CISE_KEY", raising=False)
    named = {"passphrase_env": "CISE_KEY"}
    with pytest.raises(Refused, match="environment variable CISE_KEY"):
        CiseDrop("c", tmp_path, "s", key, certificate, **named).ready()
    CiseDrop("c", tmp_path, "s", key, certificate).ready()
