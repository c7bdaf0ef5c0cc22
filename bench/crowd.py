"""People at live maps, as a process of their own: what each is sent, and when it knew of a call.

Started with the address. Each line of stdin is a JSON object, ``{"quick": [token…], "slow": […],
"frozen": […]}``, of people who sit down; the answer is one line of JSON about what happened since
the one before. It ends with stdin.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

SLOW_S = 5.0
_AGAIN_S = 1.0
_CALL = re.compile(r'"mmsis":\s*\[(970\d{6})')


@dataclass
class Crowd:
    """The clients' figures: ``sent`` bytes by kind, ``known`` (MMSI, epoch s) of quick ones."""

    address: str
    sent: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    known: list[tuple[int, float]] = field(default_factory=list)
    frames: int = 0

    async def sit(self, kind: str, token: str) -> None:
        """Be one person in front of a map, who comes back when it is closed."""
        while True:
            with suppress(WebSocketException, OSError):
                async with connect(
                    self.address,
                    additional_headers={"cookie": f"vedetta={token}"},
                    max_size=None,
                    max_queue=1 if kind == "slow" else 16,
                    compression=None,
                    ping_interval=None,
                    proxy=None,
                ) as link:
                    self.opened[kind] += 1
                    await self._look(kind, link)
            await asyncio.sleep(_AGAIN_S)

    async def _look(self, kind: str, link: ClientConnection) -> None:
        if kind == "frozen":
            link.transport.pause_reading()
            await link.wait_closed()
        seen: set[int] = set()
        async for part in link:
            self.sent[kind] += len(part)
            if kind == "slow":
                await asyncio.sleep(SLOW_S)
            elif isinstance(part, str):
                self._read(part, seen)
            else:
                self.frames += 1

    def _read(self, text: str, seen: set[int]) -> None:
        now = time.time()
        if text.startswith('{"type":"marks"') or '"marks"' in text[:20]:
            fresh = {int(mmsi) for mmsi in _CALL.findall(text)} - seen
            seen |= fresh
            self.known.extend((mmsi, now) for mmsi in fresh)

    def told(self) -> str:
        """Return what happened since the last call, as JSON."""
        said = {"sent": self.sent, "opened": self.opened, "known": self.known,
                "frames": self.frames}  # fmt: skip
        line = json.dumps(said)
        self.sent, self.opened, self.known, self.frames = Counter(), Counter(), [], 0
        return line


async def crowd(address: str) -> None:
    """Sit everybody down and answer until stdin ends."""
    loop, asked = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line)
        loop.call_soon_threadsafe(asked.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    people, sitting = Crowd(address), set()
    while line := (await asked.get()).strip():
        for kind, tokens in (json.loads(line) or {}).items():
            for token in tokens:
                sitting.add(asyncio.create_task(people.sit(kind, token)))
        print(people.told(), flush=True)
    for task in sitting:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(crowd(sys.argv[1]))
