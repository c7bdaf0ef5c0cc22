"""A program that follows a stream of alerts, in a thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.plugins import people
from tests.plugins.waiting import until

PATH = "/api/v1/alerts/stream"


@dataclass
class Followed:
    """What a stream said so far: (id, event, data); ``ended``: it did."""

    status: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    events: list[tuple[str, str, Any]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    ended: bool = False
    sock: Any = None

    @property
    def last(self) -> str:
        """The id that a program sends back."""
        return next((one for one, _, _ in reversed(self.events) if one), "")

    def of(self, alert: str) -> list[tuple[str, int]]:
        """Kind and version of each event about an alert."""
        return [(kind, said.get("version", 0)) for _, kind, said in list(self.events)
                if said.get("id") == alert]  # fmt: skip

    def has(self, wanted: Callable[[Followed], Any]) -> Any:
        """Wait until ``wanted`` of this is true, and give it."""
        return until(lambda: wanted(self))

    def take(self, lines: Iterator[str]) -> None:
        """Read until the stream ends, as a small program would."""
        number, kind, data = "", "", ""
        for line in lines:
            name, _, value = line.partition(": ")
            if line.startswith(":"):
                self.comments.append(line)
            elif name == "id":
                number = value
            elif name == "event":
                kind = value
            elif name == "data":
                data = value
            elif not line and data:
                self.events.append((number, kind, json.loads(data)))
                number, kind, data = "", "", ""


@contextmanager
def following(
    address: str, last: str = "", path: str = PATH, **headers: str
) -> Iterator[Followed]:
    """Follow the stream of ``address`` while the block runs."""
    followed, stop = Followed(), threading.Event()
    asked = headers | ({"last-event-id": last} if last else {})
    client = httpx.Client(base_url=address, headers=asked, timeout=60, verify=people.NO_TLS)

    def read() -> None:
        with suppress(httpx.HTTPError), client.stream("GET", path) as answer:
            followed.headers = answer.headers
            followed.sock = answer.extensions["network_stream"].get_extra_info("socket")
            followed.status = answer.status_code
            followed.take(answer.iter_lines())
        followed.ended = True

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    until(lambda: followed.status)
    try:
        yield followed
    finally:
        stop.set()
        with suppress(OSError):
            followed.sock.shutdown(2)  # the other side learns it at once, and so does the thread
        thread.join(20)
        client.close()
