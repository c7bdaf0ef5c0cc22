"""The command line beside a database of its own."""

from __future__ import annotations

import pytest


@pytest.fixture
def office(vedetta, dsn, monkeypatch):
    """Run ``vedetta WORDS`` as a.rossi on a fresh database."""
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("VEDETTA_USER", "a.rossi")
    return vedetta
