"""What of the audit a supervisor reads: of what is beyond their rights only who did what, when.

An auditor reads all rows, whatever they name: without that nobody could watch the watchers.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from service.cases import standing
from service.showing import hidden_vessels
from service.sight import sees, sight
from store.cases import whole
from store.codes import entry_codes
from store.errors import RuleError
from store.marks import alerts_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from service.rights import Person
    from store.audit import AuditRow

HIDDEN = "not shown to you"
_NAMED = re.compile(r"V-\d{6,}|A-[0-9a-f]{12}|K-\d{6,}|(?<!\d)\d{9}(?!\d)")
"""Entries, alerts, cases and MMSIs, wherever they stand in a row."""


def rows_shown(
    connection: psycopg.Connection, person: Person, rows: Sequence[AuditRow], *, found: bool
) -> list[AuditRow]:
    """Return ``rows`` as ``person`` reads them.

    found  they were looked for by what they say: then those that are hidden are left out
    """
    if person.role == "auditor":
        return [*rows]
    named = {row.number: _names(row) for row in rows}
    hidden = _hidden(connection, person, {one for those in named.values() for one in those})
    shown = [row if not named[row.number] & hidden else _bare(row) for row in rows]
    return [row for row in shown if not (found and row.subject == HIDDEN)]


def _names(row: AuditRow) -> frozenset[str]:
    return frozenset(_NAMED.findall(f"{row.subject} {row.why} {row.details}"))


def _bare(row: AuditRow) -> AuditRow:
    return replace(row, subject=HIDDEN, why=HIDDEN, details=json.dumps(HIDDEN))


def _hidden(connection: psycopg.Connection, person: Person, names: set[str]) -> set[str]:
    """Return those of ``names`` of which ``person`` may not know, or not all."""
    entries = {one for one in names if one[0] == "V"}
    alerts = alerts_by(connection, [one for one in names if one[0] == "A"])
    mmsis = {int(one): one for one in names if one.isdigit()}
    codes = entry_codes(connection, entries)
    return {
        *(one for one in entries if not sees(person, codes[one])),
        *(one for one, alert in alerts.items() if sight(person, alert) != "full"),
        *(one for one in names if one[0] == "K" and not _reads(connection, person, one)),
        *(mmsis[one] for one in hidden_vessels(connection, person, set(mmsis))),
    }


def _reads(connection: psycopg.Connection, person: Person, case: str) -> bool:
    try:
        return standing(whole(connection, case), person) not in {"nothing", "exists"}
    except RuleError:
        return True  # erased: nothing of it is left to be kept from anybody
