"""Where this machine gets Debian packages from, read out of its own apt sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUITES = frozenset(
    "bullseye bookworm trixie forky sid oldoldstable oldstable stable testing unstable".split()
)


def debian_mirrors(etc: Path = Path("/etc/apt")) -> list[str]:
    """Return the addresses of Debian's own archive that ``etc`` names, in order, without repeats.

    Reads ``sources.list``, ``sources.list.d/*.list`` (one line each) and ``*.sources`` (deb822).
    Archives of others and Debian's security archive do not carry a whole suite and are left out.
    Source: sources.list(5).
    """
    folder = etc / "sources.list.d"
    found: dict[str, None] = {}
    for path in [etc / "sources.list", *sorted(folder.glob("*.list"))]:
        found.update(dict.fromkeys(_one_line(_text(path))))
    for path in sorted(folder.glob("*.sources")):
        found.update(dict.fromkeys(_deb822(_text(path))))
    return list(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _one_line(text: str) -> Iterator[str]:
    for line in text.splitlines():
        # Options such as [arch=amd64 signed-by=…] stand between type and address.
        plain = re.sub(r"\[[^\]]*\]", " ", line.split("#")[0]).split()
        if len(plain) > 3 and plain[0] == "deb":  # noqa: PLR2004  (type, address, suite, part)
            yield from _main_archive([plain[1]], [plain[2]], plain[3:])


def _deb822(text: str) -> Iterator[str]:
    for stanza in re.split(r"\n\s*\n", _without_comments(text)):
        field: dict[str, list[str]] = {}
        for name, value in re.findall(r"(?m)^([\w-]+):((?:.*)(?:\n[ \t].*)*)", stanza):
            field[name.lower()] = value.split()
        if "deb" in field.get("types", []) and field.get("enabled", ["yes"]) != ["no"]:
            yield from _main_archive(
                field.get("uris", []), field.get("suites", []), field.get("components", [])
            )


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _main_archive(uris: list[str], suites: list[str], components: list[str]) -> Iterator[str]:
    if "main" in components and _SUITES.intersection(suites):
        yield from (uri.rstrip("/") for uri in uris)
