"""Addresses as health, logs and pages may show them: where a feed connects, and no secret.

A key may stand in an address as user and password, in its query, and in its path; what is left is
scheme, host and port.
"""

from __future__ import annotations

import re

# What stands before the last @ of a line is the user's part: a password may hold anything.
_ADDRESS = re.compile(
    r"\b([a-z][a-z0-9+.-]*)://((?:(?:(?!://).)*@)?[^\s/?#'\"@]*)([^\s'\"]*)", re.IGNORECASE
)


def bare(text: str) -> str:
    """Return ``text`` with each ``scheme://…`` in it cut down to scheme, host and port."""
    return _ADDRESS.sub(_cut, text)


def _cut(found: re.Match[str]) -> str:
    scheme, authority, rest = found.groups()
    _, named, host = authority.rpartition("@")
    # A password with a slash of its own would pass for the host.
    return f"{scheme}://…" if "@" in rest and not named else f"{scheme}://{host}"
