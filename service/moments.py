"""Times as people type them."""

from __future__ import annotations

import datetime as dt

from service.errors import WrongUseError


def moment(name: str, text: str | None) -> dt.datetime | None:
    """Return a time in UTC, None for none; raises WrongUseError naming ``name``."""
    if not (text or "").strip():
        return None
    try:
        at = dt.datetime.fromisoformat(str(text).strip())
        return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        msg = f"{name}: {str(text)[:40]!r} is no time; expected one as 2026-05-01T08:00:00Z"
        raise WrongUseError(msg) from None
