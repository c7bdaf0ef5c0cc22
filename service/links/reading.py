"""One step into the network: every tie of some vessels that the reader may know of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from alerts.incidents.codes import strictest
from alerts.links import ties as weigh
from alerts.links.network import counted
from alerts.links.ties import GROUPS, Tie, TieKind, node_of
from service.disclosure import entry_codes_of
from service.editions import zones_in_force
from service.exporting.choosing import Viewer
from service.exporting.happened import coded
from service.identity import MOST_USERS
from store import ties
from store.ever import last_seen, reports_of
from watchlist.identifiers import imo_is_valid

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Codes
    from alerts.events import Event
    from service.links.asking import Wanted
    from store.ties import Lain, Sailed
    from watchlist.entries import WatchlistEntry
    from watchlist.vessels import LastSeen, SentIdentity

MOST_ROWS = 5_000
"""Rows read of one kind in one step: a network of more is cut anyway."""
LONGEST_TOGETHER = dt.timedelta(days=31)
MOST_TOGETHER = 5
"""Vessels round which company is looked for in one step: positions are many."""
BUSY = 60
_LEAST_SHARES = 0.2
_MOST_OF_AN_ENTRY = 5
_PORTS = ("port", "anchorage")
_SHORTEST = 3
_IN_PARTS = 24
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Reads:
    """Reads ties of ``wanted``'s span; what the list tells is read once, as far as it is seen.

    with_list  False: nothing of the list, for who did not say for what they read it
    """

    def __init__(
        self, connection: psycopg.Connection, wanted: Wanted, viewer: Viewer, *, with_list: bool
    ) -> None:
        """Read what the list tells."""
        self._connection, self._wanted, self._viewer = connection, wanted, viewer
        self._with_list = with_list
        self._kinds = {kind for one in wanted.groups for kind in GROUPS[one]}
        self._zones = {
            zone.id: zone for zone in zones_in_force(connection).zones if zone.kind in _PORTS
        }
        self.entries: dict[str, WatchlistEntry] = {}
        self.compared_owners = False
        self._listed = list(self._of_the_list()) if with_list else []
        self._sailed_for: set[int] = set()

    def of(self, nodes: Collection[str] | None) -> list[Tie]:
        """Return every tie that has one of ``nodes`` (None: any) at an end."""
        mmsis = None if nodes is None else [int(one) for one in nodes if one.isdecimal()]
        found = [
            one for one in self._listed if nodes is None or one.one in nodes or one.other in nodes
        ]
        if mmsis is None or mmsis:
            for group, read in (("meetings", self._met), ("identifiers", self._sent),
                                ("ports", self._lain)):  # fmt: skip
                found += read(mmsis) if group in self._wanted.groups else ()
        return [one for one in found if one.kind in self._kinds]

    def together(self, nodes: Sequence[str]) -> list[Tie]:
        """Return who sailed with the first MOST_TOGETHER of ``nodes``, each looked at once."""
        wanted = self._wanted
        vessels = [int(one) for one in nodes if one.isdecimal()][:MOST_TOGETHER]
        vessels = [one for one in vessels if one not in self._sailed_for]
        if "together" not in self._kinds or not vessels:
            return []
        self._sailed_for.update(vessels)
        start = max(wanted.start, wanted.end - LONGEST_TOGETHER)
        rows = ties.sailed(self._connection, vessels, start, wanted.end, _BESIDE)
        return [_sailed(row) for row in rows[:MOST_ROWS]]

    def marks(self, mmsis: Collection[int]) -> dict[int, list[WatchlistEntry]]:
        """Return the entries in force to which vessels answer, those that the reader knows."""
        found: dict[int, list[WatchlistEntry]] = defaultdict(list)
        if self._with_list:
            for mmsi, entry in ties.answered(self._connection, mmsis):
                if self._viewer.knows(entry):
                    found[mmsi].append(entry)
        return found

    def _met(self, mmsis: Sequence[int] | None) -> Iterator[Tie]:
        wanted = self._wanted
        events = ties.meetings(self._connection, mmsis, wanted.start, wanted.end, MOST_ROWS)
        seen = list(coded(self._connection, events, self._viewer))
        alerts: dict[str, str] = {}
        for name, alert in ties.alerts_on(self._connection, [one.id for one, _ in seen]):
            if self._viewer.sees(alert.codes):
                alerts.setdefault(name, alert.id)
        for event, codes in seen:
            yield from _meeting(event, codes, alerts.get(event.id, ""))

    def _lain(self, mmsis: Sequence[int] | None) -> Iterator[Tie]:
        wanted = self._wanted
        rows = ties.lain(self._connection, mmsis, self._zones, wanted.start, wanted.end,
                         _LEAST_SHARES, BUSY, MOST_ROWS)  # fmt: skip
        for row in rows:
            yield self._in_port(row)

    def _in_port(self, row: Lain) -> Tie:
        zone = self._zones[row.zone]
        middle = zone.geometry.representative_point()
        often = "once" if row.times == 1 else f"{row.times:,} times"
        where = zone.name if row.ports == 1 else f"{row.ports} ports, the last {zone.name}"
        others = row.times / row.shares - 1
        beside = f", on average beside {others:.0f} more" if others >= 0.5 else ", alone there"  # noqa: PLR2004
        return Tie(
            "port", node_of(row.mmsi), node_of(row.other),
            f"lay at the same time in {where}: {often}{beside}", weigh.port(row.shares),
            f"port:{row.zone}", row.first, row.last, float(middle.x), float(middle.y),
        )  # fmt: skip

    def _sent(self, mmsis: Sequence[int] | None) -> Iterator[Tie]:
        wanted = self._wanted
        rows = [
            one for one in ties.identifiers(self._connection, mmsis, wanted.end, MOST_USERS)
            if one[0] in self._kinds and _tells(*one[:2])
        ][:MOST_ROWS]  # fmt: skip
        everybody = {one for *_, users in rows for one in users}
        those = sorted(everybody)
        uses = _Uses(reports_of(self._connection, those), last_seen(self._connection, those))
        for what, value, users in rows:
            spans = {
                one: span for one in users
                if (span := uses.span(one, what, value, wanted.start, wanted.end))
            }  # fmt: skip
            yield from _same(cast("TieKind", what), value, spans)

    def _of_the_list(self) -> Iterator[Tie]:
        shared = []
        if self._viewer.person is None or self._viewer.person.may("watchlist.persons"):
            shared = ties.owners(self._connection, MOST_ROWS)
            self.compared_owners = True
        ids = {one for each in shared for one in each[:2]}
        there = ties.tied_entries(self._connection, ids, 4 * MOST_ROWS)
        self.entries = known = {
            name: one for name, one in there.items() if self._viewer.knows(one)
        }
        nodes = self._nodes_of(known)
        for entry in known.values():
            for link in entry.links:
                if link.entry in known:
                    said = f"{entry.id} names {link.entry} as {link.relation.replace('_', ' ')}"
                    note = f": {link.note}" if link.note else ""
                    yield from _listed(link.relation, entry, known[link.entry], nodes, said + note)
        for one, other, kind in shared:
            if one in known and other in known:
                said = f"{one} and {other} name {weigh.WORDS[cast('TieKind', kind)]}"
                yield from _listed(kind, known[one], known[other], nodes, said)

    def _nodes_of(self, known: dict[str, WatchlistEntry]) -> dict[str, list[str]]:
        """Return by entry the vessels that it names or that answered to it, else itself."""
        vessels: dict[str, set[int]] = {name: {*one.mmsi} for name, one in known.items()}
        for mmsi, entry in ties.answered(self._connection, [], [*known]):
            vessels[entry.id].add(mmsi)
        return {
            name: [node_of(one) for one in sorted(those)][:_MOST_OF_AN_ENTRY] or [name]
            for name, those in vessels.items()
        }


class _Uses:
    """When vessels used their identifiers: each until their next report of its kind, or still.

    Still is until they were heard last: that no later report is stored says no more.
    """

    def __init__(self, reports: Sequence[SentIdentity], seen: Mapping[int, LastSeen]) -> None:
        self._held: dict[int, list[tuple[SentIdentity, dt.datetime | None]]] = defaultdict(list)
        self._heard = {mmsi: one.time for mmsi, one in seen.items()}
        following: dict[tuple[int, int, bool], dt.datetime] = {}
        for one in sorted(reports, key=lambda row: (row.received, row.spool), reverse=True):
            # Of a type 24, part A has the name and part B the rest.
            kind = (one.mmsi, one.message, one.message == _IN_PARTS and bool(one.name))
            self._held[one.mmsi].insert(0, (one, following.get(kind)))
            following[kind] = one.received
            self._heard[one.mmsi] = max(self._heard.get(one.mmsi, one.received), one.received)

    def span(
        self, mmsi: int, what: str, value: str, start: dt.datetime, end: dt.datetime
    ) -> tuple[dt.datetime, dt.datetime | None] | None:
        """Return from when to when she sent it (None: beyond the span); None where never in it."""
        spans = [
            (one.received, until)
            for one, until in self._held[mmsi] if str(getattr(one, what)) == value
        ]  # fmt: skip
        there = [one for one in spans if one[0] < end and (one[1] is None or one[1] >= start)]
        if not there:
            return None
        last = max(self._heard[mmsi] if until is None else until for _, until in there)
        return there[0][0], None if last >= end else last


_BESIDE = ties.Beside()


def _tells(what: str, value: str) -> bool:
    if what == "imo":
        return imo_is_valid(int(value))
    return sum(map(str.isalnum, value)) >= _SHORTEST and not set(value) <= {"0", " "}


def _meeting(event: Event, codes: Codes, alert: str) -> Iterator[Tie]:
    facts = event.evidence
    minutes = facts["together"].value if "together" in facts else None
    long = f" for {_long(float(minutes))}" if isinstance(minutes, int | float) else ""
    apart = facts["distance"].value if "distance" in facts else None
    near = f", {apart:,.0f} m apart" if isinstance(apart, int | float) else ""
    ended = event.updated_us if event.ended_us is None else event.ended_us
    evidence = f"alert:{alert}" if alert else f"event:{event.id}"
    for at, one in enumerate(event.mmsis):
        for other in event.mmsis[at + 1 :]:
            yield Tie(
                "met", node_of(one), node_of(other), f"lay beside each other{long}{near}",
                weigh.met(event.confidence), evidence, _time(event.started_us), _time(ended),
                event.lon, event.lat, codes,
            )  # fmt: skip


def _sailed(row: Sailed) -> Tie:
    hours = row.samples * _BESIDE.step_min / 60
    return Tie(
        "together", node_of(row.mmsi), node_of(row.other),
        f"sailed within {_BESIDE.within_nm:g} nm of each other for {_long(60 * hours)}",
        weigh.together(hours), f"track:{node_of(row.mmsi)}", row.first, row.last, row.lon, row.lat,
    )  # fmt: skip


def _same(
    what: TieKind, value: str, spans: dict[int, tuple[dt.datetime, dt.datetime | None]]
) -> Iterator[Tie]:
    users = sorted(spans)
    word = {"imo": "IMO number", "call_sign": "call sign", "name": "name"}[what]
    for at, one in enumerate(users):
        for other in users[at + 1 :]:
            (first, over), (begun, ended) = spans[one], spans[other]
            last = None if over is None or ended is None else max(over, ended)
            apart = (over is not None and over <= begun) or (ended is not None and ended <= first)
            how = "one after the other" if apart else "at the same time"
            yield Tie(
                what, node_of(one), node_of(other), f"both sent the {word} {value}, {how}",
                weigh.identifier(what, len(users)), f"identity:{node_of(one)}",
                min(first, begun), last,
            )  # fmt: skip


def _listed(
    kind: str, one: WatchlistEntry, other: WatchlistEntry, nodes: dict[str, list[str]], says: str
) -> Iterator[Tie]:
    codes = strictest(entry_codes_of(one), entry_codes_of(other))
    relation = cast("TieKind", kind)
    for node in nodes[one.id]:
        for mate in nodes[other.id]:
            if node != mate:
                yield Tie(relation, node, mate, says, weigh.listed(relation), f"entry:{one.id}",
                          codes=codes)  # fmt: skip


def _long(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02d} min" if hours else counted(rest, "minute")


def _time(time_us: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=time_us)
