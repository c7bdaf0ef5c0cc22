"""The web process without a browser: its sources in memory, its files, people at its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from service.web.app import create_app
from service.web.files import WebFiles
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.memory import MemoryFacts, MemorySource


class Clock:
    """Seconds that somebody moves."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def facts() -> MemoryFacts:
    return MemoryFacts()


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> WebFiles:
    """Our files with an empty Leaflet: these tests have no browser."""
    folder = tmp_path_factory.mktemp("node_modules")
    dist: Path = folder / "leaflet" / "dist"
    dist.mkdir(parents=True)
    for name in ("leaflet.js", "leaflet.css"):
        (dist / name).write_text("/* none */")
    return WebFiles(folder)


@pytest.fixture
def address(dsn: str, files: WebFiles, source: MemorySource) -> Iterator[str]:
    """Serve the pages of a database; give their address."""
    settings = WebSettings(port=0, poll_s=0.2)
    app = create_app(settings, dsn, source=source, files=files, facts=MemoryFacts())
    with running(app, settings) as address:
        yield address


@pytest.fixture
def enter(dsn: str, address: str) -> Iterator[Callable[..., httpx.Client]]:
    """A client of somebody of a role, as their browser: it follows where a form leads."""
    with ExitStack() as opened:

        def made(role: str = "analyst", name: str = "", **said: str) -> httpx.Client:
            token = people.token(dsn, role, name or role, **said)
            return opened.enter_context(people.signed_in(address, token))

        yield made
