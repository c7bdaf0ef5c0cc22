"""JSON: a list of entries, or an object with ``entries``; nothing of an entry is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import IO, Any

from watchlist.entries import Link, Person, WatchlistEntry
from watchlist.errors import RefusedFileError
from watchlist.formats import bounds
from watchlist.formats.rows import BadRow, Found, Persons, Row

FIELDS = frozenset(one.name for one in fields(WatchlistEntry))
_APART = frozenset(("links", "persons"))


def knows(content: bytes) -> bool:
    """Return whether the file begins as JSON does."""
    return bounds.head_of(content).startswith(("[", "{"))


def parsed(text: str) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Return the value of a JSON text; raises RefusedFileError for none, and for a giant."""
    try:
        return json.loads(bounds.countable(text), parse_constant=_no_constant)
    except RecursionError as error:
        raise RefusedFileError("the JSON is nested too deeply; expected entries") from error
    except ValueError as error:
        raise RefusedFileError(f"no JSON: {error}; expected a list of entries") from error


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def listed(said: Any) -> list[Any]:  # noqa: ANN401 - whatever stands in the file
    """Return the entries of a list or of an object with ``entries``; raises RefusedFileError."""
    entries = said.get("entries") if isinstance(said, dict) else said
    if not isinstance(entries, list):
        raise RefusedFileError(
            "the JSON holds no entries; expected a list of them, or an object with «entries»"
        )
    if len(entries) > bounds.MAX_ROWS:
        raise RefusedFileError(
            f"{len(entries):,} entries; expected at most {bounds.MAX_ROWS:,}: split the list"
        )
    return entries


def read(content: bytes) -> Found:
    """Return the entries of a JSON file; raises RefusedFileError where it holds none."""
    rows: list[Row] = []
    bad: list[BadRow] = []
    for number, said in enumerate(listed(parsed(bounds.text_of(content))), start=1):
        try:
            rows.append(_row(number, said))
        except (TypeError, ValueError, AttributeError) as error:
            bad.append(BadRow(number, f"no entry: {str(error)[:120]}"))
    return Found(rows, tuple(bad), carries=FIELDS)


def _row(number: int, said: Mapping[str, Any]) -> Row:
    if unknown := sorted(set(said) - FIELDS - {"persons"}):
        known = ", ".join(sorted(FIELDS))
        raise ValueError(f"{str(unknown[0])[:40]!r} is no field; expected only {known}")
    cells = {field: _texts(field, value) for field, value in said.items() if field not in _APART}
    persons = tuple(Person(**_all_texts(one)) for one in said.get("persons") or ())
    links = tuple(Link(**_all_texts(one)) for one in said.get("links") or ())
    return Row(number, cells, persons, links)


def _all_texts(said: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in said.values()):
        raise TypeError("a person or a link: expected texts only")
    return dict(said)


def _texts(field: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever stands there
    values = value if isinstance(value, list) else [value]
    # bool is an int to Python and would become the text «True».
    if any(isinstance(one, bool | dict | list) for one in values):
        raise TypeError(f"{field}: expected a text or a number, or a list of them")
    return tuple(str(one) for one in values if one is not None and one != "")


def write(entries: Sequence[WatchlistEntry], out: IO[bytes], persons: Persons) -> None:
    """Write one entry a line; ``persons`` (by the entry's id) only where they were asked for."""
    out.write(b'{"entries": [')
    for number, entry in enumerate(entries):
        said = entry.to_json()
        if entry.id in persons:
            said["persons"] = [
                {"role": one.role, "name": one.name, "note": one.note} for one in persons[entry.id]
            ]
        line = json.dumps(said, ensure_ascii=False)
        out.write(b"\n" if number == 0 else b",\n")
        out.write(line.encode())
    out.write(b"\n]}\n")
