"""``/health`` for people and load balancers, ``/metrics`` for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.responses import Response

from service.web.answers import answer

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.web.hub import Hub
    from service.web.poller import Poller

_TELLING = frozenset({"events", "deliveries"})
_COUNTING = ("vedetta_events", "vedetta_deliver")
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


async def health(request: Request) -> Response:
    """Answer what works and what does not; 503 until everything needed for a live picture does."""
    poller: Poller = request.app.state.poller
    part = poller.parts.get("ingest")
    state = part.state if part else {}
    report = {
        "live": True,
        "ready": poller.ready,
        "database": poller.database(),
        "ingest": poller.ingest(),
        "jobs": poller.jobs(),
        "feeds": _explained(request, poller),
        "spool": _told(state),
        "poisoned": state.get("poisoned"),
        "refused": state.get("refused"),
        "database_error": poller.work()["database_error"],
        "pipeline_error": poller.work()["pipeline_error"],
        "snapshot_error": poller.work()["snapshot_error"],
        "counts": state.get("counts"),
        "events": state.get("events"),
        "detectors_failed": state.get("detectors_failed"),
        "alerts_failed": (state.get("alerts") or {}).get("failed"),
        "deliveries": _deliveries(poller),
        "map": {"vessels": len(poller.picture), "clients": len(poller.hub.clients)},
    }
    if _is_somebody(request):
        report = {name: said for name, said in report.items() if name not in _TELLING}
    return answer(report, 200 if poller.ready else 503)


def _explained(request: Request, poller: Poller) -> list[dict[str, Any]]:
    """Return the feeds; with what is wrong for machines of the house and who has it mended."""
    person, faults = request.state.person, poller.faults()
    if person is not None and not person.may("feeds.mend"):
        return poller.feeds()
    return [{**one, "last_error": faults.get(one["name"], "")} for one in poller.feeds()]


def _is_somebody(request: Request) -> bool:
    """Tell whether a person asks and no machine: a figure that moves tells of a hidden alert."""
    return request.state.person is not None


async def alive(_request: Request) -> Response:
    """Answer 200: the process runs, whatever the database does."""
    return answer({"live": True})


def _told(state: dict[str, Any]) -> dict[str, Any]:
    """Return the spool's figures; of its trouble only that it has one: the text names paths."""
    spool = state.get("spool") or {}
    return {**spool, "trouble": bool(spool.get("trouble"))}


def _deliveries(poller: Poller) -> dict[str, dict[str, float]]:
    """Return how many messages of each channel are in which state, as the jobs process says."""
    part = poller.parts.get("jobs")
    return dict(part.state.get("deliveries") or {}) if part else {}


async def metrics(request: Request) -> Response:
    """Answer the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    state = request.app.state
    registry.register(Figures(state.poller, state.refusals.total, whole=not _is_somebody(request)))
    return Response(generate_latest(registry), headers={"content-type": _TEXT})


class Figures:
    """A Prometheus collector: reads the poller when it is asked, keeps nothing."""

    def __init__(
        self, poller: Poller, refused: Mapping[str, int] | None = None, *, whole: bool = True
    ) -> None:
        """Collect from ``poller``; ``whole``: also what counts events and messages.

        ``refused`` requests by kind since the process began.
        """
        self._poller, self._refused, self._whole = poller, refused or {}, whole

    def describe(self) -> list[Metric]:
        """Return nothing: what is collected depends on what the ingest process reports."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        poller, hub = self._poller, self._poller.hub
        yield _gauge("vedetta_ready", "1 while the live picture is up to date", poller.ready)
        yield _gauge("vedetta_database_up", "1 while the database answers", not poller.away_since)
        yield _gauge("vedetta_map_vessels", "Vessels on the live map", len(poller.picture))
        yield _gauge("vedetta_map_clients", "Open live sockets", len(hub.clients))
        yield _gauge("vedetta_map_read_seconds", "Last read of the picture", poller.read_ms / 1000)
        skipped = CounterMetricFamily(
            "vedetta_map_skipped_frames", "Deltas that slow clients lost"
        )
        skipped.add_metric([], hub.skipped)
        yield skipped
        # Both move when somebody is told something: to people it would tell that there is more.
        if self._whole:
            yield from _sockets(hub)
        yield _refusals(self._refused)
        up = poller.ingest()["ok"]
        yield _gauge("vedetta_ingest_up", "1 while the ingest process reports", up)
        yield _gauge("vedetta_jobs_up", "1 while the jobs process reports", poller.jobs()["ok"])
        failing = poller.work()["pipeline_error"]
        yield _gauge("vedetta_pipeline_failing", "1 while nothing received is screened", failing)
        part = poller.parts.get("ingest")
        yield from _feeds(poller.feeds())
        figures = [*_ingest(part.state if part else {}), *_sent(_deliveries(poller))]
        yield from (one for one in figures if self._whole or not one.name.startswith(_COUNTING))
        jobs = poller.parts.get("jobs")
        yield _failed_jobs((jobs.state if jobs else {}).get("done") or {})


def _refusals(refused: Mapping[str, int]) -> Metric:
    found = CounterMetricFamily("vedetta_refusals", "Requests refused, by why", labels=["kind"])
    for kind, count in sorted(refused.items()):
        found.add_metric([kind], count)
    return found


def _sockets(hub: Hub) -> Iterator[Metric]:
    sent = CounterMetricFamily("vedetta_map_sent_bytes", "Bytes queued to live sockets")
    sent.add_metric([], hub.sent_bytes)
    yield sent
    replaced = CounterMetricFamily(
        "vedetta_map_replaced_texts", "Texts of which slow clients got a newer one only"
    )
    replaced.add_metric([], hub.replaced)
    yield replaced


def _failed_jobs(done: dict[str, dict[str, Any]]) -> Metric:
    found = GaugeMetricFamily(
        "vedetta_job_failed", "1 where the newest run of a job failed", labels=["job"]
    )
    for name, run in sorted(done.items()):
        found.add_metric([name], run.get("state") == "failed")
    return found


def _sent(deliveries: dict[str, dict[str, float]]) -> Iterator[Metric]:
    labels = ["channel", "state"]
    held = GaugeMetricFamily("vedetta_deliveries", "Messages by channel and state", labels=labels)
    oldest = GaugeMetricFamily(
        "vedetta_delivery_oldest_seconds",
        "Age of the oldest message that waits",
        labels=["channel"],
    )
    for channel, states in deliveries.items():
        for state, value in states.items():
            if state == "oldest_waiting_s":
                oldest.add_metric([channel], value)
            else:
                held.add_metric([channel, state], value)
    yield held
    yield oldest


def _feeds(feeds: list[dict[str, Any]]) -> Iterator[Metric]:
    lines = CounterMetricFamily("vedetta_feed_lines", "Lines received", labels=["feed"])
    idle = GaugeMetricFamily(
        "vedetta_feed_last_line_seconds", "Seconds since the last line", labels=["feed"]
    )
    up = GaugeMetricFamily("vedetta_feed_up", "1 while the feed receives", labels=["feed"])
    for feed in feeds:
        lines.add_metric([str(feed["name"])], feed["lines"] or 0)
        up.add_metric([str(feed["name"])], feed["state"] == "connected")
        if feed["idle_ms"] is not None:
            idle.add_metric([str(feed["name"])], feed["idle_ms"] / 1000)
    yield lines
    yield up
    yield idle


def _ingest(state: dict[str, Any]) -> Iterator[Metric]:
    told = _told(state)
    for name, words, value in (
        ("poisoned", "Blocks that the pipeline could not work on", state.get("poisoned")),
        ("refused", "Rows that the database refused", state.get("refused")),
        ("spool_damaged", "Damaged places in the spool", told.get("damaged")),
    ):
        yield _gauge(f"vedetta_{name}", words, value or 0)
    events = CounterMetricFamily("vedetta_events", "Versions of events told by the detectors")
    events.add_metric([], state.get("events") or 0)
    yield events
    failed = (state.get("alerts") or {}).get("failed") or 0
    yield _gauge("vedetta_alerts_failed", "Events that no alert could take in", failed)
    broken = CounterMetricFamily(
        "vedetta_detector_failures", "Times that a detector failed", labels=["detector"]
    )
    for name, count in (state.get("detectors_failed") or {}).items():
        broken.add_metric([name], count)
    yield broken
    spool = GaugeMetricFamily("vedetta_spool", "State of the spool", labels=["what"])
    for name, value in _flat(told):
        spool.add_metric([name], value)
    yield spool
    counts = CounterMetricFamily("vedetta_decoded", "Counts of the decoder", labels=["what"])
    for name, value in _flat(state.get("counts") or {}):
        counts.add_metric([name], value)
    yield counts


def _flat(counts: dict[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers of nested ``counts``, named by their path."""
    for name, value in counts.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{name}.")
        elif isinstance(value, int | float):
            yield f"{path}{name}", value


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))
