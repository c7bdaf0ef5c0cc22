"""The model of silence, tested by hiding one of two receivers that overlap (DETECTORS §5).

Only the first receiver's messages are screened. A gap alarm is disproved where the hidden one
heard the ship while it was said to be silent. Some ships really stop transmitting: those alarms
must come.
"""

from __future__ import annotations

import numpy as np

from ais.batches import Decoded, PositionBatch, Receptions, SafetyText, StaticBatch
from ais.tracks import Segmenter
from alerts.detectors.gap import Gap
from alerts.screening import Screening

DAY_S = 86_400
EVERY_S = 60
LOST = 5
"""Reports that a receiver may lose in a row before the ship itself falls silent."""
NM_DEG = 1 / 60
START_US = 1_778_371_200_000_000
MASTS = np.array([[12.0, 37.5], [12.7, 37.5]])
RANGE_NM = 35.0
BOX = np.array([[11.0, 36.7], [13.7, 38.3]])
SQUEEZE = np.cos(np.radians(37.5))


def voyages(rng, ships, seconds):
    """Places (ships, reports, 2), courses and speeds of ships between random ends, all at sea."""
    steps = np.arange(0, seconds, EVERY_S)
    lon_lat = np.empty((ships, len(steps), 2))
    course, speed = np.empty((ships, len(steps))), np.empty((ships, len(steps)))
    for ship in range(ships):
        kn = rng.uniform(7, 16)
        here, at = rng.uniform(*BOX), 0
        while at < len(steps):
            there = rng.uniform(*BOX)
            east, north = (there - here) * [SQUEEZE, 1]
            legs = max(2, round(np.hypot(east, north) * 60 / kn * 3600 / EVERY_S))
            legs = min(legs, len(steps) - at)
            run = kn * EVERY_S / 3600 * NM_DEG
            way = np.array([east / SQUEEZE, north]) / max(np.hypot(east, north), 1e-9) * run
            lon_lat[ship, at : at + legs] = here + way * np.arange(legs)[:, None]
            course[ship, at : at + legs] = np.degrees(np.arctan2(east, north)) % 360
            here, at = here + way * legs, at + legs
        speed[ship] = kn
    return steps, lon_lat, course, speed


def hear(rng, lon_lat, class_b):
    """Which receiver hears which report (2, ships, reports): free sight, then the horizon."""
    reach = RANGE_NM * np.where(class_b, 0.6, 1.0)[:, None]
    out = []
    for mast in MASTS:
        east, north = ((lon_lat - mast) * [SQUEEZE, 1]).transpose(2, 0, 1) * 60
        far = np.hypot(east, north) / reach
        out.append(rng.random(far.shape) < 0.985 * (1 - np.minimum(far, 1) ** 5))
    return np.array(out)


def screened(steps, lon_lat, course, speed, class_b, heard):
    """Events of the gap detector over what one receiver heard."""
    step, ship = np.nonzero(heard.T)
    n = len(step)
    received = START_US + steps[step] * 1_000_000 + ship * 37_000
    order = np.argsort(received, kind="stable")
    step, ship, received = step[order], ship[order], received[order].view("M8[us]")
    spool, zero = np.arange(1, n + 1, dtype=np.uint64), np.zeros(n)
    message = np.where(class_b[ship], 18, 1).astype("u1")
    mmsi = (247_000_000 + ship).astype("u4")
    lon, lat = lon_lat[ship, step].T
    rows = PositionBatch(
        mmsi, received, received, lon, lat, speed[ship, step].astype("f4"),
        course[ship, step].astype("f4"), course[ship, step].astype("f4"), zero.astype("u1"),
        message, zero.astype("u2"), spool, zero.astype("u4"),
    )  # fmt: skip
    receptions = Receptions(
        mmsi, received, zero.astype("u2"), zero.astype("u4"), spool, message, zero > 0, lon, lat
    )
    screening, segmenter, told = Screening({"gap": Gap()}), Segmenter(), []
    ticks = np.arange(START_US, START_US + (steps[-1] + 60) * 1_000_000, 60_000_000)
    cuts = np.searchsorted(received.view("i8"), ticks)
    for now, first, last in zip(ticks[1:], cuts, cuts[1:], strict=False):
        part = slice(first, last)
        tracked = segmenter.step(rows.take(part))
        decoded = Decoded(
            tracked.positions, StaticBatch.empty(), SafetyText.empty(), receptions.take(part)
        )
        told += screening.step(decoded, tracked.positions, tracked.slot)
        told += screening.tick(int(now))
    return told


def judged(seed, ships=70, dark=8, days=2):
    """Alarms, alarms that the hidden receiver disproves, dark ships, dark ships that were told."""
    rng = np.random.default_rng(seed)
    class_b = np.arange(ships) % 4 == 3
    steps, lon_lat, course, speed = voyages(rng, ships, days * DAY_S)
    heard = hear(rng, lon_lat, class_b)
    staged = np.zeros((ships, len(steps)), bool)
    well = ((lon_lat - MASTS[0]) * [SQUEEZE, 1] * 60) ** 2
    well = np.sqrt(well.sum(axis=2)) < 0.5 * RANGE_NM * np.where(class_b, 0.6, 1.0)[:, None]
    begun = {}
    for ship in range(ships):
        inside = np.flatnonzero(well[ship, :-240] & well[ship, 30:-210])
        inside = inside[inside > len(steps) // 2]
        if len(inside) and len(begun) < dark:
            begun[ship] = int(rng.choice(inside))
            staged[ship, begun[ship] : begun[ship] + 200] = True
    heard[:, staged] = False
    events = screened(steps, lon_lat, course, speed, class_b, heard[0])
    gaps = [e for e in events if e.kind == "gap" and e.state == "open"]
    wrong = 0
    found = set()
    for event in gaps:
        ship = event.mmsi - 247_000_000
        first = (event.started_us - START_US) // 1_000_000 // EVERY_S + 1
        last = (event.updated_us - START_US) // 1_000_000 // EVERY_S
        wrong += bool(heard[1, ship, first + LOST : last + 1].any())
        if ship in begun and abs(first - begun[ship]) < 15:
            found.add(ship)
    return len(gaps), wrong, len(begun), len(found)


def test_a_hidden_receiver_disproves_few_alarms():
    alarms, wrong, dark, found = np.sum([judged(seed) for seed in (1, 2)], axis=0)
    assert alarms >= 10
    assert wrong <= 0.05 * alarms
    assert found >= 0.8 * dark
