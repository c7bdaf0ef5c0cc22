"""All detectors over one stream: context, coverage, each of them, and their events in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog

from ais.coverage import Coverage
from alerts.context import Context
from alerts.detector import State
from alerts.detectors import DETECTORS
from alerts.events import Event, Fact
from alerts.places import Places
from alerts.scene import NEVER, Scene, World
from alerts.traffic.usual import Usual
from alerts.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ais.batches import Decoded, PositionBatch
    from ais.coverage import CoverageSettings
    from alerts.detector import Detector
    from alerts.roles import RoleSettings
    from alerts.rules import Rules
    from geofence.visits import Visits
    from geofence.zones import Zone
    from watchlist.entries import Edition, Listed
    from watchlist.hits import Hits

_log = structlog.get_logger()


class Screening:
    """Runs the detectors; rows and ticks are given in the order of the spool.

    A detector that raises says nothing of those rows; the others and the next rows go on.

    world    what they look at · versions  of zones, list, model in force, for the evidence
    failed   how often each detector has raised, by name; without those that never did
    """

    def __init__(
        self,
        detectors: Mapping[str, Detector] | None = None,
        roles: RoleSettings | None = None,
        coverage: CoverageSettings | None = None,
    ) -> None:
        """Run ``detectors`` by name, all with their defaults where none are given."""
        self.detectors = (
            dict(detectors)
            if detectors is not None
            else {name: one() for name, one in DETECTORS.items()}
        )
        self.context = Context(roles)
        self.versions: dict[str, str] = {}
        self.told = 0
        self.failed: dict[str, int] = {}
        self._logged: set[str] = set()
        self._states = {name: State.of(one) for name, one in self.detectors.items()}
        self.world = World(
            fleet=self.context.fleet,
            vessels=self.context.vessels,
            untrusted=np.full(len(self.context.fleet), NEVER, np.int64),
            places=Places.of(()),
            twins=Twins(),
            traffic=Usual.nothing(),
            coverage=Coverage(coverage),
        )

    def adopt_zones(self, zones: tuple[Zone, ...], places: Places, version: str) -> None:
        """Let ``zones`` be in force, with the distances made of them."""
        self.world.zones, self.world.places = zones, places
        self.versions["zones"] = version

    def adopt_list(self, edition: Edition, version: str) -> None:
        """Let ``edition`` be in force; its hits follow as rows do."""
        self.context.adopt(edition)
        self.versions["list"] = version

    def adopt_traffic(self, usual: Usual, version: str) -> None:
        """Let a model of the usual traffic be in force; no version: there is none yet."""
        self.world.traffic = usual
        if version:
            self.versions["model"] = version

    def adopt_rules(self, rules: Rules, version: str) -> None:
        """Let watch rules be in force; no version: there are none yet."""
        self.world.rules = rules.rules
        if version:
            self.versions["rules"] = version

    def step(
        self,
        decoded: Decoded,
        rows: PositionBatch,
        slots: NDArray[np.int64],
        visits: Sequence[tuple[Visits, tuple[Zone, ...]]] = (),
        hits: Sequence[tuple[Hits, tuple[Listed, ...]]] = (),
    ) -> list[Event]:
        """Return what rows between two ticks came to, in order."""
        if self.world.coverage is not None:
            self.world.coverage.step(decoded.receptions)
        seen = self.context.step(rows, slots, decoded.statics, hits)
        self._renew()
        self.world.twins.step(seen, self.world.vessels, len(self.world.fleet))
        scene = Scene(
            self.world, seen, decoded.statics, decoded.texts, decoded.receptions,
            tuple(visits), tuple(hits),
        )  # fmt: skip
        return self._asked(lambda one, state: one.step(state, scene))

    def tick(self, now_us: int) -> list[Event]:
        """Return what became due at ``now_us``, a multiple of 10 s, in order."""
        self.world.now_us = now_us
        self.context.tick(now_us)
        self.world.twins.passed()
        if self.world.coverage is not None:
            self.world.coverage.tick(now_us)
        self._renew()
        told = self._asked(lambda one, state: one.tick(state, self.world))
        return [replace(event, trigger=0) for event in told]

    def _renew(self) -> None:
        world, fleet = self.world, self.context.fleet
        world.fleet, world.vessels = fleet, self.context.vessels
        if len(world.untrusted) < len(fleet):
            more = np.full(len(fleet) - len(world.untrusted), NEVER, np.int64)
            world.untrusted = np.concatenate([world.untrusted, more])

    def _asked(self, ask: Callable[[Detector, State], list[Event]]) -> list[Event]:
        """Return what the detectors answer, in order; a fault of one is its own."""
        events: list[Event] = []
        for name, one in self.detectors.items():
            try:
                told = ask(one, self._states[name])
            except Exception as error:  # noqa: BLE001 (no detector may silence the others)
                self._note(name, error)
            else:
                events += [self._with_versions(name, event) for event in told]
        self.told += len(events)
        return sorted(events, key=lambda event: event.order)

    def _note(self, name: str, error: Exception) -> None:
        self.failed[name] = self.failed.get(name, 0) + 1
        if name not in self._logged:
            self._logged.add(name)
            _log.error("detector_failed", detector=name, error=repr(error), exc_info=error)

    def _with_versions(self, name: str, event: Event) -> Event:
        """Say in the evidence which list or zones the detector looked at."""
        used = getattr(self.detectors[name], "uses", ())
        facts = {what: Fact(self.versions[what]) for what in used if what in self.versions}
        return replace(event, evidence={**event.evidence, **facts}) if facts else event

    def freeze(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return all state as arrays, by part."""
        parts = {f"detector.{name}": state.freeze() for name, state in self._states.items()}
        if self.world.coverage is not None:
            parts["coverage"] = self.world.coverage.freeze()
        versions = [*self.versions.items()]
        parts["context"] = self.context.freeze()
        parts["twins"] = self.world.twins.freeze()
        parts["screening"] = {
            "untrusted": self.world.untrusted.copy(),
            "numbers": np.array([self.world.now_us, self.told], np.int64),
            "versions": np.array(versions, np.str_).reshape(-1, 2),
            "failed": np.array([*self.failed.items()], np.str_).reshape(-1, 2),
        }
        return parts

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take what ``freeze`` gave; zones, places, traffic and rules are adopted apart.

        Raises KeyError or ValueError where it comes from other detectors or columns.
        """
        for name, own in self._states.items():
            own.thaw(state[f"detector.{name}"])
        if self.world.coverage is not None:
            self.world.coverage.thaw(state["coverage"])
        self.context.thaw(state["context"])
        self.world.twins.thaw(state["twins"])
        self.world.untrusted = state["screening"]["untrusted"].copy()
        self.world.now_us, self.told = state["screening"]["numbers"].tolist()
        self.versions = dict(state["screening"]["versions"].tolist())
        failed = state["screening"]["failed"].tolist()
        self.failed = {name: int(times) for name, times in failed}
        self._renew()
