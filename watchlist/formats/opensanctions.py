"""OpenSanctions: vessels of targets.simple.csv, the maritime CSV, and FollowTheMoney JSON lines.

Several values of a cell stand with ``;`` between them. Source: OpenSanctions, bulk data formats;
FollowTheMoney, schemata Vessel, Vehicle and Ownership.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchlist.entries import Person
from watchlist.errors import RefusedFileError
from watchlist.formats import bounds
from watchlist.formats.csv_table import records
from watchlist.formats.rows import BadRow, Found, Row
from watchlist.formats.texts import ValueFault, imo_number, ship_mmsi
from watchlist.formats.vessel_types import vessel_type

PUBLISHER = "OpenSanctions"
SIMPLE = ("id", "schema", "name", "aliases")
MARITIME = ("type", "caption", "imo")
_ROLES = {"owner": "owner", "operator": "operator", "manager": "manager"}
_HOLDERS = {"Person", "Company", "Organization", "LegalEntity", "PublicBody"}


def knows(content: bytes) -> bool:
    """Return whether the file begins as one of the three layouts does."""
    head = bounds.head_of(content)
    if head.startswith("{"):
        line = content.lstrip().split(b"\n", 1)[0]
        return b'"schema"' in line and b'"properties"' in line
    heads = [cell.strip(' "').lower() for cell in head.split("\n")[0].strip().split(",")]
    return tuple(heads[:4]) == SIMPLE or tuple(heads[:3]) == MARITIME


def read(content: bytes) -> Found:
    """Return the vessels of the file; raises RefusedFileError for anything else."""
    text = bounds.text_of(content)
    if text.lstrip().startswith("{"):
        return _read_entities(bounds.countable(text))
    table = bounds.safe_table(records(text, ","))
    _, header = next(table, (0, []))
    heads = [head.strip().lower() for head in header]
    if not set(SIMPLE) <= set(heads) and not set(MARITIME) <= set(heads):
        raise RefusedFileError(
            f"the first line {', '.join(heads)[:120]!r} is none of OpenSanctions; expected "
            "targets.simple.csv or the maritime CSV"
        )
    simple = "schema" in heads
    kind, read_row = ("schema", _simple_row) if simple else ("type", _maritime_row)
    rows: list[Row] = []
    bad: list[BadRow] = []
    others = 0
    for line, cells in table:
        if len(cells) != len(heads):
            bad.append(BadRow(line, f"{len(cells)} cells; expected {len(heads)}"))
        elif (said := dict(zip(heads, cells, strict=True)))[kind].strip().lower() == "vessel":
            rows.append(read_row(line, said))
        else:
            others += 1
    names = "mmsi imo name aliases reason contributor"
    return _found(rows, bad, others, names if simple else f"{names} flag")


def _found(rows: list[Row], bad: list[BadRow], others: int, carries: str) -> Found:
    notes = (f"{others:,} entries are no vessels and were left out",) if others else ()
    return Found(
        rows, tuple(bad), notes, frozenset(carries.split()), public=True, contributor=PUBLISHER
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in cell.split(";"))))


def _first(values: Sequence[str]) -> tuple[str, ...]:
    """Return the value of a field that holds one: of several nobody says which is today's."""
    return tuple(values) if len(values) == 1 else ()


def _simple_row(line: int, said: Mapping[str, str]) -> Row:
    """Return a row of targets.simple.csv, whose identifiers stand all in one cell."""
    numbers = _list(said.get("identifiers", ""))
    return Row(
        line,
        {
            # The cell mixes registers of all kinds: what fits in form and check digit is ours.
            "imo": tuple(number for number in numbers if _is(imo_number, number)),
            "mmsi": tuple(number for number in numbers if _is(ship_mmsi, number)),
            "name": tuple(filter(None, (said["name"].strip(),))),
            "aliases": _list(said["aliases"]),
            "reason": (_reason(said["id"], said.get("program_ids") or said.get("sanctions", "")),),
        },
    )


def _is(read: Any, text: str) -> bool:  # noqa: ANN401 - a reader of texts
    try:
        read(text)
    except ValueFault:
        return False
    return True


def _maritime_row(line: int, said: Mapping[str, str]) -> Row:
    topics = " ".join(filter(None, (said.get("risk", ""), said.get("datasets", ""))))
    return Row(
        line,
        {
            "imo": _list(said["imo"]),
            "mmsi": _list(said.get("mmsi", "")),
            "name": tuple(filter(None, (said["caption"].strip(),))),
            "aliases": _list(said.get("aliases", "")),
            "flag": _first(_list(said.get("flag", ""))),
            "reason": (_reason(said.get("id", ""), topics),),
        },
    )


def _reason(identifier: str, topics: str) -> str:
    said = ", ".join(re.split(r"[;\s]+", topics.strip())) if ";" in topics else topics.strip()
    return f"OpenSanctions {identifier.strip()}: {said or 'no topic named'}"[:2_000]


@dataclass(slots=True)
class _Entities:
    """What the lines of a FollowTheMoney file say; an owner may stand after its vessel."""

    vessels: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    others: int = 0

    def take(self, line: int, said: dict[str, Any]) -> None:
        """Sort one entity in."""
        schema, facts = said.get("schema"), said.get("properties") or {}
        if schema == "Vessel":
            self.vessels.append((line, said))
            return
        self.others += 1
        if schema in _HOLDERS:
            name = next(_strings(facts, "name"), str(said.get("caption") or ""))
            self.names[str(said.get("id"))] = name
        elif schema == "Ownership":
            for asset in _strings(facts, "asset"):
                self.owners.setdefault(asset, []).extend(_strings(facts, "owner"))


def _strings(facts: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Yield the texts of properties; an entity nested in one stands for its name."""
    for name in names:
        values = facts.get(name) or ()
        for value in values if isinstance(values, list) else (values,):
            if isinstance(value, dict):
                yield str(value.get("caption") or value.get("id") or "")
            elif isinstance(value, str | int):
                yield str(value)


def _read_entities(text: str) -> Found:
    entities = _Entities()
    for line, said in enumerate(text.split("\n"), start=1):
        if line > bounds.MAX_ROWS:
            raise RefusedFileError(f"over {bounds.MAX_ROWS:,} lines; expected fewer: split it")
        if said.strip():
            _take_line(entities, line, said)
    rows = [_entity_row(line, said, entities) for line, said in entities.vessels]
    names = "mmsi imo call_sign name aliases former_names type flag reason contributor"
    return _found(rows, entities.bad, entities.others, names)


def _take_line(entities: _Entities, line: int, said: str) -> None:
    try:
        entities.take(line, json.loads(said))
    except RecursionError as error:
        raise RefusedFileError(f"line {line} is nested too deeply; expected an entity") from error
    except (ValueError, AttributeError, TypeError) as error:
        entities.bad.append(BadRow(line, f"no entity: {str(error)[:120]}"))


def _entity_row(line: int, said: dict[str, Any], entities: _Entities) -> Row:
    facts = said.get("properties") or {}
    names = tuple(_strings(facts, "name"))
    name = str(said.get("caption") or (names[0] if names else ""))
    topics = ", ".join(dict.fromkeys((*_strings(facts, "topics"), *_strings(said, "datasets"))))
    others = dict.fromkeys((*names, *_strings(facts, "alias", "weakAlias")))
    cells = {
        "imo": tuple(_strings(facts, "imoNumber")),
        "mmsi": tuple(_strings(facts, "mmsi")),
        "call_sign": tuple(_strings(facts, "callSign")),
        "name": (name,) if name else (),
        "aliases": tuple(one for one in others if one != name),
        "former_names": tuple(dict.fromkeys(_strings(facts, "previousName"))),
        "type": _first(tuple(dict.fromkeys(map(vessel_type, _strings(facts, "type"))))),
        "flag": _first(tuple(_strings(facts, "flag"))),
        "reason": (_reason(str(said.get("id", "")), topics),),
    }
    return Row(line, cells, _persons(str(said.get("id")), facts, entities))


def _persons(vessel: str, facts: Mapping[str, Any], entities: _Entities) -> tuple[Person, ...]:
    held = [("owner", owner) for owner in entities.owners.get(vessel, ())]
    held += [(role, one) for name, role in _ROLES.items() for one in _strings(facts, name)]
    named = ((role, entities.names.get(one, one)) for role, one in held if one)
    return tuple(Person(role, name) for role, name in dict.fromkeys(named))
