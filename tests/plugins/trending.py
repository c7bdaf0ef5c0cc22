"""A report of trends: a new route, and a pair that meets again and again."""

from __future__ import annotations

import datetime as dt

from alerts.trends.looking import Finding
from alerts.trends.report import Report

UNTIL = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
FINDINGS = (
    Finding("route", ("departure-cyrenaica", "arrival-crete"), 9, 0, 0.0, 7, None, 5.0, None,
            1e-6, 2e-4, (0,) * 12 + (2, 2, 3, 2)),
    Finding("pair", ("247900001", "271900002"), 5, 0, 0.1, 2, None, None, None, 1e-6, 2e-4, (),
            22.3, 36.0),
)  # fmt: skip
REPORT = Report(UNTIL, 4, 12, (7.0,) * 16, FINDINGS, {"route": 800}, {"route": 212}, 0.05, 0.5,
                names={"departure-cyrenaica": "Departure coast: Cyrenaica (within 24 nm)",
                       "arrival-crete": "Arrival coast: Crete (within 24 nm)"})  # fmt: skip
