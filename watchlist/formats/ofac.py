"""OFAC's list of Specially Designated Nationals, its vessels: SDN.CSV and SDN.XML.

The CSV has no header: ``ent_num, SDN_Name, SDN_Type, Program, Title, Call_Sign, Vess_type,
Tonnage, GRT, Vess_flag, Vess_owner, Remarks``; ``-0-`` is null, the remarks hold the IMO number,
the MMSI and other names. Source: OFAC, SDN data specification (2023-09-25); XML: its sdnList.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import (  # type: ignore[import-untyped] # it has no types
    DefusedXmlException,
    ElementTree,
)

from watchlist.entries import Person
from watchlist.errors import RefusedFileError
from watchlist.formats import bounds
from watchlist.formats.csv_table import records
from watchlist.formats.rows import Found, Row
from watchlist.formats.vessel_types import vessel_type

PUBLISHER = "OFAC"
CARRIES = frozenset(
    "mmsi imo call_sign name aliases former_names type flag reason contributor".split()
)
_WIDTH = 12
_OTHER_WIDTHS = (5, 6)
_LONGEST_NUMBER = 6
_ADVANCED = re.compile(r"\A<(?:[^<]*<)?(?:\w+:)?Sanctions[\s>]")
"""The root of SDN_ADVANCED.XML, after the declaration."""
_NULL = "-0-"
_NO_FLAG = {"none identified", "unknown"}
_MAX_DEPTH = 12
_MAX_ELEMENTS = 5_000_000
"""SDN.XML has some 700,000; each takes memory until the file is read."""
_IMO = re.compile(r"(?:Vessel Registration Identification|\bIMO)\s+(?:IMO\s*)?(\d{7})\b")
_MMSI = re.compile(r"\bMMSI\s+(\d{9})\b")
_OTHER_NAME = re.compile(r"\b([afn]\.k\.a\.)\s*'(.+?)'(?=\s*(?:[;.,)]|\Z))")
_LINKED = re.compile(r"\bLinked To:\s*([^;]+?)\.?\s*(?=;|\Z)")


def knows(content: bytes) -> bool:
    """Return whether the file begins as SDN.XML or, with its twelve cells, as SDN.CSV."""
    head = bounds.head_of(content)
    if head.startswith("<"):
        return True
    cells = next(csv.reader(head.splitlines()[:1]), [])
    is_sdn = len(cells) == _WIDTH and cells[0].strip().isdigit()
    return is_sdn or _is_other(cells)


def _is_other(cells: list[str]) -> bool:
    """Return whether a file begins as ALT.CSV or ADD.CSV: two short numbers, then texts."""
    numbers = [cell.strip() for cell in cells[:2]]
    return len(cells) in _OTHER_WIDTHS and all(
        number.isdecimal() and len(number) <= _LONGEST_NUMBER for number in numbers
    )


def read(content: bytes) -> Found:
    """Return the vessels of SDN.CSV or SDN.XML; raises RefusedFileError for anything else."""
    head = bounds.head_of(content)
    if _ADVANCED.search(head) or _is_other(next(csv.reader(head.splitlines()[:1]), [])):
        raise RefusedFileError(
            "one of OFAC's files that are not read (SDN_ADVANCED.XML, ALT.CSV, ADD.CSV); "
            "expected SDN.CSV or SDN.XML: get one of them"
        )
    if head.startswith("<"):
        return _read_xml(content)
    return _read_csv(bounds.text_of(content))


def _found(rows: list[Row], others: int) -> Found:
    notes = (f"{others:,} entries are no vessels and were left out",) if others else ()
    return Found(rows, (), notes, CARRIES, public=True, contributor=PUBLISHER)


def _read_csv(text: str) -> Found:
    rows: list[Row] = []
    others = 0
    # The file ends with the Control-Z of DOS.
    for line, cells in bounds.safe_table(records(text.rstrip("\x1a\r\n "), ",")):
        if len(cells) != _WIDTH:
            raise RefusedFileError(
                f"line {line} has {len(cells)} cells; expected the {_WIDTH} of SDN.CSV"
            )
        values = ["" if cell.strip() == _NULL else cell.strip() for cell in cells]
        if values[2].lower() == "vessel":
            rows.append(_row_of_cells(line, values))
        else:
            others += 1
    return _found(rows, others)


def _row_of_cells(line: int, values: list[str]) -> Row:
    number, name, _, program, _, call_sign, kind, _, _, flag, owner, remarks = values
    other = _OTHER_NAME.findall(remarks)
    programs = re.sub(r"[\[\]]+", " ", program).split()
    cells = {
        "imo": tuple(_IMO.findall(remarks)),
        "mmsi": tuple(_MMSI.findall(remarks)),
        "call_sign": _some(call_sign),
        "name": _some(name),
        # «n.k.a.», now known as, is the name by which it is heard: an alias, never a former one.
        "aliases": tuple(said for mark, said in other if mark != "f.k.a."),
        "former_names": tuple(said for mark, said in other if mark == "f.k.a."),
        "type": _some(vessel_type(kind)),
        "flag": _flag(flag),
        "reason": (_reason(number, programs),),
    }
    persons = [Person("owner", owner)] if owner else []
    persons += [Person("other", linked, "linked to") for linked in _LINKED.findall(remarks)]
    return Row(line, cells, tuple(persons))


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _flag(text: str) -> tuple[str, ...]:
    return () if text.lower() in _NO_FLAG else _some(text)


def _reason(number: str, programs: list[str]) -> str:
    return f"OFAC SDN {number}: {', '.join(programs) or 'no programme named'}"


def _read_xml(content: bytes) -> Found:
    rows: list[Row] = []
    others = 0
    lines = _entry_lines(content)
    for entry in _entries(content):
        line = next(lines, 0)
        if len(rows) + others >= bounds.MAX_ROWS:
            raise RefusedFileError(f"more than {bounds.MAX_ROWS:,} entries; expected SDN.XML")
        if _under(entry, "sdnType").lower() == "vessel":
            rows.append(_row_of_entry(line, entry))
        else:
            others += 1
    if not rows and not others:
        raise RefusedFileError("the XML holds no sdnEntry; expected OFAC's SDN.XML")
    return _found(rows, others)


def _entry_lines(content: bytes) -> Iterator[int]:
    """Yield the line on which each entry begins."""
    line, place = 1, 0
    for match in re.finditer(rb"<(?:\w+:)?sdnEntry[\s>]", content):
        line += content.count(b"\n", place, match.start())
        place = match.start()
        yield line


def _entries(content: bytes) -> Iterator[Element]:
    depth = 0
    started = 0
    try:
        parser = ElementTree.iterparse(
            io.BytesIO(content), events=("start", "end"), forbid_dtd=True
        )
        for event, element in parser:
            depth += 1 if event == "start" else -1
            started += event == "start"
            if depth > _MAX_DEPTH or started > _MAX_ELEMENTS:
                raise RefusedFileError(
                    f"XML nested over {_MAX_DEPTH} deep or of over {_MAX_ELEMENTS:,} elements; "
                    "expected SDN.XML"
                )
            if event == "end" and _tag(element) == "sdnEntry":
                yield element
                element.clear()  # else the whole tree of 30 MB stays in memory
    except DefusedXmlException as error:
        raise RefusedFileError("the XML declares a DTD or entities; expected SDN.XML") from error
    except (ParseError, LookupError, ValueError) as error:
        raise RefusedFileError(f"no XML that can be read: {error}; expected SDN.XML") from error


def _tag(element: Element) -> str:
    # The name space has been another one in 2003, 2015 and 2024.
    return str(element.tag).rsplit("}", 1)[-1]


def _all(element: Element, *path: str) -> list[Element]:
    found = [element]
    for tag in path:
        found = [child for one in found for child in one if _tag(child) == tag]
    return found


def _under(element: Element, *path: str) -> str:
    return next(((one.text or "").strip() for one in _all(element, *path)), "")


def _row_of_entry(line: int, entry: Element) -> Row:
    ids = [_pair(one, "idType", "idNumber") for one in _all(entry, "idList", "id")]
    names = [(_under(one, "type").lower(), _name(one)) for one in _all(entry, "akaList", "aka")]
    registered = [number for kind, number in ids if kind == "vessel registration identification"]
    cells = {
        "imo": tuple(n for n in registered if re.fullmatch(r"(?:IMO)?\s*\d{7}", n, re.IGNORECASE)),
        "mmsi": tuple(number for kind, number in ids if kind == "mmsi"),
        "call_sign": _some(_under(entry, "vesselInfo", "callSign")),
        "name": _some(_name(entry)),
        "aliases": tuple(name for kind, name in names if name and kind != "f.k.a."),
        "former_names": tuple(name for kind, name in names if name and kind == "f.k.a."),
        "type": _some(vessel_type(_under(entry, "vesselInfo", "vesselType"))),
        "flag": _flag(_under(entry, "vesselInfo", "vesselFlag")),
        "reason": (
            _reason(
                _under(entry, "uid"),
                [(one.text or "").strip() for one in _all(entry, "programList", "program")],
            ),
        ),
    }
    owner = _under(entry, "vesselInfo", "vesselOwner")
    persons = [Person("owner", owner)] if owner else []
    remarks = _under(entry, "remarks").strip("()")
    persons += [Person("other", linked, "linked to") for linked in _LINKED.findall(remarks)]
    return Row(line, cells, tuple(persons))


def _pair(element: Element, kind: str, value: str) -> tuple[str, str]:
    return _under(element, kind).lower(), _under(element, value)


def _name(element: Element) -> str:
    return " ".join(filter(None, (_under(element, "firstName"), _under(element, "lastName"))))
