"""Pages of a database, served for all tests of a file: the sea is a picture of now, in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from service.web.app import create_app
from service.web.server import running
from tests.plugins.alerted import ROUTING
from tests.plugins.memory import MemoryFacts, MemorySource

if TYPE_CHECKING:
    from service.web.files import WebFiles
    from service.web.settings import WebSettings


@contextmanager
def served(dsn: str, files: WebFiles, settings: WebSettings, **options: Any) -> Iterator[str]:
    """Serve the pages; yield their address. ``options`` as ``create_app`` has them."""
    source = MemorySource()
    source.at_ms = time.time_ns() // 1_000_000
    app = create_app(settings, dsn, source=source, files=files, facts=MemoryFacts(),
                     **{"routing": ROUTING, **options})  # fmt: skip
    with running(app, settings) as address:
        yield address
