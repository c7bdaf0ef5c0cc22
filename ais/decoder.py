"""Lines in, columns out: scanning, assembly, duplicates, fields and counts in their order.

    lines ──▶ foreign ones to their dialects ──┐ (NMEA that they carry comes back as lines)
      └──▶ scan ──▶ mend ──▶ assemble ──▶ read ─┴──▶ one ``Decoded`` in spool order

How the lines were cut into blocks changes nothing in what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ais import distress, fields, foreign, proving
from ais.assembly import Assembled, Assembly
from ais.counts import Counts, add
from ais.dedup import Seen
from ais.kernel import Scratch
from ais.lines import feed_of
from ais.mending import mend
from ais.reader import Reader, Reading, limit_us
from ais.sentences import (
    NOTES,
    OTHER,
    OTHER_KINDS,
    REASONS,
    REJECTED,
    SENTENCE,
    Sentences,
    no_stamps,
    scan,
)
from ais.timetext import NO_TIME
from ais.waiting import INCOMPLETE, ORPHAN, USED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.batches import Decoded
    from ais.dialect import Dialect
    from ais.lines import FeedNames, LineBlock


@dataclass(frozen=True, slots=True)
class Parsed:
    """A block's messages with all that was found of them, before it becomes columns.

    block: the lines that were read, among them those that a dialect carried and sentences that
    stood beside a fault; ``said.messages`` and ``reading.verdicts`` have one row per message, (m,)
    """

    block: LineBlock
    said: Assembled
    reading: Reading


class Decoder:
    """Lines in, columns out; keeps assembly, dedup and counts between blocks.

    names: feed codes · source_time: feeds whose stamps are the time of a position
    future_limit_s: a stamp this far ahead of its line's receive time is rejected; None = never.
    past_limit_s: the same of a stamp before it; None for recordings, which are dated by themselves
    Neither loses a call for help: it then has the receive time.
    The receive time is our own clock, so a block may be cut anywhere.
    dialects: readers of foreign lines by feed name, and of JSON lines under "{"
    """

    def __init__(
        self,
        names: FeedNames,
        *,
        source_time: frozenset[str] = frozenset(),
        future_limit_s: float | None = 300,
        past_limit_s: float | None = None,
        dialects: Mapping[str, Dialect] | None = None,
    ) -> None:
        self.counts = Counts()
        self.names = names
        self._source_time = source_time
        self._limits_us = limit_us(future_limit_s), limit_us(past_limit_s)
        self._dialects = dict(dialects or {})
        self._carried = no_stamps()
        self._scratch = Scratch()
        self._assembly = Assembly()
        self._reader = Reader()
        self._repeats = foreign.Repeats()
        self._believed = np.zeros(65_536, np.bool_)
        self._known = 0
        self._feed_of = np.arange(65_536).astype(np.uint16)
        self._senders = False

    def decode(self, block: LineBlock) -> Decoded:
        """Return what ``block`` says."""
        self._learn_feeds()
        if not self._dialects:
            return self._parse(block).reading.decoded
        own, results = foreign.hand_over(block, self.names, self._dialects)
        decoded = self._parse(own).reading.decoded
        if not results:
            return decoded
        gate = foreign.Gate(self._believed, self._limits_us, self._repeats, self.counts)
        merged = foreign.merge(decoded, results, gate)
        return merged.of_feeds(self._feed_of) if self._senders else merged

    def parse(self, block: LineBlock) -> Parsed:
        """Return the messages of ``block`` for ``messages``; valid until the next block.

        Of the dialects' lines only the sentences that they carry become messages here; all are
        counted.
        """
        self._learn_feeds()
        own, results = foreign.hand_over(block, self.names, self._dialects)
        for _, lines, result in results:
            foreign.count(self.counts, len(lines), result)
        return self._parse(own)

    def finish(self) -> None:
        """End the input: what still waits for its other parts is given up and counted."""
        self._assembly.finish()
        self._count_sentences()

    def begin_era(self) -> None:
        """Forget what came before: the receive time goes on from before it. Counts stay."""
        ends = self._assembly.ends
        self._assembly.finish()
        self._assembly = Assembly()
        self._assembly.ends[:] = ends
        self._reader.seen, self._repeats = Seen(), foreign.Repeats()
        self._carried = no_stamps()
        self._count_sentences()

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state between blocks as plain arrays, keys with dots."""
        carried = np.flatnonzero(self._carried != NO_TIME)
        state: dict[str, NDArray[Any]] = {
            "carried.feed": carried,
            "carried.time": self._carried[carried],
            "counts": self.counts.freeze(),
            "dialects": np.array(list(self._dialects), np.str_),
        }
        parts: dict[str, Any] = {
            "assembly": self._assembly,
            "reader": self._reader,
            "repeats": self._repeats,
        }
        for name, part in [
            *parts.items(),
            *((f"dialect.{k}", d) for k, d in self._dialects.items()),
        ]:
            state.update({f"{name}.{key}": value for key, value in part.freeze().items()})
        return state

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned; a dialect that it lacks starts empty."""

        def part(name: str) -> dict[str, NDArray[Any]]:
            return {k.removeprefix(name): v for k, v in state.items() if k.startswith(name)}

        self._carried = no_stamps()
        self._carried[state["carried.feed"]] = state["carried.time"]
        self.counts = Counts.thaw(state["counts"])
        self._assembly = Assembly.thaw(part("assembly."))
        self._reader.thaw(part("reader."))
        self._repeats.thaw(part("repeats."))
        known = state["dialects"].tolist() if "dialects" in state else self._dialects
        for name, dialect in self._dialects.items():
            if name in known:
                dialect.thaw(part(f"dialect.{name}."))

    def _learn_feeds(self) -> None:
        """Find the codes of feeds and senders that were named since the last block."""
        for code in range(self._known, len(self.names.names)):
            name = self.names.names[code]
            feed = feed_of(name)
            self._believed[code] = feed in self._source_time
            self._feed_of[code] = self.names.code(feed)
            self._senders |= feed != name
        self._known = len(self.names.names)

    def _parse(self, block: LineBlock) -> Parsed:
        """Scan, assemble and read one block of lines, and count all of it."""
        sentences = scan(block, self._carried, self._scratch)
        lines = len(block)
        block, sentences = mend(block, sentences)
        said = self._assembly.assemble(block, sentences)
        if self._senders:
            # Behind the assembly nobody asks which of a feed's senders it was.
            block = replace(block, feed=self._feed_of[block.feed])
        reading = self._reader.read(block, said, self._believed, self._limits_us)
        self._count_lines(block, sentences, lines)
        self._count_sentences()
        self._count_messages(block, said, reading)
        return Parsed(block, said, reading)

    def _count_lines(self, block: LineBlock, sentences: Sentences, lines: int) -> None:
        """Count a block's ``lines`` by kind and reason, and what was found beside their faults."""
        counts, tally = self.counts, sentences.tally
        counts.lines += lines
        counts.carried += len(block) - lines
        counts.sentences += int(tally[SENTENCE, 0])
        # Most live blocks hold sentences only.
        if int(tally[SENTENCE, 0]) != len(block):
            add(counts.other, dict(zip(OTHER_KINDS, tally[OTHER].tolist(), strict=False)))
            add(counts.rejected, dict(zip(REASONS, tally[REJECTED].tolist(), strict=False)))
        for code in np.flatnonzero(tally[REJECTED]):
            if counts.has_room(REASONS[code]):
                rows = sentences.rows
                faulty = np.flatnonzero((rows["kind"] == REJECTED) & (rows["code"] == code))
                counts.sample(REASONS[code], (block.line(int(i)) for i in faulty))
        add(counts.notes, dict(zip(NOTES, sentences.notes.tolist(), strict=True)))

    def _count_sentences(self) -> None:
        """Take over what the assembly counted."""
        ends = self._assembly.ends.tolist()
        self.counts.used, self.counts.orphan, self.counts.incomplete = (
            ends[USED],
            ends[ORPHAN],
            ends[INCOMPLETE],
        )
        self.counts.pending = self._assembly.pending

    def _count_messages(self, block: LineBlock, said: Assembled, reading: Reading) -> None:
        """Count the messages of a block by what became of them."""
        counts, tally = self.counts, reading.tally
        counts.messages += len(said.messages)
        counts.decoded += int(tally[fields.RECEPTIONS])
        counts.duplicates += int(tally[fields.DUPLICATES])
        counts.without_position += int(tally[fields.UNPLACED])
        add(counts.notes, dict(zip(distress.NOTES, tally[fields.UNKNOWN :].tolist(), strict=True)))
        types = np.bincount(reading.decoded.receptions.message, minlength=1)
        add(counts.types, {str(kind): int(types[kind]) for kind in np.flatnonzero(types)})
        for code in np.flatnonzero(reading.rejected):
            reason = proving.REASONS[code]
            add(counts.messages_rejected, {reason: int(reading.rejected[code])})
            if counts.has_room(reason):
                rows = np.flatnonzero(reading.verdicts["reason"] == code)
                lines = said.messages["line"][rows].tolist()
                counts.sample(reason, (block.line(i) for i in lines))
