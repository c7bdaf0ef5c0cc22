"""The handling codes of entries of the list, for what rests on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from alerts.alert import Codes
from store.queries import query
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    import psycopg

_USUAL = WatchlistEntry()


def entry_codes(connection: psycopg.Connection, ids: Collection[str]) -> dict[str, Codes]:
    """Return the codes of each entry of ``ids``: of the version in force, else of the newest.

    One that is not there, or erased, has the codes of an entry that says nothing: H1, amber.
    """
    if not ids:
        return {}
    rows = connection.execute(query("entry_codes"), {"ids": list(ids)}).fetchall()
    return {**{one: codes_of({}) for one in ids}, **{one: codes_of(said) for one, said in rows}}


def codes_of(said: Mapping[str, Any]) -> Codes:
    """Return the codes of an entry's content; what it does not say is as in an empty entry."""
    contributor = said.get("contributor", "")
    return Codes(
        handling=said.get("handling", _USUAL.handling),
        comment=said.get("handling_comment", ""),
        tlp=said.get("tlp", _USUAL.tlp),
        source_grade=said.get("source_grade", _USUAL.source_grade),
        info_grade=int(said.get("info_grade", _USUAL.info_grade)),
        contributors=(contributor,) if contributor else (),
    )
