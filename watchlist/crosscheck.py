"""Many identifiers against the list, all identities ever sent and where each was last seen.

What is asked is looked up in three steps: (1) which MMSIs ever sent it, and what else they sent;
(2) which entries name it, or name what those MMSIs sent; (3) what of it agrees. Everything goes
through indexes; nothing is compared pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from watchlist.candidates import Alike, NameIndex
from watchlist.comparison import Heard, compare, matched_on
from watchlist.entries import Edition, Listed
from watchlist.flags import country
from watchlist.hits import MATCHED_ON, ON_CALL_SIGN, ON_IMO, ON_MMSI, ON_NAME, facts
from watchlist.identifiers import call_sign, call_sign_country, imo_is_valid
from watchlist.listing import Listing
from watchlist.matching import MatchSettings
from watchlist.names import normal, squeezed
from watchlist.reviews import may_disclose
from watchlist.vessels import LastSeen, SentIdentity

if TYPE_CHECKING:
    from watchlist.formats.asked import Asked

HIT, POSSIBLE, NO_HIT = "hit", "possible", "no hit"
MOST_ANSWERS = 20
"""Answers to one line at most: a name such as MARIA has dozens of bearers."""
_MOST_BEARERS = 20
_AT_ANOTHER_TIME = "by what the vessel sent at another time"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one vessel that was asked for; one per entry that it may be.

    line, asked   where it stands in the file, and what was asked
    verdict       hit: an identifier that was asked stands in the list; possible: a name does, or
                  what the vessel sent at another time; no hit
    entry         its id · ask: whom to ask where its codes forbid more; then all but verdict and
                  ``ask`` is empty that would tell of the entry
    matched_on    mmsi, imo, call sign, name · score 0-1 · disagrees: words of FACTS
    mmsi, names   who sent what was asked · first, last: heard (UTC) · lon, lat: degrees
    note          what one has to know to read it
    """

    line: int
    asked: Asked
    verdict: str = NO_HIT
    entry: str = ""
    ask: str = ""
    matched_on: str = ""
    score: float = 0.0
    disagrees: tuple[str, ...] = ()
    mmsi: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Ever:
    """Everything ever sent, by what it was sent with."""

    of_mmsi: dict[int, list[SentIdentity]] = field(default_factory=dict)
    of_imo: dict[int, set[int]] = field(default_factory=dict)
    of_call_sign: dict[str, set[int]] = field(default_factory=dict)
    of_name: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[SentIdentity]) -> _Ever:
        ever = cls()
        for row in rows:
            ever.of_mmsi.setdefault(row.mmsi, []).append(row)
            if imo_is_valid(row.imo):
                ever.of_imo.setdefault(row.imo, set()).add(row.mmsi)
            if sign := call_sign(row.call_sign):
                ever.of_call_sign.setdefault(sign, set()).add(row.mmsi)
            if name := squeezed(normal(row.name)):
                ever.of_name.setdefault(name, set()).add(row.mmsi)
        return ever


@dataclass(frozen=True, slots=True)
class _Sent:
    """Identifiers that were asked, and all that those who sent them ever sent."""

    mmsi: frozenset[int]
    imo: frozenset[int]
    call_sign: frozenset[str]

    def places(self, listing: Listing) -> set[int]:
        """Return the entries that name one of them."""
        found = {place for one in self.mmsi for place in listing.mmsi.get(one, ())}
        found |= {place for one in self.imo for place in listing.imo.get(one, ())}
        return found | {
            place for one in self.call_sign for place in listing.call_sign.get(one, ())
        }

    def matched_on(self, entry: Listed) -> int:
        """Return the strongest of them that ``entry`` names (MATCHED_ON), 0 for none."""
        if self.mmsi & set(entry.mmsi):
            return ON_MMSI
        if self.imo & set(entry.imo):
            return ON_IMO
        return ON_CALL_SIGN if self.call_sign & set(map(call_sign, entry.call_sign)) else 0


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked in one form; 0 and "" where it is not asked, or none."""

    asked: Asked
    mmsi: int
    imo: int
    call_sign: str
    name: str

    @classmethod
    def of(cls, asked: Asked) -> _Question:
        imo = asked.imo if asked.imo and imo_is_valid(asked.imo) else 0
        return cls(asked, asked.mmsi or 0, imo, call_sign(asked.call_sign), normal(asked.name))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A verdict, what it rests on (MATCHED_ON), what disagrees (bits of FACTS), and a note."""

    verdict: str
    on: int
    disagrees: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What cross-checking looks into."""

    listing: Listing
    ever: _Ever
    seen: Mapping[int, LastSeen]
    alike: Mapping[str, Alike]
    settings: MatchSettings


def cross_check(
    asked: Sequence[Asked],
    entries: Sequence[Listed],
    ever: Sequence[SentIdentity],
    seen: Mapping[int, LastSeen],
    settings: MatchSettings | None = None,
) -> list[Answer]:
    """Return the answers in the order of ``asked``: at least one to each, the best first.

    ``entries`` are those in force, in any order; ``seen`` by MMSI. Identifiers that are none (a
    wrong check digit, no call sign) are not looked up and said in the note.
    """
    settings = settings or MatchSettings()
    listing = Listing.of(Edition(tuple(entries)))
    questions = [_Question.of(one) for one in asked]
    names = list(dict.fromkeys(one.name for one in questions if one.name))
    alike = NameIndex.of(listing.name).like(names, settings.name_score)
    lookup = _Lookup(listing, _Ever.of(ever), seen, dict(zip(names, alike, strict=True)), settings)
    return [answer for one in questions for answer in _answers(one, lookup)]


def _answers(question: _Question, lookup: _Lookup) -> list[Answer]:
    """Return the answers to one line."""
    mmsis, by_name = _bearers(question, lookup)
    rows = [row for mmsi in mmsis for row in lookup.ever.of_mmsi.get(mmsi, ())]
    plain = _heard_of(question.asked, mmsis, rows, lookup.seen)
    ever = _ever_sent(question, mmsis, rows)
    named = {
        place: score
        for name, score in lookup.alike.get(question.name, ())
        for place in lookup.listing.name[name]
    }
    places = ever.places(lookup.listing).union(named)
    if not places:
        return [plain]
    direct = _asked_of(question, [] if by_name else rows)
    found = []
    for place in sorted(places):
        entry, score = lookup.listing.entries[place], named.get(place, 0.0)
        misnamed = bool(question.name) and not score
        bits = compare(
            entry, direct, lookup.settings.length_share, named=score > 0, misnamed=misnamed
        )
        if judged := _judged(entry, score, bits, ever):
            found.append((judged, _told(plain, entry, judged, score)))
    return _best(found) or [plain]


def _best(found: list[tuple[_Judged, Answer]]) -> list[Answer]:
    """Return the best answers; those that must not tell of their entries look all alike.

    Neither their place nor how many they are says what they rest on.
    """
    found.sort(
        key=lambda one: (
            one[0].verdict != HIT,
            0 if one[1].ask else one[0].on,
            -one[1].score,
            one[1].entry,
            one[1].ask,
        )
    )
    told: list[Answer] = []
    for _, answer in found:
        if not answer.ask or answer not in told:
            told.append(answer)
        if len(told) == MOST_ANSWERS:
            break
    return told


def _judged(entry: Listed, score: float, bits: tuple[int, int], ever: _Sent) -> _Judged | None:
    """Return what the question and an entry share, None where that makes neither hit nor hint."""
    agrees, disagrees = bits
    on = matched_on(agrees)
    # Of a vessel asked by its name nothing else may be known: then the very name is enough.
    if not on and score >= 1.0:
        on = ON_NAME
    if on:
        return _Judged(POSSIBLE if on == ON_NAME else HIT, on, disagrees)
    on = ever.matched_on(entry)
    return _Judged(POSSIBLE, on, disagrees, _AT_ANOTHER_TIME) if on else None


def _told(plain: Answer, entry: Listed, judged: _Judged, score: float) -> Answer:
    """Return ``plain`` with what may be told of ``entry``."""
    if not may_disclose(entry):
        return replace(plain, verdict=judged.verdict, ask=entry.contributor or "its contributor")
    return replace(
        plain,
        verdict=judged.verdict,
        entry=entry.id,
        matched_on=MATCHED_ON[judged.on],
        score=score if judged.on == ON_NAME else 1.0,
        disagrees=facts(judged.disagrees),
        note="; ".join(filter(None, (plain.note, judged.note))),
    )


def _bearers(question: _Question, lookup: _Lookup) -> tuple[list[int], bool]:
    """Return the MMSIs that sent an identifier that is asked; without one, the name's bearers."""
    ever = lookup.ever
    found = {*ever.of_imo.get(question.imo, ()), *ever.of_call_sign.get(question.call_sign, ())}
    if question.mmsi in ever.of_mmsi or question.mmsi in lookup.seen:
        found.add(question.mmsi)
    if found or question.mmsi or question.asked.imo or question.call_sign:
        return sorted(found)[:_MOST_BEARERS], False
    return sorted(ever.of_name.get(squeezed(question.name), ()))[:_MOST_BEARERS], True


def _heard_of(
    asked: Asked, mmsis: Sequence[int], rows: Sequence[SentIdentity], seen: Mapping[int, LastSeen]
) -> Answer:
    """Return the answer without the list: who sent it, when, and where it was last."""
    places = [seen[mmsi] for mmsi in mmsis if mmsi in seen]
    times = [row.received for row in rows] + [place.received for place in places]
    where = max(places, key=lambda place: place.time, default=None)
    return Answer(
        asked.line,
        asked,
        mmsi=tuple(mmsis),
        names=tuple(dict.fromkeys(row.name for row in rows if row.name)),
        first=min(times, default=None),
        last=max(times, default=None),
        lon=where.lon_deg if where else None,
        lat=where.lat_deg if where else None,
        note=_faults(asked),
    )


def _faults(asked: Asked) -> str:
    """Return what of the question is no identifier."""
    faults = []
    if asked.imo and not imo_is_valid(asked.imo):
        faults.append(f"IMO {asked.imo} is no IMO number: its check digit is wrong")
    if asked.call_sign and not call_sign(asked.call_sign):
        faults.append(f"{asked.call_sign[:20]!r} is no call sign")
    return "; ".join(faults)


def _asked_of(question: _Question, rows: Sequence[SentIdentity]) -> Heard:
    """Return what was asked as a vessel; type and length are the newest that it sent."""
    mmsi, imo, sign = question.mmsi, question.imo, question.call_sign
    newest = sorted(rows, key=lambda row: row.received)
    types = [row.ship_type for row in newest if row.ship_type]
    lengths = [row.length_m for row in newest if row.length_m]
    return Heard(
        mmsi=mmsi,
        imo=imo,
        call_sign=sign,
        imos=frozenset((imo,)) - {0},
        call_signs=frozenset((sign,)) - {""},
        flag=(country(mmsi) if mmsi else call_sign_country(sign)) or "",
        ship_type=types[-1] if types else 255,
        length_m=lengths[-1] if lengths else float("nan"),
    )


def _ever_sent(question: _Question, mmsis: Sequence[int], rows: Sequence[SentIdentity]) -> _Sent:
    """Return what was asked, and what those who sent it ever sent."""
    imos = {question.imo, *(row.imo for row in rows)}
    signs = {question.call_sign, *(call_sign(row.call_sign) for row in rows)}
    return _Sent(
        frozenset((question.mmsi, *mmsis)) - {0},
        frozenset(filter(imo_is_valid, imos)),
        frozenset(signs) - {""},
    )
