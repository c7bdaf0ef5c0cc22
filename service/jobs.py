"""The jobs process: what runs by the clock, and the messages that leave."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

import structlog

from ais.spool import snapshots
from ais.spool.layout import position, segments_on_disk, split
from ais.spool.retention import remove_old
from alerts.notifiers.email import Email
from alerts.notifiers.log import Log
from service.anchors import anchoring
from service.delivering import Dispatcher
from service.digests import Digests
from service.duty_rows import pruning
from service.erasing import Erased, erased
from service.erasing import note as note_erased
from service.escalating import Escalating
from service.exporting.placing import orders_of
from service.finding.expiring import expiring
from service.flooding import Flooding
from service.leaving_by import link_maker, post_of
from service.papers.placing import papers_of
from service.pipeline.shelf import Shelf
from service.quarantine import Quarantine
from service.receipts import Inboxes
from service.rescuing import Rescuing
from service.schedule import Every, Job, Schedule, Turn
from service.traffic.job import Learning
from service.trends.job import Trends
from service.undelivered import Undelivered
from store.board import Board, committed_offset
from store.connect import session
from store.editions import needed_from
from store.incidents import drop_smouldering
from store.outbox import counts, drop_settled, oldest_waiting
from store.retention import drop_old
from store.told import drop_told
from store.watchlist import in_force
from watchlist.reviews import review_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.posts import Post
    from service.rescuing import Helping
    from service.settings import Settings

_log = structlog.get_logger()
HOUR_S = 3600
RETRY_S = 60.0


class Jobs:
    """One jobs process; of several on one database only the holder of the lock keeps the schedule.

    Messages are delivered by every one of them: leases see to it that each goes out once.
    """

    def __init__(self, settings: Settings, dsn: str) -> None:
        """Prepare schedule and channels; nothing runs before ``run``."""
        self.settings, self.dsn = settings, dsn
        self._inboxes = Inboxes(dsn, settings.receipts, settings.routing)
        self.schedule = Schedule(dsn, self._jobs(), beat=self._tell)
        self.stop = self.schedule.stop
        self._channels = {one.name for one in settings.channels}
        self._stranded: set[str] = set()
        self._board = Board(dsn)
        paging = Undelivered(settings.routing, link_maker(settings))
        self._dispatcher = Dispatcher(
            settings.channels, settings.delivery, dsn, self.stop, on_dead=paging
        )

    @property
    def done(self) -> dict[str, dict[str, Any]]:
        """Return the newest note of each job."""
        return self.schedule.done

    def _jobs(self) -> tuple[Job, ...]:
        one, dsn = self.settings, self.dsn
        helping = Rescuing(one.sar, one.roles)
        link_of = link_maker(one)
        mails = [by.offices for by in one.channels if isinstance(by, Email)]
        repeated = frozenset(chain(*mails)) if one.duty.escalation.sar_repeat_min else frozenset()
        escalating = Escalating(
            dsn, one.duty, one.routing, repeated=repeated, sar_help=helping, link_of=link_of
        )
        post = post_of(one)
        digests = Digests(
            dsn, one.digests, one.routing, post, duty=one.duty, exercise=one.exercise,
            unheard=[channel.name for channel in one.channels if isinstance(channel, Log)],
        )  # fmt: skip
        anchor = anchoring(one, dsn)
        return (
            *([anchor] if anchor else []),
            Job("retention", Every(HOUR_S), self.retention, retry_s=RETRY_S),
            Job("reviews", Every(HOUR_S), self.reviews),
            escalating.job(),
            self._inboxes.job(),
            self._flooding(post, helping, link_of).job(),
            pruning(dsn),
            expiring(dsn, one.retention.questions_days),
            orders_of(one, dsn).job(),
            papers_of(one, dsn).job(),
            *digests.jobs(),
            Trends(dsn, one, post).job(),
            *([Learning(dsn, one.traffic).job()] if one.traffic.learn else []),
        )

    def _flooding(
        self, post: Post, helping: Helping, link_of: Callable[[str], str] | None
    ) -> Flooding:
        one = self.settings
        mails = {by.name: frozenset(by.offices) for by in one.channels if isinstance(by, Email)}
        return Flooding(
            self.dsn, one.routing, post, mailboxes=mails, exercise=one.exercise,
            repeat_min=one.duty.escalation.sar_repeat_min,
            sar_help=helping, link_of=link_of,
        )  # fmt: skip

    def run(self) -> None:
        """Run until ``stop`` is set."""
        for office in self.settings.routing.offices:
            ours = office.enabled and office.kind == "office" and not self.settings.exercise
            if ours and not self._mail(office.id):
                # Its digests and signs of life are files of ours, which reach nobody.
                _log.warning("office_without_mailbox", office=office.id)
        self._dispatcher.start()
        try:
            self._inboxes.ready()
            self.schedule.run()
        finally:
            self._dispatcher.close(patience_s=5.0)
            self._board.close()

    def _mail(self, office: str) -> bool:
        channels = self.settings.channels
        return any(isinstance(one, Email) and office in one.offices for one in channels)

    def _tell(self, done: Mapping[str, Any]) -> None:
        now = dt.datetime.now(dt.UTC)
        with session(self.dsn) as connection:
            waiting, held = oldest_waiting(connection), counts(connection)
        deliveries: dict[str, dict[str, float]] = {}
        for (channel, state), number in held.items():
            deliveries.setdefault(channel, {})[state] = number
        for channel, since in waiting.items():
            deliveries[channel]["oldest_waiting_s"] = round((now - since).total_seconds(), 1)
            if channel not in self._channels:
                self._strand(channel, int(deliveries[channel]["waiting"]))
                deliveries[channel]["stranded"] = deliveries[channel]["waiting"]
        self._board.put("jobs", {"done": dict(done), "deliveries": deliveries}, now)

    def _strand(self, channel: str, waiting: int) -> None:
        """Say once that nobody empties a channel that config.yaml does not know any more."""
        if channel not in self._stranded:
            self._stranded.add(channel)
            _log.error("deliveries_stranded", channel=channel, waiting=waiting,
                       cure="give the channel its name back in config.yaml")  # fmt: skip

    def retention(self, _turn: Turn | None = None) -> dict[str, Any]:
        """Remove what is older than the settings allow; return what was removed."""
        now = dt.datetime.now(dt.UTC)
        keep = self.settings.retention
        removed = drop_old(
            self.dsn,
            now,
            positions_days=keep.positions_days,
            latest_days=keep.latest_days,
            runs_days=keep.runs_days,
            visits_days=keep.visits_days,
            hits_days=keep.hits_days,
            events_days=keep.events_days,
            alerts_days=keep.alerts_days,
            watch_days=keep.watch_days,
            cases_days=keep.cases_days,
            contacts_days=keep.contacts_days,
        )
        segments, told = self._spool(now), self._deliveries(now)
        note = {
            "database": dataclasses.asdict(removed),
            "segments": segments,
            "editions": self._editions(now),
            "deliveries": sum(one.count for one in told if one.table == "delivery"),
        }
        gone = erased(removed, dataclasses.asdict(keep), now)
        spool = Erased("spool", len(segments), now - dt.timedelta(days=keep.spool_days))
        lines = Erased("quarantine", Quarantine(self.settings.folder).drop_gone(), spool.before)
        note["erased"] = note_erased(self.dsn, "retention", [*gone, spool, lines, *told], now)
        _log.info("retention", **note)
        return note

    def reviews(self, _turn: Turn | None = None) -> dict[str, Any]:
        """Count the entries of the list whose review is due, overdue, or past its limit."""
        today = dt.datetime.now(dt.UTC).date()
        with session(self.dsn) as connection:
            rows = in_force(connection)
        grace_days = self.settings.watchlist.grace_days
        states = Counter(review_state(row.entry, today, grace_days) for row in rows)
        note: dict[str, Any] = {"entries": len(rows), **states}
        _log.info("reviews", **note)
        return note

    def _editions(self, now: dt.datetime) -> list[str]:
        """Remove editions of which no line of the spool speaks any more."""
        spool = self.settings.folder / "spool"
        numbers = list(chain(*segments_on_disk(spool))) if spool.is_dir() else []
        committed_in, _ = split(committed_offset(self.dsn))
        # Behind by a whole segment, what the rest of the spool adopts is not in the database yet.
        if not numbers or committed_in < max(numbers):
            return []
        with session(self.dsn) as connection:
            needed = needed_from(connection, position(min(numbers), 0))
        yesterday_s = (now - dt.timedelta(days=1)).timestamp()
        return Shelf(self.settings.folder / "editions").remove_all_but(needed, yesterday_s)

    def _deliveries(self, now: dt.datetime) -> list[Erased]:
        keep = self.settings.retention
        sent = now - dt.timedelta(days=keep.deliveries_days)
        # What never grew into an alert is as old as its events.
        grown = now - dt.timedelta(days=keep.events_days)
        with session(self.dsn) as connection:
            return [
                Erased("alert_told", drop_told(connection, sent), sent),
                Erased("alert", drop_smouldering(connection, grown), grown),
                Erased("delivery", drop_settled(connection, sent), sent),
            ]

    def _spool(self, now: dt.datetime) -> list[int]:
        """Remove segments that are old and committed; a legal hold keeps them."""
        folder = self.settings.folder / "spool"
        if not folder.is_dir():
            return []
        now_ms = int(now.timestamp() * 1000)
        # A restart reads from its snapshot, not from what is committed.
        kept = snapshots.offsets(self.settings.folder / "snapshots")
        keep_from = min([committed_offset(self.dsn), *kept[:1]])
        return remove_old(folder, self.settings.retention.spool_days, now_ms, keep_from)
