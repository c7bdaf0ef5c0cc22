"""Lines that are not bare sentences go to their dialect and come back in order."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from ais.batches import PositionBatch, StaticBatch
from ais.dialect import DialectResult
from ais.lines import LineBlock
from ais.messages import objects_of
from tests.plugins.nmea import START_US, decoded, decoder, encoded, vdm

REPORT = vdm(b"15M67FC000G?ufbE`FepT@3n00Sa")
DAY_US = 86_400_000_000


def positions(block: LineBlock, time_us: int) -> PositionBatch:
    """One report per line, each at another place, with a stamp."""
    n = len(block)
    columns = {name: np.zeros(n, kind) for name, kind in PositionBatch.dtypes().items()}
    columns |= {"received": block.received, "feed": block.feed, "spool": block.spool}
    columns |= {"mmsi": np.full(n, 7, np.uint32), "message": np.full(n, 1, np.uint8)}
    columns["lon_deg"] = block.spool.astype("f8")
    columns["time"] = np.full(n, time_us).view("M8[us]")
    return PositionBatch(**columns)


@dataclass
class FakeDialect:
    """Says one position per line, stamped a day ago, or carries one sentence per line."""

    carries: bool = False
    time_us: int = START_US - DAY_US
    seen: list[int] = field(default_factory=list)

    def decode(self, block: LineBlock) -> DialectResult:
        n = len(block)
        self.seen.append(n)
        inside = replace(LineBlock.of([REPORT] * n), feed=block.feed, spool=block.spool)
        said = PositionBatch.empty() if self.carries else positions(block, self.time_us)
        messages = 0 if self.carries else n
        sentences = replace(inside, received=block.received) if self.carries else None
        return DialectResult(
            said, StaticBatch.empty(), sentences, {"fake": n}, {}, {}, messages, {}
        )

    def freeze(self):
        return {"seen": np.array(self.seen)}

    def thaw(self, state):
        self.seen = state["seen"].tolist()


LINES = [REPORT, b'{"a":1}', *encoded(type=1, mmsi=9, lon=1, lat=2), b'{"a":2}']


def test_json_lines_join_the_others_in_spool_order():
    machine = decoder(dialects={"{": FakeDialect()})
    batch = decoded(LINES, machine)
    assert batch.positions.mmsi.tolist() == [366_053_209, 7, 9, 7]
    assert batch.positions.spool.tolist() == [1, 2, 3, 4]
    assert batch.receptions.spool.tolist() == [1, 2, 3, 4]
    assert machine.counts.balanced()
    assert (machine.counts.lines, machine.counts.other) == (4, {"fake": 2})


@pytest.mark.parametrize("believed, time_us", [(True, START_US - DAY_US), (False, START_US)])
def test_json_stamps_are_believed_as_their_feed_is(believed, time_us):
    source = frozenset({"a"} if believed else ())
    machine = decoder(dialects={"{": FakeDialect()}, source_time=source)
    batch = decoded([b"{}"], machine)
    assert batch.positions.time.tolist() == [np.datetime64(time_us, "us").item()]


def test_rows_of_a_layout_keep_their_own_time():
    machine = decoder(dialects={"a": FakeDialect()})
    batch = decoded([b"1,2,3"], machine)
    assert batch.positions.time[0] == np.datetime64(START_US - DAY_US, "us")


def test_feed_with_a_layout_owns_all_its_lines():
    fake, other = FakeDialect(), FakeDialect()
    decoded([REPORT, b"{}"], decoder(dialects={"a": fake, "{": other}))
    assert (fake.seen, other.seen) == ([2], [])


def test_carried_sentences_are_decoded_and_counted():
    machine = decoder(dialects={"{": FakeDialect(carries=True)})
    batch = decoded([b"{}", *encoded(type=1, mmsi=9, lon=1, lat=2)], machine)
    assert batch.positions.mmsi.tolist() == [366_053_209, 9]
    assert (machine.counts.lines, machine.counts.carried, machine.counts.sentences) == (2, 1, 2)
    assert machine.counts.balanced()


def test_carried_sentence_heard_before_is_a_duplicate():
    machine = decoder(dialects={"{": FakeDialect(carries=True)})
    decoded([REPORT, b"{}"], machine)
    assert machine.counts.duplicates == 1


def test_future_of_a_dialect_is_quarantined():
    fake = FakeDialect(time_us=START_US + DAY_US)
    machine = decoder(dialects={"{": fake}, source_time=frozenset({"a"}))
    batch = machine.decode(LineBlock.of([b"{}"], START_US))
    assert len(batch.positions) == 0
    assert machine.counts.messages_rejected == {"future": 1}
    assert machine.counts.balanced()


@pytest.mark.parametrize("dialect", ["a", "{"])
@pytest.mark.parametrize("limit_s, rows", [(86_399, 0), (86_400, 1), (None, 1)])
def test_past_of_a_dialect_is_quarantined_with_a_sample(dialect, limit_s, rows):
    source = frozenset({"a"})
    machine = decoder(dialects={dialect: FakeDialect()}, source_time=source, past_limit_s=limit_s)
    assert len(decoded([b'{"a":1}'], machine).positions) == rows
    assert machine.counts.messages_rejected == ({} if rows else {"past": 1})
    assert machine.counts.samples == ({} if rows else {"past": ['{"a":1}']})
    assert machine.counts.balanced()


def test_memory_of_a_dialect_is_part_of_the_state():
    fake, again = FakeDialect(), FakeDialect()
    machine = decoder(dialects={"{": fake})
    decoded([b"{}"], machine)
    decoder(dialects={"{": again}).thaw(machine.freeze())
    assert again.seen == [1]


def test_dialect_that_the_state_lacks_starts_empty():
    old, new = decoder(dialects={"{": FakeDialect()}), FakeDialect()
    decoded([b"{}"], old)
    decoder(dialects={"{": FakeDialect(), "a": new}).thaw(old.freeze())
    assert new.seen == []


def test_carried_sentences_are_objects_too():
    machine = decoder(dialects={"{": FakeDialect(carries=True)})
    parsed = machine.parse(LineBlock.of([b"{}", b"# remark"], START_US))
    assert [said["mmsi"] for said in objects_of(parsed, machine.names)] == [366_053_209]
    assert machine.counts.balanced()
