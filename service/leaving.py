"""What leaves the list for others: entries in force whose codes allow it."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.desk import Desk, noted
from service.disclosure import forbids
from service.errors import WrongUseError
from store import watchlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from store.changes import Change
    from watchlist.entries import WatchlistEntry


@dataclass(frozen=True, slots=True)
class Leaving:
    """``entries`` may leave; ``kept`` are the ids of those that may not, with the reason."""

    entries: tuple[WatchlistEntry, ...]
    kept: tuple[tuple[str, str], ...]


def leaving(at: Desk, ids: Sequence[str], layout: str, permission: str, made: Change) -> Leaving:
    """Return what may leave of the entries in force, of ``ids`` only where some are given.

    ``permission`` says which contributor permitted what codes forbid, "" = nobody did. The audit
    says what left and what was kept. Raises WrongUseError for an id that is not in force.
    """
    there = {one.entry.id: one.entry for one in watchlist.in_force(at.connection)}
    if strange := [one for one in ids if one not in there]:
        msg = f"{strange[0]}: is not in force; see vedetta watchlist list --state released"
        raise WrongUseError(msg)
    asked = [there[one] for one in dict.fromkeys(ids)] if ids else list(there.values())
    found = may_leave(asked, there, permission)
    details = {"format": layout, "kept": [one for one, _ in found.kept], "permission": permission}
    noted(at, made, "export", [one.id for one in found.entries], details)
    return found


def may_leave(
    asked: Iterable[WatchlistEntry], there: Mapping[str, WatchlistEntry], permission: str
) -> Leaving:
    """Return what may leave of ``asked``; ``there`` are all entries in force, by id."""
    chosen = list(asked)
    kept = {} if permission else {one.id: why for one in chosen if (why := forbids(one))}
    entries = tuple(_alone(one, there, permission) for one in chosen if one.id not in kept)
    return Leaving(entries, tuple(kept.items()))


def make_private(path: Path | None) -> None:
    """Have the file at ``path`` be its owner's alone before anything is written into it.

    None, a pipe and a device stay as they are. Raises OSError.
    """
    if path is None or (path.exists() and not path.is_file()):
        return
    there = os.open(path, os.O_WRONLY | os.O_CREAT, _OWNER_ONLY)
    try:
        # A file that was there keeps its mode else.
        os.fchmod(there, _OWNER_ONLY)
    finally:
        os.close(there)


_OWNER_ONLY = 0o600


def _alone(
    entry: WatchlistEntry, there: Mapping[str, WatchlistEntry], permission: str
) -> WatchlistEntry:
    """Return ``entry`` without links to entries that may not leave: a link tells of them."""
    if permission:
        return entry
    told = (one for one in entry.links if one.entry in there and not forbids(there[one.entry]))
    return dataclasses.replace(entry, links=tuple(told))
