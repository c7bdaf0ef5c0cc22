"""Making a package of evidence of one alert, tested before it is written.

1. what the alert rests on is read from the database, and its codes are asked
2. a legal hold keeps the spool's segments
3. the lines of its vessels are chosen, and run again while all lines are counted; where that does
   not give the same events, ships near them are taken along
4. the package's own members are run again as whoever gets them will do, and what came out stands
   in its manifest
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain as chain_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.lines import FeedNames
from ais.spool.layout import position, segments_on_disk, split
from ais.spool.manifest import Manifest
from ais.spool.reader import SpoolReader
from ais.spool.retention import hold, release
from service.errors import ServiceError, WrongUseError
from service.evidence import chain, context
from service.evidence.choosing import NEAR_US, Choice, Span, Vessels, choose, chosen
from service.evidence.judging import EVENTS, HEARING, Judged, judged, run_again
from service.evidence.lines import Carrying
from service.evidence.listening import Listened, listen
from service.evidence.package import in_json, packed
from service.evidence.reaching import memory_h, needed_since
from service.evidence.rerun import Rules, said
from service.evidence.rows import rows_members
from service.pipeline.shelf import RULES, WATCHLIST, WHAT, Shelf
from watchlist.entries import Edition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.alert import Alert, Codes
    from alerts.events import Event
    from service.settings import Settings
    from store.changes import Change
    from store.editions import Adoption
    from watchlist.entries import Listed

_HOUR_US = 3_600_000_000
_LATER_US = 6 * _HOUR_US
"""Most events are told so long after the time that they name, at most."""
_MS_US = 1000
ALERT, README, CARD = "alert.json", "README.txt", "card.pdf"

Progress = Callable[[int], None]
Allow = Callable[["Leaving"], "Codes"]
"""Returns the codes of what would leave, or raises RefusedByCodesError."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a package would carry: whose lines, and the entries of the list they answered to."""

    vessels: frozenset[int]
    entries: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What the database knows of an alert.

    events  every version of each, in the order of telling
    begin   by spool position: the editions in force there, for a spool whose begin is gone
    content bytes of an edition that is not beside the spool any more
    audit   number and hash of the audit's newest row
    """

    alert: Alert
    alert_json: dict[str, Any]
    events: tuple[Event, ...]
    begin: Callable[[int], Sequence[Adoption]]
    content: Callable[[str], bytes]
    audit: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class Wish:
    """How a package is made: by whom and why, from which time of the spool on, None = all of it.

    permission  who allowed what the codes forbid, "" = nobody
    as_needed   from as far back as the events can rest on (``reaching``), in place of ``since``
    within      the case for which it is read, as the audit says it
    """

    made: Change
    since: dt.datetime | None = None
    permission: str = ""
    as_needed: bool = False
    within: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A package: its bytes, what became of each event when run again, lines carried and read.

    codes  the strictest of the alert's and of the entries that are in it
    """

    content: bytes
    events: tuple[Judged, ...]
    lines: int
    read: int
    near: tuple[int, ...]
    hold: str
    codes: Codes
    about: dict[str, Any] = field(default_factory=dict)


def make(
    case: Case,
    settings: Settings,
    wish: Wish,
    allow: Allow,
    card: Callable[[Case, Sequence[Judged]], bytes] | None = None,
    progress: Progress = lambda _bytes: None,
) -> Made:
    """Return the package of ``case``; the hold on the spool stays.

    ``card`` draws the page for people. Raises ServiceError, SpoolError, and what ``allow`` raises.
    """
    folder = settings.folder / "spool"
    if not case.events:
        raise ServiceError(f"{case.alert.id}: its events are not kept any more; nothing to prove")
    if not folder.is_dir():
        raise ServiceError(f"{folder}: no spool is here; evidence is made where the spool is")
    name = f"evidence {case.alert.id} {wish.made.at:%Y-%m-%dT%H:%M:%SZ}"
    reader = SpoolReader(folder, FeedNames())
    spans = _spans(folder, reader.end(), case, settings, wish)
    # All that may have to be read: should less not do, the rest must be there still.
    hold(folder, name, min(one.first for one in spans), spans[0].end)
    try:
        span = spans[0]
        made = _made(case, settings, wish, span, allow, card, progress)
        for wider in spans[1:]:
            if _helps(made, span, wider):
                span = wider
                made = _made(case, settings, wish, span, allow, card, progress)
        hold(folder, name, span.first, made.about["span"]["behind"])
    except BaseException:
        release(folder, name)
        raise
    finally:
        reader.close()
    return Made(**{**{one: getattr(made, one) for one in made.__slots__}, "hold": name})


def _spans(
    folder: Path, end: int, case: Case, settings: Settings, wish: Wish
) -> tuple[Span, ...]:  # fmt: skip
    """Return what is read of the spool: what should do; to a later time; and all of it.

    That a ship is heard no longer is told as late as detectors wait for her.
    """
    since = needed_since(case.events, settings) if wish.as_needed else wish.since
    first = _span(folder, end, case.events, since)
    begin = _span(folder, end, case.events, None).first if wish.as_needed else first.first
    waited_us = round(memory_h(case.events, settings) * _HOUR_US)
    later = replace(first, until_us=first.until_us + waited_us)
    return first, later, replace(later, first=begin)


def _helps(made: Made, span: Span, wider: Span) -> bool:
    """Tell whether ``wider`` may do better: later where an event lacks, more where one differs."""
    outcomes = {one.outcome for one in made.events}
    if wider.first < span.first:
        return outcomes != {"same"}
    return wider.until_us > span.until_us and "missing" in outcomes


def _made(
    case: Case, settings: Settings, wish: Wish, span: Span, allow: Allow,
    card: Callable[[Case, Sequence[Judged]], bytes] | None, progress: Progress,
) -> Made:  # fmt: skip
    taking = _Taking(case, settings, span, progress)
    choice, listened = taking.best()
    lines = choice.lines[choice.lines < np.uint64(listened.behind)]
    members = taking.members(lines, listened)
    # The alert's own codes say nothing of a rescue's ships, nor of those near.
    codes = allow(taking.leaving(members))
    case = replace(case, alert=replace(case.alert, codes=codes))
    again = run_again(members)
    events = tuple(judged(members[EVENTS], again.found))
    about = taking.about(lines, listened, choice, wish, events, codes)
    members |= rows_members(again.found, taking.own)
    members[README] = (Path(__file__).parent / "readme.txt").read_bytes()
    if card is not None:
        members[CARD] = card(case, events)
    return Made(packed(members, about), events, len(lines), choice.read,
                tuple(sorted(taking.near)), "", codes, about)  # fmt: skip


@dataclass(slots=True)
class _Taking:
    """The lines of one alert, from the choice to the members of the package."""

    case: Case
    settings: Settings
    span: Span
    progress: Progress
    near: frozenset[int] = frozenset()
    rules: Rules = field(init=False)
    shelf: Shelf = field(init=False)
    own: frozenset[int] = field(init=False)
    begin: tuple[Adoption, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = Rules.of(self.settings)
        self.shelf = Shelf(self.settings.folder / "editions")
        self.own = frozenset(mmsi for one in self.case.events for mmsi in one.mmsis)
        self.begin = tuple(self.case.begin(self.span.first)) if self.span.first else ()
        for one in self.begin:
            self._supply(one.what, one.sha256)

    def best(self) -> tuple[Choice, Listened]:
        """Return the fewest lines that give the events again, or the most that helped."""
        choice = self._choose(Vessels(self.own))
        first = self._listen(choice)
        if self._lacking(first) == 0 or not choice.near:
            return choice, first
        begins = min(one.started_us for one in self.case.events)
        wider = self._choose(Vessels(self.own, frozenset(choice.near), begins - NEAR_US))
        second = self._listen(wider)
        if self._lacking(second) >= self._lacking(first):
            return choice, first
        self.near = frozenset(choice.near)
        return wider, second

    def _choose(self, whose: Vessels) -> Choice:
        names = FeedNames()
        reader = SpoolReader(self.settings.folder / "spool", names)
        return choose(self.span.blocks(reader), names, self.rules, whose, self.case.events,
                      self.progress)  # fmt: skip

    def _listen(self, choice: Choice) -> Listened:
        names = FeedNames()
        reader = SpoolReader(self.settings.folder / "spool", names)
        until = {(one.id, one.version) for one in self.case.events}
        return listen(self.span.blocks(reader), names, self.rules, self.shelf, choice.lines,
                      begin=self.begin, until=until, progress=self.progress)  # fmt: skip

    def _lacking(self, listened: Listened) -> int:
        """Return how much is not as it was: a missing event weighs more than another number."""
        told = "".join(f"{said(one)}\n" for one in self.case.events).encode()
        weights = {"same": 0, "other": 1, "more": 1, "missing": 100}
        return sum(weights[one.outcome] for one in judged(told, listened.found))

    def members(self, lines: NDArray[np.uint64], listened: Listened) -> dict[str, bytes]:
        """Return all that is run again, and what it is held against."""
        carrying = Carrying()
        reader = SpoolReader(self.settings.folder / "spool", FeedNames())
        editions = {(one.what, one.sha256) for one in self.begin}
        for block in self.span.blocks(reader):
            if int(block.spool[0]) >= listened.behind:
                break
            carrying.take(chosen(block, lines))
        found = carrying.members()
        adopted = run_editions(found)
        for what, sha256 in sorted(editions | adopted):
            found[context.member_of(what, sha256)] = self._edition(what, sha256, listened)
        sequences = sorted({split(int(at))[0] for at in lines})
        return {
            **found,
            EVENTS: "".join(f"{said(one)}\n" for one in self.case.events).encode(),
            HEARING: "".join(f"{one.line()}\n" for one in listened.answers).encode(),
            ALERT: in_json(self.case.alert_json),
            chain.CHAIN: chain.excerpt(self.settings.folder / "spool", sequences),
            context.SETTINGS: context.settings_json(self.rules),
            context.CODE: in_json(context.code_facts()),
            context.ADOPTIONS: context.adoptions_json(self.begin),
        }

    def leaving(self, members: Mapping[str, bytes]) -> Leaving:
        """Return what ``members`` say of the list, and whose lines they hold."""
        lists = (one for name, one in members.items() if name.startswith(f"context/{WATCHLIST}-"))
        entries = (entry for one in lists for entry in Edition.from_bytes(one).entries)
        return Leaving(self.own | self.near, tuple(dict.fromkeys(entries)))

    def _supply(self, what: str, sha256: str) -> None:
        """Put an edition that is gone beside the spool back from the database."""
        if not self.shelf.holds(what, sha256):
            self.shelf.put(what, self.case.content(sha256))

    def _edition(self, what: str, sha256: str, listened: Listened) -> bytes:
        self._supply(what, sha256)
        if what == WATCHLIST:
            return context.reduced(self.shelf.watchlist(sha256), listened.found.listed).to_bytes()
        if what == RULES:
            return context.spoken(self.shelf.rules(sha256), self.case.events).to_bytes()
        return self.shelf.path(what, sha256).read_bytes()

    def about(
        self, lines: NDArray[np.uint64], listened: Listened, choice: Choice, wish: Wish,
        events: Sequence[Judged], codes: Codes,
    ) -> dict[str, Any]:  # fmt: skip
        """Return what the manifest says besides its members."""
        alert, folder = self.case.alert, self.settings.folder / "spool"
        return {
            "alert": alert.id,
            "alert_version": alert.version,
            "exercise": alert.exercise,
            "made": {"at": f"{wish.made.at:%Y-%m-%dT%H:%M:%SZ}", "by": wish.made.who,
                     "reason": wish.made.why, "permission": wish.permission},
            "codes": asdict(codes),
            "vessels": sorted(self.own),
            "near": sorted(self.near),
            "lines": {"carried": len(lines), "read": choice.read},
            "answers": len(listened.answers),
            "span": {"first": self.span.first, "behind": listened.behind,
                     "from_the_beginning": self.span.first == 0,
                     "begin": "as needed" if wish.as_needed else "as asked"},
            "spool": {"head": chain.head(folder)},
            "audit": {"number": self.case.audit[0], "hash": self.case.audit[1]},
            "events": {one.key: one.outcome for one in events},
        }  # fmt: skip


def run_editions(lines: dict[str, bytes]) -> set[tuple[str, str]]:
    """Return (what, SHA-256) of every edition that ``_control`` lines speak of."""
    found = set()
    for name, text in lines.items():
        if not name.endswith(".log"):
            continue
        for line in text.splitlines():
            _, _, rest = line.partition(b" ")
            feed, _, body = rest.partition(b" ")
            if feed == b"_control":
                said_there = json.loads(body)
                if said_there["what"] in WHAT:
                    found.add((str(said_there["what"]), str(said_there["sha256"])))
    return found


def _span(folder: Path, end: int, events: Sequence[Event], since: dt.datetime | None) -> Span:
    """Return what is read of the spool: from its first line or ``since``, to after the events."""
    last = max(max(one.updated_us, one.ended_us or 0) for one in events)
    manifest = Manifest(folder)
    manifest.refresh()
    there = sorted(set(chain_of(*segments_on_disk(folder))))
    if not there:
        raise ServiceError(f"{folder}: holds no lines; evidence is made where the spool is")
    first = there[0]
    if since is not None:
        since_ms = int(since.timestamp() * 1000)
        if since_ms * _MS_US > min(one.started_us for one in events):
            msg = f"--since: {since:%Y-%m-%dT%H:%MZ} is after the alert's first event; go back"
            raise WrongUseError(msg)
        begun = [
            n for n in there if n in manifest.closed and manifest.closed[n].first_ms <= since_ms
        ]
        first = max(begun, default=first)
    return Span(position(first, 0) if first > 1 else 0, end, last + _LATER_US)
