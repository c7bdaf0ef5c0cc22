"""Files brought by the browser: to the disk as they come, bounded, and refused in words."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.web.app import create_app
from service.web.receiving import MIB, Receiving, TooLongError
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.memory import MemoryFacts

EDGE = "edge"
CHUNK = b"x" * (64 << 10)


@dataclass
class Sent:
    """A form as a browser sends it: fields, then a file of so many chunks."""

    chunks: int
    proof: str = "ours"
    announced: bool = False
    asked: int = 0
    parts: Iterator[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = self._parts()

    def _parts(self) -> Iterator[bytes]:
        head = f"--{EDGE}\r\nContent-Disposition: form-data; name="
        if self.proof:
            yield f'{head}"form_token"\r\n\r\n{self.proof}\r\n'.encode()
        yield f'{head}"file"; filename="big.csv"\r\n\r\n'.encode()
        for _ in range(self.chunks):
            self.asked += 1
            yield CHUNK
        yield f"\r\n--{EDGE}--\r\n".encode()

    async def receive(self) -> dict[str, Any]:
        part = next(self.parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    def request(self) -> Request:
        headers = [(b"content-type", f"multipart/form-data; boundary={EDGE}".encode())]
        if self.announced:
            headers.append((b"content-length", str(self.chunks * len(CHUNK)).encode()))
        return Request({"type": "http", "method": "POST", "headers": headers}, self.receive)


def received(sent: Sent, most: int = 256 * MIB, *, proven: bool = False) -> int:
    """Size of the file that came, bytes."""

    async def work() -> int:
        form = await Receiving().form(
            sent.request(), most, lambda given: given == "ours", proven=proven
        )
        size = form["file"].size
        await form.close()
        return size

    return asyncio.run(work())


def test_a_file_of_a_hundred_megabytes_takes_a_few_of_memory() -> None:
    received(Sent(16))
    tracemalloc.start()
    size = received(Sent(1600))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 1600 * len(CHUNK)
    assert peak < 8 * MIB


@pytest.mark.parametrize("proof", ["theirs", ""])
def test_no_byte_of_a_file_is_taken_before_the_token_is_proven(proof) -> None:
    sent = Sent(1600, proof=proof)
    with pytest.raises(HTTPException, match="out of date") as refused:
        received(sent)
    assert (refused.value.status_code, sent.asked) == (403, 0)


def test_a_token_in_the_header_needs_no_field() -> None:
    assert received(Sent(2, proof=""), proven=True) == 2 * len(CHUNK)


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_long_is_refused_with_the_cure_and_not_kept(announced) -> None:
    with pytest.raises(TooLongError) as refused:
        received(Sent(1600, announced=announced), most=2 * MIB)
    said = refused.value.detail
    assert "larger than 2 MiB" in said
    assert "divide it" in said
    assert "web.upload_mib" in said


def test_what_breaks_off_is_no_form() -> None:
    sent = Sent(2)
    sent.parts = iter(list(sent.parts)[:-1])
    with pytest.raises(HTTPException) as refused:
        received(sent)
    assert refused.value.status_code == 400


@pytest.fixture
def office(dsn, files, source) -> Iterator[Callable[..., httpx.Client]]:
    """A desk where a file may have one MiB."""
    settings = WebSettings(port=0, poll_s=0.2, upload_mib=1)
    app = create_app(settings, dsn, source=source, files=files, facts=MemoryFacts())
    token = people.token(dsn, "analyst")
    with running(app, settings) as address, people.signed_in(address, token) as client:
        client.post("/watchlist/purpose", data={"purpose": "watch of May"})
        yield client


def refusals(dsn: str) -> list[tuple[str, str, dict[str, str]]]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT who, subject, details FROM audit WHERE action = 'upload.refused' "
            "ORDER BY number"
        ).fetchall()
    return [(who, subject, json.loads(json.dumps(details))) for who, subject, details in rows]


def test_a_file_beyond_the_limit_is_refused_on_a_page_and_in_the_audit(dsn, office) -> None:
    assert "at most 1 MiB" in office.get("/zones/import").text
    for path in ("/zones/import", "/watchlist/import", "/watchlist/check"):
        answer = office.post(path, files={"file": ("big.csv", b"x" * 4 * MIB)})
        assert answer.status_code == 413
        assert "larger than 1 MiB" in answer.text
        assert "import it with ./vedetta on the server" in answer.text
    assert [(who, path) for who, path, _ in refusals(dsn)] == [
        ("analyst", "/zones/import"), ("analyst", "/watchlist/import"),
        ("analyst", "/watchlist/check"),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_refused_in_the_audit_too(dsn, office) -> None:
    answer = office.post("/zones/import", files={"file": ("bad.geojson", b"{}")})
    assert answer.status_code == 400
    form = {"why": "port call"}
    office.post("/watchlist/check", files={"file": ("bad.xlsx", b"no zip")}, data=form)
    told = refusals(dsn)
    assert [(path, said["file"]) for _, path, said in told] == [
        ("/zones/import", "bad.geojson"), ("/watchlist/check", "bad.xlsx"),
    ]  # fmt: skip
    assert all(said["why"] for _, _, said in told)


def test_a_file_goes_ahead_and_its_form_follows(office) -> None:
    ahead = office.post(
        "/watchlist/check", files={"file": ("asked.csv", b"mmsi\n247000001\n")},
        headers={"accept": "application/json"},
    ).json()  # fmt: skip
    page = office.post("/watchlist/check", data={"token": ahead["token"], "why": "port call"})
    assert "asked.csv" in page.text
    gone = office.post("/watchlist/check", data={"token": "nobodys", "why": "port call"})
    assert (gone.status_code, "bring it again" in gone.text) == (404, True)


def test_a_foreign_page_cannot_send_a_file(dsn, office) -> None:
    answer = office.post(
        "/zones/import", files={"file": ("z.geojson", b"{}")},
        headers={"origin": "https://evil.example"},
    )  # fmt: skip
    assert (answer.status_code, "o page of ours" in answer.text) == (403, True)
    # It stands in the audit as every foreign origin does (test_refused.py), and not twice.
    assert refusals(dsn) == []
