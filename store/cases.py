"""Cases: what belongs together, who may read it, and why; every act is a line of the audit.

::

    case_file ─┬─ members     who may read it, who may change it
               ├─ items       vessels, alerts, contacts
               ├─ notes       only ever added
               └─ papers      files, their bytes once by SHA-256
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from alerts.alert import Codes
from alerts.notices import alert_of
from store import audit
from store.case_parts import Case, CaseNote, Item, Member, Paper, Whole
from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    import psycopg


_CASE = tuple(one.name for one in fields(Case))
_PAPER = tuple(one.name for one in fields(Paper))


def open_case(connection: psycopg.Connection, case: Case, lead: Member, change: Change) -> Case:
    """Keep a new case with its first lead and return it with its id."""
    in_turn(connection, "desk")
    given = _next(connection, "case_id", "K")
    kept = replace(case, id=given, opened_by=change.who, opened_at=change.at)
    connection.execute(query("put_case"), {name: getattr(kept, name) for name in _CASE})
    _put_member(connection, given, lead, change)
    told = {"handling": kept.handling, "tlp": kept.tlp, "lead": lead.name}
    _noted(connection, change, "open", given, told)
    return kept


def change_case(
    connection: psycopg.Connection, case: Case, change: Change, action: str = "change"
) -> None:
    """Keep ``case`` instead of the one with its id; the audit names the fields that differ."""
    in_turn(connection, "desk")
    _keep_codes(connection, case.id)
    before = whole(connection, case.id).case
    row = {name: getattr(case, name) for name in _CASE}
    connection.execute(query("change_case"), row)
    differ = [name for name in _CASE if getattr(before, name) != getattr(case, name)]
    codes: dict[str, Any] = {
        name: [getattr(before, name), getattr(case, name)]
        for name in ("handling", "tlp", "contributor", "state")
        if name in differ
    }
    _noted(connection, change, action, case.id, {"fields": differ, **codes})


def put_member(connection: psycopg.Connection, case_id: str, one: Member, change: Change) -> None:
    """Make somebody a member, or give a member another role."""
    in_turn(connection, "desk")
    _put_member(connection, case_id, one, change)
    _led(connection, case_id)
    _noted(connection, change, "member", case_id, {"name": one.name, "role": one.role})


def drop_member(
    connection: psycopg.Connection, case_id: str, account: str, change: Change
) -> None:
    """Take a member out; raises RuleError where no lead would be left."""
    in_turn(connection, "desk")
    gone = connection.execute(
        "DELETE FROM case_member WHERE case_id = %s AND account = %s RETURNING name",
        [case_id, account],
    ).fetchone()
    if gone is None:
        raise RuleError(f"{account}: is no member of {case_id}")
    _led(connection, case_id)
    _noted(connection, change, "member_out", case_id, {"name": gone[0]})


def put_item(connection: psycopg.Connection, case_id: str, item: Item, change: Change) -> bool:
    """Put something into a case; False where it is in it already."""
    in_turn(connection, "desk")
    row = {
        "case_id": case_id, "kind": item.kind, "ref": item.ref, "note": item.note,
        "codes": json.dumps(asdict(item.codes)), "author": change.who, "at": change.at,
    }  # fmt: skip
    if connection.execute(query("put_case_item"), row).rowcount == 0:
        return False
    _keep_codes(connection, case_id)
    told = {"kind": item.kind, "ref": item.ref, "handling": item.codes.handling}
    _noted(connection, change, "add", case_id, told)
    return True


def drop_item(
    connection: psycopg.Connection, case_id: str, kind: str, ref: str, change: Change
) -> None:
    """Take something out of a case; raises RuleError where it is not in it.

    Its codes stay with the case: what was written of it is still there.
    """
    in_turn(connection, "desk")
    _keep_codes(connection, case_id)
    gone = connection.execute(
        "DELETE FROM case_item WHERE case_id = %s AND kind = %s AND ref = %s", [case_id, kind, ref]
    )
    if gone.rowcount == 0:
        raise RuleError(f"{kind} {ref}: is not in {case_id}")
    _noted(connection, change, "take_out", case_id, {"kind": kind, "ref": ref})


def lower_codes(connection: psycopg.Connection, case_id: str, change: Change) -> Codes:
    """Have a case under the codes of what is in it now, and return them."""
    in_turn(connection, "desk")
    held = whole(connection, case_id)
    _put_ever(connection, case_id, None)
    told = {name: [getattr(held.codes, name), getattr(held.present, name)]
            for name in ("handling", "tlp", "comment", "contributors")}  # fmt: skip
    _noted(connection, change, "lower", case_id, told)
    return held.present


def add_case_note(connection: psycopg.Connection, case_id: str, text: str, change: Change) -> int:
    """Add a note and return its number."""
    in_turn(connection, "desk")
    [number] = connection.execute(
        "INSERT INTO case_note (case_id, text, author, at) VALUES (%s, %s, %s, %s) "
        "RETURNING number",
        [case_id, text, change.who, change.at],
    ).fetchone() or (0,)
    _keep_codes(connection, case_id)
    _noted(connection, change, "note", case_id, {"note": number})
    return int(number)


def add_paper(
    connection: psycopg.Connection, case_id: str, paper: Paper, content: bytes, change: Change
) -> Paper:
    """Keep a file and return it with its id; bytes that are there already are kept once."""
    connection.execute(
        "INSERT INTO case_content (sha256, content) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [paper.sha256, content],
    )
    in_turn(connection, "desk")
    kept = replace(
        paper, id=_next(connection, "case_paper_id", "F"), author=change.who, at=change.at
    )
    row = {name: getattr(kept, name) for name in _PAPER}
    row |= {"case_id": case_id, "codes": json.dumps(asdict(kept.codes))}
    connection.execute(query("put_case_paper"), row)
    _keep_codes(connection, case_id)
    told = {"file": kept.id, "sha256": kept.sha256, "size": kept.size, "media": kept.media}
    _noted(connection, change, "file", case_id, told)
    return kept


def hold(connection: psycopg.Connection, case_id: str) -> None:
    """Let nobody else act on a case until the transaction ends: what is read of it still holds."""
    connection.execute("SELECT 1 FROM case_file WHERE id = %s FOR UPDATE", [case_id])


def paper_content(connection: psycopg.Connection, sha256: str) -> bytes:
    """Return the bytes of a file; raises RuleError where there are none."""
    row = connection.execute(
        "SELECT content FROM case_content WHERE sha256 = %s", [sha256]
    ).fetchone()
    if row is None:
        raise RuleError(f"file {sha256}: its bytes are gone")
    return bytes(row[0])


def whole(connection: psycopg.Connection, case_id: str) -> Whole:
    """Return a case with all that is in it; raises RuleError where there is none."""
    found = connection.execute(_select("case_file", _CASE, "id"), [case_id]).fetchone()
    if found is None:
        raise RuleError(f"case {case_id!r}: there is none")
    items = connection.execute(
        "SELECT kind, ref, note, codes, author, at FROM case_item WHERE case_id = %s "
        "ORDER BY kind, at, ref",
        [case_id],
    )
    notes = connection.execute(
        "SELECT number, text, author, at FROM case_note WHERE case_id = %s ORDER BY number DESC",
        [case_id],
    )
    papers = connection.execute(
        _select("case_paper", _PAPER, "case_id") + b" ORDER BY id", [case_id]
    )
    alerts = connection.execute(query("case_alerts"), {"case_id": case_id})
    [ever] = connection.execute(
        "SELECT ever FROM case_file WHERE id = %s", [case_id]
    ).fetchone() or (None,)
    return Whole(
        Case(*found),
        _members(connection, case_id),
        tuple(Item(a, b, c, _codes(said), d, e) for a, b, c, said, d, e in items),
        tuple(CaseNote(*row) for row in notes),
        tuple(_paper(row) for row in papers),
        {one: alert_of(said) for one, said in alerts},
        _codes(ever) if ever else None,
    )


def cases(connection: psycopg.Connection, account: str | None = None) -> list[Whole]:
    """Return the cases of a member, all with None, open ones and newest first."""
    rows = connection.execute(
        "SELECT id FROM case_file f WHERE %(account)s::text IS NULL OR EXISTS ("
        "SELECT 1 FROM case_member m WHERE m.case_id = f.id AND m.account = %(account)s) "
        "ORDER BY state DESC, id DESC",
        {"account": account},
    ).fetchall()
    return [whole(connection, one) for (one,) in rows]


def read_noted(connection: psycopg.Connection, case_id: str, account: str, change: Change) -> bool:
    """Note in the audit that somebody read a case, once an hour; False where it stands there."""
    row = [case_id, account, change.at.replace(minute=0, second=0, microsecond=0)]
    there = "SELECT 1 FROM case_read WHERE case_id = %s AND account = %s AND hour = %s"
    if connection.execute(there, row).fetchone():
        return False
    in_turn(connection, "desk")
    done = connection.execute(
        "INSERT INTO case_read (case_id, account, hour) VALUES (%s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        row,
    )
    if done.rowcount:
        _noted(connection, change, "read", case_id, {})
    return bool(done.rowcount)


def paper_given(
    connection: psycopg.Connection, case_id: str, paper: Paper, change: Change
) -> None:
    """Note in the audit that a file was given to somebody: each time."""
    _noted(connection, change, "file_read", case_id, {"file": paper.id, "sha256": paper.sha256})


def entries_naming(
    connection: psycopg.Connection, mmsi: int | None, imo: int | None
) -> list[WatchlistEntry]:
    """Return the entries in force that name an MMSI or an IMO number."""
    asked = {"mmsi": json.dumps([mmsi]), "imo": json.dumps([imo])}
    return [WatchlistEntry.from_json(said) for (said,) in
            connection.execute(query("entries_naming"), asked)]  # fmt: skip


def drop_cases(
    connection: psycopg.Connection, now: dt.datetime, before: dt.datetime
) -> tuple[str, ...]:
    """Erase cases that were closed before a time, with files; the audit keeps that they were."""
    rows = connection.execute(query("drop_cases"), {"before": before}).fetchall()
    gone = tuple(sorted(one for (one,) in rows))
    if gone:
        connection.execute(query("drop_case_contents"))
        change = Change("vedetta", "retention: the time after closing is over", now)
        for one in gone:
            _noted(connection, change, "erase", one, {})
    connection.execute("DELETE FROM case_read WHERE hour < %s", [now - dt.timedelta(days=2)])
    return gone


def _keep_codes(connection: psycopg.Connection, case_id: str) -> None:
    """Keep the codes under which a case stands at this act: they stay with what is made in it."""
    held = whole(connection, case_id)
    if held.ever != held.codes:
        _put_ever(connection, case_id, held.codes)


def _put_ever(connection: psycopg.Connection, case_id: str, codes: Codes | None) -> None:
    said = None if codes is None else json.dumps(asdict(codes))
    connection.execute("UPDATE case_file SET ever = %s WHERE id = %s", [said, case_id])


def _put_member(connection: psycopg.Connection, case_id: str, one: Member, change: Change) -> None:
    row = asdict(one) | {"case_id": case_id, "author": change.who, "at": change.at}
    connection.execute(query("put_case_member"), row)


def _led(connection: psycopg.Connection, case_id: str) -> None:
    """Raise RuleError where nobody leads a case any more."""
    if not any(one.role == "lead" for one in _members(connection, case_id)):
        raise RuleError(f"{case_id}: nobody would lead it; make somebody else its lead first")


def _members(connection: psycopg.Connection, case_id: str) -> tuple[Member, ...]:
    rows = connection.execute(
        "SELECT account, name, role FROM case_member WHERE case_id = %s ORDER BY role, name",
        [case_id],
    )
    return tuple(Member(*row) for row in rows)


def _noted(
    connection: psycopg.Connection, change: Change, action: str, case_id: str,
    details: Mapping[str, Any],
) -> None:  # fmt: skip
    audit.append(connection, change, f"case.{action}", case_id, details)


def _next(connection: psycopg.Connection, sequence: str, letter: str) -> str:
    [given] = connection.execute("SELECT nextval(%s::regclass)", [sequence]).fetchone() or (0,)
    return f"{letter}-{given:06d}"


def _select(table: str, names: tuple[str, ...], key: str) -> bytes:
    return f"SELECT {', '.join(names)} FROM {table} WHERE {key} = %s".encode()  # noqa: S608


def _codes(said: dict[str, Any]) -> Codes:
    return Codes(**{**said, "contributors": tuple(said["contributors"])})


def _paper(row: tuple[Any, ...]) -> Paper:
    said = dict(zip(_PAPER, row, strict=True))
    return Paper(**{**said, "codes": _codes(said["codes"])})


def vessels_called(
    connection: psycopg.Connection, mmsis: Sequence[int], imos: Sequence[int]
) -> list[tuple[int, int, str]]:
    """Return (MMSI, IMO number or 0, name or "") of vessels, as they say it now."""
    asked = {"mmsis": list(mmsis), "imos": list(imos)}
    return connection.execute(query("case_vessels"), asked).fetchall()
