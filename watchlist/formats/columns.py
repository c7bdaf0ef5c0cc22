"""The columns of a list, and the many ways in which people head them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from watchlist.entries import Person
from watchlist.errors import RefusedFileError
from watchlist.formats.rows import BadRow, Found, Row

CSV_COLUMNS = (
    "mmsi",
    "imo",
    "call_sign",
    "name",
    "aliases",
    "type",
    "flag",
    "length_m",
    "reason",
    "contributor",
    "handling",
    "source_grade",
    "info_grade",
    "tlp",
    "priority",
    "valid_from",
    "valid_until",
    "review_by",
)
"""DESIGN §6, in this order."""
MORE_COLUMNS = ("id", "former_names", "beam_m", "photograph", "links")
"""Read from every table, written to XLSX and JSON only."""
SEPARATOR = "|"
_MANY = frozenset(("mmsi", "imo", "call_sign", "name", "aliases", "former_names", "links"))
_PERSONS = ("owner", "manager", "operator", "master")
_SHOWN = 20
IDENTIFYING = frozenset(("mmsi", "imo", "call_sign", "name"))

# English first, then what German, Italian, French, Spanish and Greek lists are headed with.
_SYNONYMS = {
    "mmsi": "mmsi number, mmsi no, mmsi nr, mmsi code, mmsi nummer, numero mmsi, αριθμος mmsi",
    "imo": "imo number, imo no, imo nr, imo nummer, numero imo, numero omi, n omi, omi, lr imo, "
    "lr imo ship no, αριθμος imo",
    "call_sign": "callsign, radio call sign, ircs, signal letters, rufzeichen, nominativo, "
    "nominativo radio, indicatif, indicatif d'appel, indicatif radio, indicativo, "
    "διεθνες διακριτικο σημα, διακριτικο κλησης, δδσ",
    "name": "vessel name, ship name, vessel, ship, name of vessel, name of ship, shipname, "
    "schiffsname, schiff, nome, nome nave, nave, nome unita, nom, nom du navire, navire, nombre, "
    "nombre del buque, buque, ονομα, ονομα πλοιου, πλοιο",
    "aliases": "alias, aka, other names, also known as, weitere namen, altri nomi, autres noms, "
    "ψευδωνυμα",
    "former_names": "former name, ex name, ex names, previous name, previous names, fka, "
    "fruehere namen, fruhere namen, nomi precedenti, ex nome, anciens noms, προηγουμενα ονοματα",
    "type": "vessel type, ship type, type of vessel, type of ship, kind, schiffstyp, typ, tipo, "
    "tipo nave, type de navire, tipo de buque, τυπος, τυπος πλοιου",
    "flag": "flag state, flag country, vessel flag, country, country of registry, flagge, "
    "flaggenstaat, bandiera, stato di bandiera, pavillon, etat du pavillon, bandera, σημαια, "
    "κρατος σημαιας",
    "length_m": "length, loa, length overall, loa m, length metres, length meters, lange, "
    "laenge, lange m, lunghezza, lunghezza m, longueur, longueur m, eslora, μηκος, μηκος m",
    "beam_m": "beam, breadth, width, breite, larghezza, largeur, manga, πλατος",
    "photograph": "photo, picture, foto, immagine, image, φωτογραφια",
    "reason": "reason for listing, listing reason, grund, motivo, motif, raison, λογος, αιτια",
    "contributor": "contributing state, member state, contributed by, originator, "
    "mitgliedstaat, stato membro, etat membre, κρατος μελος",
    "handling": "handling code, handling codes, code, hc",
    "source_grade": "source grading, source evaluation, source reliability, reliability",
    "info_grade": "information grade, information grading, info grading, information evaluation, "
    "information reliability, credibility",
    "tlp": "traffic light protocol, tlp marking",
    "priority": "prioritat, prioritaet, priorita, priorite, prioridad, προτεραιοτητα",
    "valid_from": "from, start date, gultig ab, valido dal, valable du, ισχυει απο",
    "valid_until": "until, valid to, to, end date, expiry, expires, gultig bis, valido fino al, "
    "valable jusqu'au, ισχυει εως",
    "review_by": "review, review date, next review, uberprufung bis, revisione entro, "
    "date de revision, revoir avant le, επανεξεταση εως",
    "id": "entry, entry id",
    "links": "linked to",
    "owner": "vessel owner, registered owner, eigner, armatore, proprietario, proprietaire, "
    "πλοιοκτητης",
    "manager": "ship manager",
    "operator": "",
    "master": "captain, skipper, kapitan, comandante, capitaine, πλοιαρχος",
}


def _key(head: str) -> str:
    # NFKD takes accents off their letters: «Länge» and «Lange», «Όνομα» and «ΟΝΟΜΑ» are one.
    plain = unicodedata.normalize("NFKD", head.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


_COLUMN_OF = {
    _key(head): column
    for column, heads in _SYNONYMS.items()
    for head in (column, *heads.split(", "))
    if head
}


def column_of(head: str) -> str | None:
    """Return the column that ``head`` means; case, spaces, accents and signs do not count."""
    return _COLUMN_OF.get(_key(head))


def columns_of(header: Sequence[str]) -> list[str | None]:
    """Return the column of each head, None for unknown ones.

    Raises RefusedFileError where no head identifies a vessel, and where two mean one column that
    holds one value.
    """
    columns = [column_of(head) for head in header]
    if not IDENTIFYING & set(columns):
        shown = " ".join(", ".join(header).split())[:120]
        raise RefusedFileError(
            f"the first line ({shown}) names no column that identifies a vessel; expected at "
            "least one of mmsi, imo, call_sign, name: put the columns' names into the first line"
        )
    for place, column in enumerate(columns):
        if column and column in columns[:place] and column not in _MANY:
            first = header[columns.index(column)]
            raise RefusedFileError(
                f"columns {first!r} and {header[place]!r} both mean {column}; expected one: "
                "rename or remove the other"
            )
    return columns


def found_in_table(rows: Iterable[tuple[int, list[str]]]) -> Found:
    """Return what stands in a table whose first row that is not empty is the header.

    Raises RefusedFileError as ``columns_of`` does, and for a table without rows.
    """
    table = iter(rows)
    _, header = next(table, (0, []))
    if not header:
        raise RefusedFileError("the list is empty; expected a line with the columns' names")
    columns = columns_of(header)
    found: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in table:
        if any(cells[len(columns) :]):
            reason = f"{len(cells)} cells under {len(columns)} heads"
            bad.append(BadRow(line, f"{reason}: put texts that hold a separator into quotes"))
        else:
            found.append(_row(line, columns, cells))
    return Found(found, tuple(bad), _notes(header, columns), _carried(columns))


def _carried(columns: Sequence[str | None]) -> frozenset[str]:
    known = {column for column in columns if column and column not in _PERSONS}
    if "handling" in known:
        known.add("handling_comment")
    return frozenset(known)


def _notes(header: Sequence[str], columns: Sequence[str | None]) -> tuple[str, ...]:
    ignored = [head for head, column in zip(header, columns, strict=True) if head and not column]
    if not ignored:
        return ()
    shown = ", ".join(" ".join(head.split())[:40] for head in ignored[:_SHOWN])
    more = f" and {len(ignored) - _SHOWN} more" if len(ignored) > _SHOWN else ""
    return (f"columns without a meaning here were ignored: {shown}{more}",)


def _row(line: int, columns: Sequence[str | None], cells: Sequence[str]) -> Row:
    values: dict[str, tuple[str, ...]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if not column or not cell:
            continue
        parts = cell.split(SEPARATOR) if column in _MANY or column in _PERSONS else [cell]
        stripped = tuple(filter(None, (part.strip() for part in parts)))
        if stripped:
            values[column] = values.get(column, ()) + stripped
    persons = tuple(Person(role, name) for role in _PERSONS for name in values.pop(role, ()))
    return Row(line, values, persons)
