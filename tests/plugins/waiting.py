"""Waiting for something that happens in another thread or process."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for ``condition`` and return what it gave; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
    return found


@contextmanager
def at_work(part: Any) -> Iterator[list[BaseException]]:
    """Let ``part`` run in a thread while the block does, then stop it; yields what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            part.run()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield raised
    finally:
        part.stop.set()
        thread.join(20)
    assert not thread.is_alive(), "it did not stop"
