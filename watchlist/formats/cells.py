"""An entry as the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence

from watchlist.entries import WatchlistEntry
from watchlist.formats.columns import SEPARATOR


def cells_of(entry: WatchlistEntry, columns: Sequence[str]) -> list[str]:
    """Return the texts of ``columns``, several values with ``|`` between them.

    Where ``former_names`` is no column they stand among the aliases.
    """
    return [_cell(entry, column, columns) for column in columns]


def _cell(entry: WatchlistEntry, column: str, columns: Sequence[str]) -> str:
    if column == "handling":
        return ": ".join(filter(None, (entry.handling, entry.handling_comment)))
    if column == "links":
        links = (f"{link.relation}:{link.entry}:{link.note}" for link in entry.links)
        return _joined([link.rstrip(":") for link in links])
    if column == "aliases" and "former_names" not in columns:
        return _joined(tuple(dict.fromkeys((*entry.aliases, *entry.former_names))))
    value = getattr(entry, column)
    if isinstance(value, tuple):
        return _joined(value)
    # A separator inside a name would make two names of it; no reader of ours lets one in.
    return _text(value).replace(SEPARATOR, "/") if column == "name" else _text(value)


def _text(value: object) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value)


def _joined(values: Sequence[object]) -> str:
    return SEPARATOR.join(str(value).replace(SEPARATOR, "/") for value in values)
