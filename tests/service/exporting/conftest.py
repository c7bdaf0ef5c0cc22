"""A sea that is made once for all tests of exports: they only read it, and add to its audit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.plugins import exported
from tests.plugins.database import fresh_database


@pytest.fixture(scope="package")
def sea(database_server: str) -> Iterator[str]:
    """Give the DSN of the sea of ``tests.plugins.exported``."""
    with fresh_database(database_server) as dsn:
        exported.fill(dsn)
        yield dsn
