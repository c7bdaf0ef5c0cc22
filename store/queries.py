"""SQL that is longer than a line or two lives in ``store/sql``, one statement per file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


@cache
def query(name: str) -> bytes:
    """Return the text of ``store/sql/<name>.sql``; its parameters are named ``%(…)s``."""
    return (_FOLDER / f"{name}.sql").read_bytes()
