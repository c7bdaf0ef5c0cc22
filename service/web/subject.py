"""«What is held about me»: one search over every table, with its reason, shown and taken along.

The name is not written into the audit, where it would stay for ever: the row has the kinds of
what was asked, how much was found where, and the hash of the answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import Response

from service.holdings import HOLDINGS
from service.sight import sees, sees_contact, sight
from service.web.noting import PROOF_S, looked
from service.web.pages import HEADERS, page
from service.web.texts import say
from store.errors import RuleError
from store.incidents import incident
from store.subject import MOST, Find, finds
from store.watchlist import newest

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from service.rights import Person

_SHORTEST = 3
_FIELDS = ("name", "mmsi", "call_sign", "why")
_HIDDEN = "not shown to you; ask a supervisor who is cleared for it"
_LONGEST = 200
_MMSI_DIGITS = 9


async def form(request: Request) -> Response:
    """Answer the empty form."""
    return page(request, "subject", given=dict.fromkeys(_FIELDS, ""), held=None, tables=[])


async def search(request: Request) -> Response:
    """POST: answer what is held, as a page to print or, with ``form``=json, as a file."""
    sent = await request.form()
    given = {name: _text(sent, name) for name in _FIELDS}
    if fault := _fault(given):
        return page(request, "subject", 400, said=fault, given=given, held=None, tables=[])
    held = await _held(request, given)
    if _text(sent, "form") == "json":
        name = f"vedetta-subject-{held.document['at'].replace(':', '').replace('-', '')}.json"
        headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
        text = json.dumps(held.whole(), ensure_ascii=False, indent=1)
        return Response(text, headers=headers, media_type="application/json")
    return page(request, "subject", given=given, held=held, most=MOST, tables=_tables(held))


class Held(NamedTuple):
    """What was found, as JSON values, with the SHA-256 of their canonical text."""

    document: dict[str, Any]
    sha256: str

    def whole(self) -> dict[str, Any]:
        """Return what is taken along: the document and its hash."""
        return {"document": self.document, "sha256": self.sha256}


def sha256_of(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document: of its JSON with sorted keys, no blanks, UTF-8."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def _held(request: Request, given: dict[str, str]) -> Held:
    person: Person = request.state.person
    at = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    asked = {name: given[name] for name in ("name", "mmsi", "call_sign") if given[name]}

    def read(connection: psycopg.Connection) -> Held:
        """Read it, as the person may see it."""
        connection.execute("SELECT set_config('statement_timeout', '120s', true)")
        mmsi = int(given["mmsi"]) if given["mmsi"] else None
        found = finds(connection, name=given["name"], mmsi=mmsi, call_sign=given["call_sign"])
        may = _Sees(connection, person)
        # Who asks for a vessel would learn that she is listed; who asks for a person has the
        # right to learn that there is more.
        if given["mmsi"] or given["call_sign"]:
            found = [one for one in found if may.may(one)]
        shown = [_told(one, may) for one in found]
        document = {"asked": asked, "at": at, "by": person.name, "why": given["why"],
                    "found": shown}  # fmt: skip
        return Held(document, sha256_of(document))

    def details(held: Held) -> dict[str, Any]:
        """Return what the audit keeps: which vessel was asked for, never the name."""
        vessel: dict[str, Any] = {
            name: asked[name] for name in ("mmsi", "call_sign") if name in asked
        }
        counts = Counter(one["table"] for one in held.document["found"])
        return {"asked": sorted(asked), **vessel, "found": dict(counts), "sha256": held.sha256}

    return await looked(request, "protection.subject", "data subject", read, why=given["why"],
                        details=details, patience_s=PROOF_S)  # fmt: skip


class _Sees:
    """Whether a person may know of what a find rests on."""

    def __init__(self, connection: psycopg.Connection, person: Person) -> None:
        self._connection, self._person = connection, person

    def may(self, one: Find) -> bool:
        """Tell it of one find."""
        person = self._person
        if one.tie == "entry":
            return any(sees(person, row.entry) for row in newest(self._connection, [one.tied]))
        if one.tie == "alert":
            return self._alert(one.tied)
        if one.tie == "contact":
            return sees_contact(person)
        return {"audit": person.may("audit.read"), "desk": person.may("cases.read")}.get(
            one.tie, True
        )

    def _alert(self, alert: str) -> bool:
        try:
            there = incident(self._connection, alert).alert
        except RuleError:
            # Its alert is erased: nothing says any more who may know of it.
            return self._person.may("audit.read")
        return sight(self._person, there) == "full"


def _told(one: Find, may: _Sees) -> dict[str, Any]:
    at = f"{one.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if one.at else None
    if not may.may(one):
        return {"table": one.table, "record": None, "at": None, "says": _HIDDEN}
    return {"table": one.table, "record": one.record, "at": at, "says": one.says}


def _tables(held: Held) -> list[dict[str, Any]]:
    """Return the finds by table, in the order of the data protection page, with what it is."""
    found = held.document["found"]
    grouped = [(one, [row for row in found if row["table"] == one.table]) for one in HOLDINGS]
    return [{"one": one, "rows": rows} for one, rows in grouped if rows]


def _fault(given: dict[str, str]) -> str:
    """Return what is wrong with a question, "" when nothing is."""
    mmsi = given["mmsi"]
    if not (given["name"] or mmsi or given["call_sign"]):
        return say("protection.give_one")
    if mmsi and not (mmsi.isascii() and mmsi.isdigit() and len(mmsi) == _MMSI_DIGITS):
        return say("protection.bad_mmsi", mmsi=repr(mmsi))
    for name in ("name", "call_sign"):
        if given[name] and len(given[name]) < _SHORTEST:
            return say(f"protection.short.{name}", given=repr(given[name]), n=_SHORTEST)
        if not given[name].isprintable():
            return say(f"protection.unprintable.{name}")
    if not given["why"] or not given["why"].isprintable():
        return say("protection.say_why")
    return ""


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name, "")
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""
