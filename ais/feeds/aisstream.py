"""The feed of aisstream.io: JSON messages over a WebSocket, with a key and boxes to ask for.

Source: https://aisstream.io/documentation. The server wants the subscription within 3 s and
closes the connection of a reader that is too slow.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from dataclasses import dataclass
from typing import ClassVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from ais.addresses import bare
from ais.feed import FeedError, FeedHealth, Sink, one_line
from ais.feeds.settings import MESSAGE_BYTES, FeedSettings, check_positive
from ais.feeds.splitting import LineSplitter, as_one_line

Corner = tuple[float, float]

MEDITERRANEAN: tuple[tuple[Corner, Corner], ...] = (((29.5, -6.5), (46.5, 37.0)),)
"""The default box: latitude and longitude of two opposite corners, in degrees."""
_SUBSCRIBE_S = 3.0  # the server's own limit
_REFUSED = (401, 403)

# At level DEBUG the library writes every frame into the log, the one with the key too.
_frames = logging.getLogger(f"{__name__}.frames")
_frames.setLevel(logging.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class AisstreamFeed(FeedSettings):
    """A subscription to aisstream.io.

    url: of the server, ws:// or wss://
    key_variable: name of the environment variable that holds the key; the key itself is never a
        setting and never in a log
    boxes: pairs of opposite corners, each (latitude, longitude) in degrees
    message_types: names of aisstream's messages, empty = all
    mmsis: at most 50 nine-digit numbers, empty = all vessels
    idle_timeout_s: seconds without a message after which the connection is made anew
    """

    kind: ClassVar[str] = "aisstream"

    url: str = "wss://stream.aisstream.io/v0/stream"
    key_variable: str = "AISSTREAM_API_KEY"
    boxes: tuple[tuple[Corner, Corner], ...] = MEDITERRANEAN
    message_types: tuple[str, ...] = ()
    mmsis: tuple[str, ...] = ()
    idle_timeout_s: float = 120.0

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_positive("idle_timeout_s", self.idle_timeout_s)
        if not self.url.startswith(("ws://", "wss://")):
            raise ValueError(f"url {bare(self.url)!r}: expected ws://… or wss://…")
        if not self.boxes:
            raise ValueError("boxes: expected at least one [[lat, lon], [lat, lon]]")
        for lat, lon in (corner for box in self.boxes for corner in box):
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 (degrees)
                raise ValueError(
                    f"boxes: corner [{lat}, {lon}] is not on the globe: expected [latitude"
                    " -90 to 90, longitude -180 to 180]"
                )

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Connect, subscribe and read; always ends by raising. The key is in no error's text."""
        key = os.environ.get(self.key_variable, "")
        # Asked for at the connection, not when settings are read: a page that shows settings
        # cannot show what is not in them.
        if not key:
            raise FeedError(
                f"environment variable {self.key_variable} is not set: expected the key of"
                " aisstream.io; set it and start again",
                permanent=True,
            )
        try:
            async with connect(
                # Beyond this the library ends the connection; below it a long message is dropped
                # by itself.
                self.url,
                max_size=16 * MESSAGE_BYTES,
                logger=_frames,
                close_timeout=2,
            ) as socket:
                async with asyncio.timeout(_SUBSCRIBE_S):
                    await socket.send(self.subscription(key))
                health.connected(self.url)
                await self._read(socket, sink, health)
        except InvalidStatus as error:
            status = error.response.status_code
            raise FeedError(
                f"{self.url} refused with HTTP status {status}", permanent=status in _REFUSED
            ) from None
        except (OSError, WebSocketException) as error:
            # ``from None``: a chained traceback in a log would bring the key back.
            raise FeedError(one_line(error).replace(key, "***")) from None
        except FeedError as error:
            raise FeedError(str(error).replace(key, "***")) from None

    def subscription(self, key: str) -> str:
        """Return the message that asks for the boxes, as JSON."""
        wanted: dict[str, object] = {"APIKey": key, "BoundingBoxes": self.boxes}
        if self.mmsis:
            wanted["FiltersShipMMSI"] = self.mmsis
        if self.message_types:
            wanted["FilterMessageTypes"] = self.message_types
        return json.dumps(wanted)

    async def _read(self, socket: ClientConnection, sink: Sink, health: FeedHealth) -> None:
        splitter = LineSplitter(health, longest=MESSAGE_BYTES, rate_limit=self.rate_limit)
        while True:
            try:
                async with asyncio.timeout(self.idle_timeout_s):
                    message = await socket.recv(decode=False)
            except TimeoutError:
                raise FeedError(
                    f"{self.url} sent nothing for {self.idle_timeout_s} s: connecting anew"
                ) from None
            # Bytes, not text: nothing has to be decoded here only to be encoded again for the
            # spool.
            line = as_one_line(message)
            if line.startswith(b'{"error"'):
                raise FeedError(f"{self.url} says {line.decode(errors='replace')}")
            sink(self.name, splitter.whole([line]))
