"""Which vessels heard are vessels of interest: rows in, hits out, nothing when nothing is new.

A row counts where it is the first of its MMSI or says something else than what is known of it;
all else is one look into a hash table. Of the rows that count, whole columns are looked up in the
list; only vessels that some entry may be are then taken row by row. So cuts of the stream, rows
that come twice and a restart change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ais.batches import PositionBatch, StaticBatch
from watchlist.candidates import NameCandidates
from watchlist.comparison import Heard, compare, matched_on, second_facts
from watchlist.entries import Edition
from watchlist.flags import country
from watchlist.hits import ON_NAME, Hits
from watchlist.identifiers import imo_is_valid
from watchlist.known import KEPT, Known, Sent
from watchlist.listing import Listing, call_sign_sent, name_sent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_NEVER = -(1 << 63)
_DAY_US = 86_400_000_000
_Hit: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When a vessel is taken for a listed one.

    name_score     names this alike are a match, 0-1, with a second fact (DETECTORS, row 4)
    length_share   lengths agree that differ by this share of the listed one, at most
    names_cached   sent names whose answers are remembered
    former_values  former names, call signs and IMO numbers of a vessel that are kept, of each
    forget_days    a vessel not heard for so long is forgotten, and new when it is heard again:
                   random MMSIs would fill the memory
    """

    name_score: float = 0.90
    length_share: float = 0.10
    names_cached: int = 200_000
    former_values: int = 16
    forget_days: float = 30.0


class Matcher:
    """Matches what is heard against the list in force."""

    def __init__(self, settings: MatchSettings | None = None) -> None:
        """Start with an empty list and nobody heard."""
        self.settings = settings or MatchSettings()
        self._known = Known(self.settings.former_values)
        self._names = NameCandidates(self.settings.name_score, self.settings.names_cached)
        self._listing = Listing.of(Edition())
        self._told: dict[tuple[int, str], tuple[int, int, int, int]] = {}
        self._awake = self._swept = _NEVER

    def adopt(self, edition: Edition, received_us: int, spool: int) -> Hits:
        """Replace the list; return the hits of all vessels known, told at that control line."""
        before = {entry.id: entry for entry in self._listing.entries}
        self.adopt_again(edition)
        entries = self._listing.entries
        ids = {entry.id for entry in entries}
        self._told = {pair: told for pair, told in self._told.items() if pair[1] in ids}
        changed = [place for place, entry in enumerate(entries) if before.get(entry.id) != entry]
        return self._check([*changed, *self._waking(received_us)], received_us, spool)

    def adopt_again(self, edition: Edition) -> None:
        """Take the list that was in force when the state was frozen; nothing is told."""
        # After a fault the state is taken back under the same list: that costs no new listing.
        if edition.entries is not self._listing.entries:
            self._listing = Listing.of(edition)
            self._names.adopt(self._listing.name)
        self._known.watched[: self._known.count] = self._named_by(self._listing)

    def step(self, positions: PositionBatch, statics: StaticBatch) -> Hits:
        """Return what the rows show that was not told before; both batches in spool order."""
        found = []
        while (first := self._turn(positions, statics)) is not None:
            spool, received = first
            p, s = (int(np.searchsorted(b.spool, np.uint64(spool))) for b in (positions, statics))
            found.append(self._step(positions.take(slice(p)), statics.take(slice(s))))
            self._forget(received)
            found.append(self._check(self._waking(received), received, spool))
            positions, statics = positions.take(slice(p, None)), statics.take(slice(s, None))
        return Hits.join([*found, self._step(positions, statics)])

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays; the list is not part of it."""
        pairs, told = list(self._told), list(self._told.values())
        numbers = np.array(told, np.int64).reshape(len(told), 4)
        return {
            **self._known.freeze(),
            "told_mmsi": np.array([mmsi for mmsi, _ in pairs], np.uint32),
            "told_entry": np.array([entry for _, entry in pairs], np.str_),
            "told": numbers,
            "clock": np.array([self._awake, self._swept], np.int64),
        }

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave; ``adopt_again`` follows, with the same list."""
        self._known.thaw(state)
        pairs = zip(state["told_mmsi"].tolist(), state["told_entry"].tolist(), strict=True)
        told = (tuple(row) for row in state["told"].tolist())
        self._told = dict(zip(pairs, told, strict=True))
        self._awake, self._swept = state["clock"].tolist()

    def _turn(self, *batches: PositionBatch | StaticBatch) -> tuple[int, int] | None:
        """Return spool and time of the first row of a new day, or at which an entry wakes."""
        wakes = self._listing.wakes
        next_wake = int(np.searchsorted(wakes, self._awake, side="right"))
        due = min((self._swept + _DAY_US, *wakes[next_wake : next_wake + 1]))
        firsts = []
        for batch in batches:
            late = np.flatnonzero(batch.received.view(np.int64) >= due)
            if len(late):
                firsts.append((int(batch.spool[late[0]]), int(batch.received[late[0]].view("i8"))))
        return min(firsts) if firsts else None

    def _waking(self, received: int) -> list[int]:
        """Return the entries that begin to match between the last check and ``received``."""
        wakes = self._listing.wakes
        if not wakes or self._awake >= wakes[-1]:
            return []
        entries = enumerate(self._listing.entries)
        return [place for place, one in entries if self._awake < one.matches_from <= received]

    def _forget(self, received: int) -> None:
        """Forget once a day who was not heard for long; at a row: cuts change nothing."""
        if received < self._swept + _DAY_US:
            return
        self._swept = received // _DAY_US * _DAY_US
        days = self.settings.forget_days
        if gone := self._known.forget(received - int(days * _DAY_US)):
            self._told = {pair: told for pair, told in self._told.items() if pair[0] not in gone}

    def _step(self, positions: PositionBatch, statics: StaticBatch) -> Hits:
        known = self._known
        before = known.count
        static_slot, slot = (
            known.hear(batch.mmsi, batch.received.view(np.int64)) for batch in (statics, positions)
        )
        sent = Sent(statics)
        rows, fresh = self._rows(sent, static_slot, before), _firsts(slot, before)
        if not len(rows) and not len(fresh):
            return Hits.empty()
        self._watch(sent, static_slot, rows, slot[fresh])
        watched = known.watched[static_slot[rows]]
        known.learn(sent, static_slot, rows[~watched])
        rows, fresh = rows[watched], fresh[known.watched[slot[fresh]]]
        if not len(rows) and not len(fresh):
            return Hits.empty()
        return self._replay(positions, statics, before, (slot, fresh), (static_slot, rows, sent))

    def _rows(self, sent: Sent, slot: NDArray[np.int64], before: int) -> NDArray[np.int64]:
        """Return the static rows of vessels that are new or of which some row says news."""
        if not len(slot):
            return np.empty(0, np.int64)
        news = self._known.news(sent, slot) | (slot >= before)
        if not news.any():
            return np.empty(0, np.int64)
        # All rows of such a vessel: one that repeats what is known may follow one that does not.
        return np.flatnonzero(np.isin(slot, slot[news]))

    def _watch(
        self,
        sent: Sent,
        slot: NDArray[np.int64],
        rows: NDArray[np.int64],
        fresh: NDArray[np.int64],
    ) -> None:
        """Mark the vessels whose rows, or whose new MMSI, name an entry."""
        listing, known = self._listing, self._known
        if not listing.entries:
            return
        for slots in (slot[rows], fresh):
            known.watched[slots[np.isin(known.columns["mmsi"][slots], listing.mmsis)]] = True
        for name in KEPT:
            there = rows[sent.there[name][rows]]
            named = self._named(listing, name, sent.columns[name][there])
            known.watched[slot[there[named]]] = True

    def _named(self, listing: Listing, name: str, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell of each value of a kept fact whether ``listing`` has it, or a name like it."""
        if name == "imo":
            return np.isin(values, listing.imos)
        raw = values.tolist()
        if name == "call_sign":
            known = listing.call_sign
            return np.array([call_sign_sent(one) in known for one in raw], np.bool_)
        normal = [name_sent(one) for one in raw]
        alike = self._names.of(normal)
        if listing is not self._listing:
            named = listing.name.keys()
            alike = {one: of for one, of in alike.items() if any(n in named for n, _ in of)}
        return np.array([one in alike for one in normal], np.bool_)

    def _named_by(self, listing: Listing) -> NDArray[np.bool_]:
        """Tell of each vessel known whether ``listing`` names anything that it ever sent."""
        known = self._known
        found = np.isin(known.columns["mmsi"][: known.count], listing.mmsis)
        if not listing.entries:
            return found
        for name in KEPT:
            now = known.columns[name][: known.count]
            there = np.flatnonzero(now != np.zeros((), now.dtype))
            found[there[self._named(listing, name, now[there])]] = True
            slots, values = known.former_of(name)
            found[slots[self._named(listing, name, values)]] = True
        return found

    def _check(self, places: list[int], received: int, spool: int) -> Hits:
        """Return the hits of all vessels that ``places`` may be, as of one line of the spool."""
        self._awake = received
        if not places:
            return Hits.empty()
        entries, named = self._listing.entries, self._known.watched[: self._known.count]
        # A listing of a few entries is cheaper than all vessels that some entry may be.
        if 2 * len(places) < len(entries):
            chosen = {entries[place].id: entries[place] for place in places}
            named = named & self._named_by(Listing.of(Edition(tuple(chosen.values()))))
        slots = np.flatnonzero(named)
        slots = slots[np.argsort(self._known.columns["mmsi"][slots])]
        return _columns([hit for slot in slots for hit in self._hits(int(slot), received, spool)])

    def _replay(
        self,
        positions: PositionBatch,
        statics: StaticBatch,
        before: int,
        moved: tuple[NDArray[np.int64], NDArray[np.int64]],
        said: tuple[NDArray[np.int64], NDArray[np.int64], Sent],
    ) -> Hits:
        """Take the rows of watched vessels one by one, in spool order."""
        slot, fresh = moved
        static_slot, rows, sent = said
        # A static row goes before a position of the same line: it says more.
        order = [(int(statics.spool[k]), 0, int(k)) for k in rows]
        order += [(int(positions.spool[k]), 1, int(k)) for k in fresh]
        new = {int(one) for one in (*slot[fresh], *static_slot[rows]) if one >= before}
        hits: list[_Hit] = []
        for spool, is_position, k in sorted(order):
            batch = positions if is_position else statics
            this = int((slot if is_position else static_slot)[k])
            says = this in new or not (is_position or self._known.repeats(sent, this, k))
            new.discard(this)
            if says:
                if not is_position:
                    self._known.learn_row(sent, this, k)
                hits += self._hits(this, int(batch.received[k].view("i8")), spool)
        return _columns(hits)

    def _hits(self, slot: int, received: int, spool: int) -> list[_Hit]:
        """Return what is to be told of a vessel as it is known now."""
        listing, known = self._listing, self._known
        heard = self._heard(slot)
        now = known.columns["name"][slot]
        misnamed = bool(now and name_sent(now))
        named_now = self._alike([now]) if misnamed else {}
        before = known.former["name"].get(slot)
        named = self._alike([now, *before]) if before else named_now
        sure = set(listing.mmsi.get(heard.mmsi, ()))
        sure.update(place for imo in heard.imos for place in listing.imo.get(imo, ()))
        for sign in heard.call_signs:
            sure.update(listing.call_sign.get(sign, ()))
        hits = []
        for place in sorted(sure.union(named)):
            entry = listing.entries[place]
            if not entry.matches_from <= received < entry.matches_until:
                continue
            # Most likenesses end here: the whole comparison would find no second fact, either.
            share = self.settings.length_share
            if place not in sure and not second_facts(entry, heard, share)[0]:
                continue
            bits = compare(
                entry,
                heard,
                share,
                named=place in named,
                misnamed=misnamed and place not in named_now,
            )
            told = (entry.version, matched_on(bits[0]), *bits)
            if told[1] and self._told.get((heard.mmsi, entry.id)) != told:
                self._told[heard.mmsi, entry.id] = told
                score = named[place] if told[1] == ON_NAME else 1.0
                sent = (now, known.columns["call_sign"][slot], known.columns["imo"][slot])
                hits.append((heard.mmsi, received, spool, place, told[1], score, *bits, *sent))
        return hits

    def _heard(self, slot: int) -> Heard:
        known = self._known
        column = known.columns
        mmsi, imo = int(column["mmsi"][slot]), int(column["imo"][slot])
        return Heard(
            mmsi=mmsi,
            imo=imo if imo_is_valid(imo) else 0,
            call_sign=call_sign_sent(bytes(column["call_sign"][slot])),
            imos=frozenset(filter(imo_is_valid, map(int, known.ever("imo", slot)))),
            call_signs=frozenset(map(call_sign_sent, map(bytes, known.ever("call_sign", slot)))),
            flag=country(mmsi) or "",
            ship_type=int(column["ship_type"][slot]),
            length_m=float(column["length_m"][slot]),
        )

    def _alike(self, names: Iterable[bytes]) -> dict[int, float]:
        """Return the entries with a name like one of ``names``, and how like the best is."""
        found: dict[int, float] = {}
        for alike in self._names.of(name_sent(bytes(one)) for one in names).values():
            for name, score in alike:
                for place in self._listing.name[name]:
                    found[place] = max(found.get(place, 0.0), score)
        return found


def _firsts(slot: NDArray[np.int64], before: int) -> NDArray[np.int64]:
    """Return the first row of each slot that is new, in order."""
    rows = np.flatnonzero(slot >= before)
    return rows[np.sort(np.unique(slot[rows], return_index=True)[1])] if len(rows) else rows


def _columns(hits: list[_Hit]) -> Hits:
    """Return rows as columns."""
    if not hits:
        return Hits.empty()
    columns = zip(*hits, strict=True)
    typed = zip(Hits.dtypes().items(), columns, strict=True)
    return Hits(**{name: np.array(column, kind) for (name, kind), column in typed})
